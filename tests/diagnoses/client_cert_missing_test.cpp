// Tests the diagnosis client_cert_missing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis client_cert_missing, self_signed_leaf;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

const std::vector<Octets> no_names, one_name{pki::name_der("Lab Root")};

Conversation asked(Version version = 0x0303, std::optional<std::vector<Octets>> names = one_name)
{
    Conversation c = answered(version);
    with_request(c, std::move(names));
    return c;
}

} // namespace

TEST_CASE("client_cert_missing: an empty Certificate message, whatever comes of it")
{
    for (const Version version : {Version{0x0301}, Version{0x0303}, Version{0x0304}}) {
        Conversation c = asked(version);
        with_chain(c, Side::client, {});
        complete(c);
        const Findings found = play(client_cert_missing, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::proven);
        CHECK(found[0].side == Party::client);
        CHECK(found[0].frame == frames::client_chain);
        CHECK(has(found[0].detail, "CN=Lab Root"));
    }
}

TEST_CASE("client_cert_missing: the server's list is part of the answer")
{
    Conversation empty = asked(0x0303, no_names);
    with_chain(empty, Side::client, {});
    CHECK(has(play(client_cert_missing, empty).front().detail, "list of CAs is empty"));

    Conversation unseen = answered();
    with_chain(unseen, Side::client, {});
    CHECK(has(play(client_cert_missing, unseen).front().detail, "not known"));
}

TEST_CASE("client_cert_missing: SSL 3.0 says it with a warning")
{
    Conversation c = asked(0x0300);
    const std::uint8_t no_certificate = alert_number("no_certificate");
    c.alerts.push_back({at(frames::client_chain), Side::client, {1, no_certificate}, false, false});
    CHECK(play(client_cert_missing, c).size() == 1);

    Conversation by_server = asked(0x0300);
    by_server.alerts.push_back({at(frames::client_chain), Side::server, {1, no_certificate}, false, false});
    CHECK(play(client_cert_missing, by_server).empty());
    Conversation fatal = asked(0x0300); // means that the server's certificate is missing
    fatal.alerts.push_back({at(frames::client_chain), Side::client, {2, no_certificate}, false, false});
    CHECK(play(client_cert_missing, fatal).empty());
    Conversation another = asked(0x0300);
    another.alerts.push_back({at(frames::client_chain), Side::client, {1, 90}, false, false});
    CHECK(play(client_cert_missing, another).empty());
}

TEST_CASE("client_cert_missing: TLS 1.3 by sizes, once the server refuses it")
{
    Conversation c = answered(0x0304);
    c.record_sizes.client_certificate = ClientAuth::empty;
    c.record_sizes.client_certificate_at = at(frames::client_chain);
    complete(c);
    CHECK(play(client_cert_missing, c).empty());

    c.completed = {};
    end(c, Side::server, EndReason::encrypted_alert);
    const Findings found = play(client_cert_missing, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(client_cert_missing.explains(c, found[0]) == Fit::good);

    for (const ClientAuth other : {ClientAuth::sent, ClientAuth::none, ClientAuth::unknown}) {
        Conversation near = answered(0x0304);
        near.record_sizes.client_certificate = other;
        end(near, Side::server, EndReason::encrypted_alert);
        CHECK(play(client_cert_missing, near).empty());
    }
}

TEST_CASE("client_cert_missing: the client gives up where its Certificate was due")
{
    struct Case {
        const char *name;
        std::vector<Octets> names;
        EndReason reason;
        const char *alert;
        std::optional<Certainty> found;
    };
    const std::vector<Case> cases{
        {"alert, empty list", no_names, EndReason::alert, "handshake_failure", Certainty::strong},
        {"alert, a list", one_name, EndReason::alert, "handshake_failure", Certainty::guess},
        {"closed, empty list", no_names, EndReason::closed, "", Certainty::strong},
        {"reset, a list", one_name, EndReason::reset, "", Certainty::guess},
        {"an alert that says something else", no_names, EndReason::alert, "unknown_ca", std::nullopt},
        {"silence", no_names, EndReason::silence, "", std::nullopt},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        Conversation c = asked(0x0303, one.names);
        end(c, Side::client, one.reason, one.alert);
        const Findings found = play(client_cert_missing, c);
        REQUIRE(found.size() == (one.found ? 1u : 0u));
        if (one.found)
            CHECK(found[0].certainty == *one.found);
    }
}

TEST_CASE("client_cert_missing: what the client sent elsewhere shows that nothing fits")
{
    const auto root = pki::make_ca("Elsewhere Root");
    World world;
    Conversation earlier = completed(0x0303, world);
    with_chain(earlier, Side::client, {pki::issue(root, "device-1")});
    world.history.learn_completion(earlier);

    const auto gives_up = [&world](const std::vector<Octets> &names) {
        Conversation c = answered(0x0303, world);
        c.client.port = 40'001;
        with_request(c, names);
        end(c, Side::client, EndReason::alert, "handshake_failure");
        return play(client_cert_missing, c);
    };
    const Findings unmatched = gives_up(one_name);
    REQUIRE(unmatched.size() == 1);
    CHECK(unmatched[0].certainty == Certainty::strong);
    CHECK(has(unmatched[0].detail, "CN=Elsewhere Root, which is not in that list"));
    CHECK(gives_up(subjects({root})).front().certainty == Certainty::guess);
}

TEST_CASE("client_cert_missing: ends by the client that are not for want of a certificate")
{
    Conversation not_asked = answered();
    end(not_asked, Side::client, EndReason::alert, "handshake_failure");
    CHECK(play(client_cert_missing, not_asked).empty());

    Conversation sent = asked();
    with_chain(sent, Side::client, {pki::self_signed("device")});
    end(sent, Side::client, EndReason::alert, "handshake_failure");
    CHECK(play(client_cert_missing, sent).empty());

    Conversation not_its_turn = asked(0x0303, no_names); // the server had not sent everything
    end(not_its_turn, Side::client, EndReason::closed);
    REQUIRE(play(client_cert_missing, not_its_turn).size() == 1);
    not_its_turn.findings.clear();
    not_its_turn.server_hello_done = {};
    not_its_turn.ending.stage = not_its_turn.stage = Stage::server_hello;
    CHECK(play(client_cert_missing, not_its_turn).empty());

    const std::vector<std::pair<const char *, void (*)(Conversation &)>> changes{
        {"its key exchange came", [](Conversation &c) { c.client_key_exchange = at(frames::client_key_exchange); }},
        {"its Finished came", [](Conversation &c) { c.finished[Side::client] = at(frames::client_finished); }},
        {"bytes are missing", [](Conversation &c) { c.gaps.bytes_missing[Side::client] = 1; }},
        {"the server ended it", [](Conversation &c) { c.ending.by = Side::server; }},
    };
    for (const auto &[name, change] : changes) {
        INFO(name);
        Conversation c = asked(0x0303, no_names);
        end(c, Side::client, EndReason::closed);
        change(c);
        CHECK(play(client_cert_missing, c).empty());
    }
    Conversation tls13 = asked(0x0304, no_names); // which has no renegotiation
    end(tls13, Side::client, EndReason::closed);
    CHECK(play(client_cert_missing, tls13).size() == 1);

    Conversation insecure = asked(0x0303, no_names); // a server without RFC 5746 is refused in the same way
    insecure.server_hello.what.renegotiation_info = false;
    end(insecure, Side::client, EndReason::alert, "handshake_failure");
    CHECK(play(client_cert_missing, insecure).empty());

    Conversation explained_better = asked(0x0303, no_names);
    with_chain(explained_better, Side::server, {pki::self_signed("printer")});
    end(explained_better, Side::client, EndReason::closed);
    REQUIRE(play(self_signed_leaf, explained_better).size() == 1);
    CHECK(play(client_cert_missing, explained_better).empty());
}

TEST_CASE("client_cert_missing: how well an empty Certificate explains an ending")
{
    const std::vector<std::pair<const char *, Fit>> alerts{
        {"certificate_required", Fit::exact},   {"handshake_failure", Fit::exact}, {"bad_certificate", Fit::exact},
        {"no_application_protocol", Fit::none}, {"decrypt_error", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = asked();
        with_chain(c, Side::client, {});
        end(c, Side::server, EndReason::alert, alert);
        CHECK(fit(client_cert_missing, c) == expected);
    }
    Conversation closed = asked();
    with_chain(closed, Side::client, {});
    end(closed, Side::server, EndReason::closed);
    CHECK(fit(client_cert_missing, closed) == Fit::good);
    Conversation by_client = asked();
    with_chain(by_client, Side::client, {});
    end(by_client, Side::client, EndReason::closed);
    CHECK(fit(client_cert_missing, by_client) == Fit::none);
    Conversation silent = asked();
    with_chain(silent, Side::client, {});
    end(silent, Side::server, EndReason::silence);
    CHECK(fit(client_cert_missing, silent) == Fit::none);
    Conversation hole = asked(); // the capture lacks the ServerHelloDone
    with_chain(hole, Side::client, {});
    end(hole, Side::server, EndReason::alert, "handshake_failure");
    hole.server_hello_done = {};
    hole.ending.stage = hole.stage = Stage::server_hello;
    CHECK(fit(client_cert_missing, hole) == Fit::exact);
}

TEST_CASE("client_cert_missing: the request accepts one kind of key only")
{
    const auto detail = [](std::vector<SignatureScheme> schemes) {
        Conversation c = asked();
        c.certificate_request.what.signature_algorithms = std::move(schemes);
        with_chain(c, Side::client, {});
        return play(client_cert_missing, c).at(0).detail;
    };
    CHECK(has(detail({0x0804, 0x0401}), "it accepts signatures with RSA only"));
    CHECK(has(detail({0x0904, 0x0905}), "it accepts signatures with ML-DSA only"));
    CHECK(!has(detail({0x0804, 0x0403}), "it accepts signatures"));
    CHECK(!has(detail({}), "it accepts signatures"));
}
