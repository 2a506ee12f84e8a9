// Tests the diagnosis ca_list_oversize.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis ca_list_oversize;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

constexpr auto request_type = static_cast<std::uint8_t>(HandshakeType::certificate_request);

Conversation asked_with(std::uint32_t bytes, Version version = 0x0303)
{
    Conversation c = answered(version);
    with_request(c, {{pki::name_der("Lab Root")}});
    c.certificate_request.what.authorities->bytes = bytes;
    c.certificate_request.what.size = bytes + 40;
    return c;
}

// The client has not answered: no Certificate and nothing after it was seen.
void stop(Conversation &c, Side by, EndReason reason, std::string_view alert = {})
{
    end(c, by, reason, alert);
    c.client_key_exchange = c.finished[Side::client] = c.change_cipher_spec[Side::client] = {};
    c.stage = c.ending.stage = Stage::server_flight;
}

} // namespace

TEST_CASE("ca_list_oversize: from 16,384 bytes of names on, in any version")
{
    for (const Version version : {Version{0x0301}, Version{0x0303}, Version{0x0304}}) {
        Conversation small = asked_with(16'384, version);
        CHECK(play(ca_list_oversize, small).empty());
        Conversation large = asked_with(16'385, version);
        const Findings found = play(ca_list_oversize, large);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::proven);
        CHECK(found[0].side == Party::server);
        CHECK(found[0].frame == frames::certificate_request);
        CHECK(has(found[0].detail, "16,385 bytes"));
    }
    Conversation none = answered();
    CHECK(play(ca_list_oversize, none).empty());
}

TEST_CASE("ca_list_oversize: names all receivers that it is too long for, and no other")
{
    Conversation c = asked_with(33'000);
    const std::string detail = play(ca_list_oversize, c).front().detail;
    for (const char *receiver : {"mbedTLS", "wolfSSL", "Axway Transfer CFT", "Java (JSSE)", "Schannel"})
        CHECK(has(detail, receiver));
    for (const char *receiver : {"Go", "rustls", "OpenSSL", "GnuTLS"})
        CHECK(!has(detail, receiver));
    CHECK(has(c.findings.front().remedy, "jdk.tls.maxHandshakeMessageSize"));
}

TEST_CASE("ca_list_oversize: the list that a client sends in TLS 1.3")
{
    Conversation c = answered(0x0304);
    CaList list;
    list.bytes = 20'000;
    c.client_hello.what.certificate_authorities = list;
    const Findings found = play(ca_list_oversize, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
}

TEST_CASE("ca_list_oversize: a message that announces its size and does not come through")
{
    Conversation c = answered();
    stop(c, Side::server, EndReason::eap_failure);
    c.incomplete[Side::server] = seen(frames::certificate_request, OpaqueMessage{request_type, 33'584, false});
    const Findings found = play(ca_list_oversize, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(ca_list_oversize.explains(c, found[0]) == Fit::possible);

    c.ending = {}; // the capture ends before the outcome is known
    CHECK(play(ca_list_oversize, c).empty());

    Conversation certificate = answered();
    stop(certificate, Side::server, EndReason::eap_failure);
    certificate.incomplete[Side::server] = seen(frames::certificate_request, OpaqueMessage{11, 33'584, false});
    CHECK(play(ca_list_oversize, certificate).empty());

    Conversation short_message = answered();
    stop(short_message, Side::server, EndReason::eap_failure);
    short_message.incomplete[Side::server] =
        seen(frames::certificate_request, OpaqueMessage{request_type, 16'600, false});
    CHECK(play(ca_list_oversize, short_message).empty());
}

TEST_CASE("ca_list_oversize: how well it explains an ending")
{
    struct Case {
        const char *name;
        std::uint32_t bytes;
        Side by;
        EndReason reason;
        const char *alert;
        Fit fit;
    };
    const std::vector<Case> cases{
        {"Java's alert over Java's limit", 33'000, Side::client, EndReason::alert, "unexpected_message", Fit::exact},
        {"Java's alert under Java's limit", 20'000, Side::client, EndReason::alert, "unexpected_message", Fit::none},
        {"an alert of nobody in the table", 33'000, Side::client, EndReason::alert, "unknown_ca", Fit::none},
        {"closed", 33'000, Side::client, EndReason::closed, "", Fit::good},
        {"reset", 33'000, Side::client, EndReason::reset, "", Fit::good},
        {"an alert that cannot be read", 33'000, Side::client, EndReason::encrypted_alert, "", Fit::good},
        {"silence", 33'000, Side::client, EndReason::silence, "", Fit::possible},
        {"by the one that sent the list", 33'000, Side::server, EndReason::alert, "unexpected_message", Fit::none},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        Conversation c = asked_with(one.bytes);
        stop(c, one.by, one.reason, one.alert);
        CHECK(fit(ca_list_oversize, c) == one.fit);
    }
}

TEST_CASE("ca_list_oversize: who answered the list has taken it")
{
    Conversation c = asked_with(33'000);
    with_chain(c, Side::client, {});
    end(c, Side::client, EndReason::alert, "unexpected_message");
    CHECK(fit(ca_list_oversize, c) == Fit::none);
    Conversation exchanged = asked_with(33'000);
    stop(exchanged, Side::client, EndReason::alert, "unexpected_message");
    exchanged.client_key_exchange = at(frames::client_key_exchange);
    CHECK(fit(ca_list_oversize, exchanged) == Fit::none);
    Conversation finished = asked_with(33'000);
    stop(finished, Side::client, EndReason::alert, "unexpected_message");
    finished.finished[Side::client] = at(frames::client_finished);
    CHECK(fit(ca_list_oversize, finished) == Fit::none);
    Conversation open = asked_with(33'000);
    CHECK(fit(ca_list_oversize, open) == Fit::none);
}
