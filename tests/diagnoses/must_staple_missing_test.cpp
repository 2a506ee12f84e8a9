// Tests the diagnosis must_staple_missing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis must_staple_missing;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity promising = pki::self_signed("host.example", {.must_staple = true});
static const pki::Identity plain = pki::self_signed("host.example");

// The client requests a stapled OCSP response; the server sends this certificate and then its ServerKeyExchange.
static Conversation asked(Conversation c, const pki::Identity &leaf = promising)
{
    c.client_hello.what.status_request = true;
    with_chain(c, Side::server, {leaf});
    if (!c.tls13())
        c.server_key_exchange = seen(frames::server_key_exchange, ServerKeyExchange{});
    return c;
}

TEST_CASE("must_staple_missing: what counts, and what only looks like it")
{
    struct Case {
        const char *name;
        Conversation conversation;
        bool fires;
    };
    std::vector<Case> cases{
        {"TLS 1.2", asked(completed()), true},
        {"TLS 1.3", asked(completed(0x0304)), true},
        {"no promise", asked(completed(), plain), false},
    };
    const auto vary = [&](const char *name, Version version, auto change) {
        cases.push_back({name, asked(completed(version)), false});
        change(cases.back().conversation);
    };
    vary("the client did not ask", 0x0303, [](Conversation &c) { c.client_hello.what.status_request = false; });
    vary("no ClientHello", 0x0303, [](Conversation &c) { c.client_hello = {}; });
    vary("stapled", 0x0303, [](Conversation &c) {
        c.certificate_status = seen(frames::server_chain, CertificateStatus{1, {0x30}});
    });
    vary("stapled, TLS 1.3", 0x0304, [](Conversation &c) { c.chain[Side::server].what.ocsp_response = Octets{0x30}; });
    vary("bytes are missing", 0x0303, [](Conversation &c) { c.gaps.bytes_missing[Side::server] = 1; });
    vary("packets are cut short", 0x0303, [](Conversation &c) { c.gaps.truncated = true; });
    vary("what follows the certificate was not sent", 0x0303, [](Conversation &c) {
        c.server_key_exchange = {};
        c.server_hello_done = {};
    });
    for (Case &one : cases) {
        INFO(one.name);
        const Findings found = play(must_staple_missing, one.conversation);
        REQUIRE(found.size() == (one.fires ? 1u : 0u));
    }
}

TEST_CASE("must_staple_missing: an RSA key exchange shows it at the end of the flight")
{
    Conversation c = asked(completed());
    c.server_key_exchange = {};
    with_chain(c, Side::client, {});
    CHECK(play(must_staple_missing, c).size() == 1);
}

TEST_CASE("must_staple_missing: how well it explains")
{
    const std::pair<const char *, Fit> alerts[] = {
        {"bad_certificate_status_response", Fit::exact},
        {"bad_certificate", Fit::good},
        {"certificate_unknown", Fit::good},
        {"unknown_ca", Fit::none},
        {"certificate_expired", Fit::none},
        {"handshake_failure", Fit::possible},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = asked(failed_by(Side::client, alert));
        CHECK(fit(must_staple_missing, c) == expected);
    }
}
