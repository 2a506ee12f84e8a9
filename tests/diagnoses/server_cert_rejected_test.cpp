// Tests the diagnosis server_cert_rejected.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis server_cert_rejected, hostname_mismatch, expired;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

std::vector<pki::Identity> good_chain(pki::Spec spec = {})
{
    const auto root = pki::make_ca("Lab Root");
    const auto issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    spec.sans = {"host.example"};
    return {pki::issue(issuing, "host.example", spec), issuing};
}

} // namespace

TEST_CASE("server_cert_rejected: alerts that refuse a certificate, and others")
{
    const std::vector<std::pair<const char *, bool>> alerts{
        {"bad_certificate", true},       {"unsupported_certificate", true}, {"certificate_revoked", true},
        {"certificate_unknown", true},   {"access_denied", true},           {"handshake_failure", false},
        {"decrypt_error", false},        {"protocol_version", false},       {"unexpected_message", false},
        {"certificate_required", false},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, good_chain());
        const Findings found = play(server_cert_rejected, c);
        REQUIRE(found.size() == (expected ? 1u : 0u));
        if (expected) {
            CHECK(found[0].side == Party::server);
            CHECK(has(found[0].detail, alert));
            CHECK(server_cert_rejected.explains(c, found[0]) == Fit::vague);
        }
        Conversation by_server = failed_by(Side::server, alert);
        with_chain(by_server, Side::server, good_chain());
        CHECK(play(server_cert_rejected, by_server).empty());
    }
}

TEST_CASE("server_cert_rejected: silent where a more exact finding explains it")
{
    Conversation c = failed_by(Side::client, "bad_certificate");
    with_name(c, "other.example");
    with_chain(c, Side::server, good_chain());
    REQUIRE(play(hostname_mismatch, c).size() == 1);
    CHECK(play(server_cert_rejected, c).empty());
}

TEST_CASE("server_cert_rejected: silent where the capture may lack what explains it")
{
    Conversation c = failed_by(Side::client, "bad_certificate");
    CHECK(play(server_cert_rejected, c).empty());
    with_chain(c, Side::server, good_chain());
    c.gaps.started_midway = true;
    CHECK(play(server_cert_rejected, c).empty());
}

TEST_CASE("server_cert_rejected: the bytes deny what the client claims")
{
    Conversation c = failed_by(Side::client, "certificate_expired");
    with_chain(c, Side::server, good_chain());
    REQUIRE(play(expired, c).empty());
    const Findings found = play(server_cert_rejected, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].because, "the client's clock is ahead, or a CA certificate in the client's own trust store"));
    CHECK(has(found[0].detail, "2040-01-01"));
    CHECK(server_cert_rejected.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("server_cert_rejected: the clock is wrong only where every certificate is in time")
{
    const auto blamed = [](const std::vector<pki::Identity> &chain, Time when) {
        Conversation c = failed_by(Side::client, "certificate_expired");
        with_chain(c, Side::server, chain);
        c.ending.at.time = when;
        return play(server_cert_rejected, c).at(0).side;
    };
    const auto chain = good_chain({.not_before = pki::date(2025), .not_after = pki::date(2027)});
    CHECK(blamed(chain, pki::date(2025)) == Party::client);
    CHECK(blamed(chain, pki::date(2025) - 1) == Party::server);
    CHECK(blamed(chain, pki::date(2027)) == Party::client);
    CHECK(blamed(chain, pki::date(2027) + 1) == Party::server);
    const auto old_root = pki::make_ca("Old Root", {.not_after = pki::date(2025), .ca = true});
    const std::vector<pki::Identity> up_to_root{pki::issue(old_root, "host.example", {.sans = {"host.example"}}),
                                                old_root};
    CHECK(blamed(up_to_root, now) == Party::server);
    pki::Identity unreadable;
    unreadable.der = {0x30, 0x00};
    CHECK(blamed({unreadable}, now) == Party::server);
}

TEST_CASE("server_cert_rejected: OpenSSL's bad_certificate for a certificate in which all fits")
{
    const auto found = [](const char *library, const char *asked) {
        Conversation c = failed_by(Side::client, "bad_certificate");
        speaks_like(c, library);
        with_name(c, asked ? std::optional<std::string>{asked} : std::nullopt);
        with_chain(c, Side::server, good_chain());
        return play(server_cert_rejected, c).at(0);
    };
    const Finding clock = found("OpenSSL", "host.example");
    CHECK(clock.side == Party::client);
    CHECK(clock.certainty == Certainty::guess);
    CHECK(has(clock.because, "the client's clock is behind"));
    CHECK(found("OpenSSL", nullptr).side == Party::server); // perhaps the name is the fault
    CHECK(found("Go", "host.example").side == Party::server);
}

TEST_CASE("server_cert_rejected: what cannot be checked is no health")
{
    Conversation c = failed_by(Side::client, "access_denied");
    with_name(c, std::nullopt);
    pki::Identity unreadable;
    unreadable.der = {0x30, 0x00};
    std::vector<pki::Identity> chain = good_chain();
    chain.push_back(unreadable);
    with_chain(c, Side::server, chain);
    const Finding found = play(server_cert_rejected, c).at(0);
    CHECK(found.certainty == Certainty::guess);
    CHECK(has(found.detail, "not checked here: a certificate that cannot be read; the name, as the client sent none"));
    CHECK(has(found.detail, "whether the client trusts CN=Lab Root"));
    CHECK(!has(found.because, "no fault"));
}

TEST_CASE("server_cert_rejected: an alert that can be read, and a certificate that cannot")
{
    Conversation c = answered(0x0304); // QUIC's CONNECTION_CLOSE
    end(c, Side::client, EndReason::alert, "bad_certificate");
    CHECK(has(play(server_cert_rejected, c).at(0).detail, "the certificate is encrypted and cannot be read"));
}

TEST_CASE("server_cert_rejected: not yet valid is no proof of a wrong clock")
{
    Conversation c = failed_by(Side::client, "certificate_expired");
    with_chain(c, Side::server, good_chain({.not_before = pki::date(2030)}));
    const Findings found = play(server_cert_rejected, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(!has(found[0].because, "clock is ahead"));
}

TEST_CASE("server_cert_rejected: an alert of which only the size shows is never named")
{
    Conversation c = answered(0x0304);
    end(c, Side::client, EndReason::encrypted_alert);
    const Findings found = play(server_cert_rejected, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "alert-sized record"));
    for (const char *name : {"bad_certificate", "unknown_ca", "certificate_unknown"})
        CHECK(!has(found[0].detail, name));

    Conversation in_clear = answered(0x0303);
    with_chain(in_clear, Side::server, good_chain());
    end(in_clear, Side::client, EndReason::encrypted_alert);
    CHECK(play(server_cert_rejected, in_clear).at(0).certainty == Certainty::strong);
    Conversation explained_better = answered(0x0303);
    with_name(explained_better, "other.example");
    with_chain(explained_better, Side::server, good_chain());
    end(explained_better, Side::client, EndReason::encrypted_alert);
    REQUIRE(fit(hostname_mismatch, explained_better) == Fit::possible);
    CHECK(play(server_cert_rejected, explained_better).empty());
    Conversation hole = answered(0x0303);
    with_chain(hole, Side::server, good_chain());
    hole.gaps.bytes_missing[Side::server] = 1;
    end(hole, Side::client, EndReason::encrypted_alert);
    CHECK(play(server_cert_rejected, hole).empty());

    Conversation of_server = answered(0x0304);
    end(of_server, Side::server, EndReason::encrypted_alert);
    CHECK(play(server_cert_rejected, of_server).empty());
    Conversation before_certificate = answered(0x0303);
    end(before_certificate, Side::client, EndReason::encrypted_alert);
    CHECK(play(server_cert_rejected, before_certificate).empty());
    Conversation closed = answered(0x0304);
    end(closed, Side::client, EndReason::closed);
    CHECK(play(server_cert_rejected, closed).empty());
}
