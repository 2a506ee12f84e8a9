// Tests the diagnosis hostname_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis hostname_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("hostname_mismatch: names that match, and names that nearly do")
{
    struct Case {
        std::optional<std::string> asked;
        std::vector<std::string> sans;
        bool found;
    };
    const std::vector<Case> cases{
        {"host.example", {"host.example"}, false},     {"HOST.example", {"host.example"}, false},
        {"a.host.example", {"*.host.example"}, false}, {"host.example", {"other.example", "host.example"}, false},
        {"host.example", {"other.example"}, true},     {"a.b.host.example", {"*.host.example"}, true},
        {"host.example", {"*.host.example"}, true},    {"host.example.evil", {"host.example"}, true},
        {"192.0.2.1", {"other.example"}, false}, // no name: RFC 6066, 3
        {"2001:db8::1", {"other.example"}, false},     {"", {"other.example"}, false},
        {std::nullopt, {"other.example"}, false},
    };
    for (const Case &one : cases) {
        INFO(one.asked.value_or("(none)") << " against " << one.sans.front());
        Conversation c = completed();
        with_name(c, one.asked);
        with_chain(c, Side::server, {pki::self_signed("unused.example", {.sans = one.sans})});
        const Findings found = play(hostname_mismatch, c);
        REQUIRE(found.size() == (one.found ? 1u : 0u));
        if (one.found) {
            CHECK(found[0].certainty == Certainty::proven);
            CHECK(has(found[0].detail, "(SNI) " + *one.asked + "; the certificate is for " + one.sans.front()));
        }
    }
}

TEST_CASE("hostname_mismatch: four names are shown, the others counted")
{
    std::vector<std::string> sans{"a.example", "b.example", "c.example", "d.example"};
    const auto detail = [&] {
        Conversation c = completed();
        with_chain(c, Side::server, {pki::self_signed("unused.example", {.sans = sans})});
        return play(hostname_mismatch, c).at(0).detail;
    };
    CHECK(detail().ends_with("a.example, b.example, c.example, d.example"));
    sans.push_back("e.example");
    CHECK(detail().ends_with("d.example, 1 more"));
}

TEST_CASE("hostname_mismatch: never of the client's certificate, nor without one")
{
    Conversation c = completed();
    CHECK(play(hostname_mismatch, c).empty());
    with_chain(c, Side::client, {pki::self_signed("device-1")});
    CHECK(play(hostname_mismatch, c).empty());
}

TEST_CASE("hostname_mismatch: the name that counts is inside an encrypted ClientHello")
{
    Conversation c = completed(0x0304);
    c.client_hello.what.encrypted_client_hello = true;
    with_chain(c, Side::server, {pki::self_signed("other", {.sans = {"other.example"}})});
    CHECK(play(hostname_mismatch, c).empty());
    c.client_hello.what.encrypted_client_hello = false;
    CHECK(play(hostname_mismatch, c).size() == 1);
}

TEST_CASE("hostname_mismatch: an encrypted ClientHello that the server did not accept, or does not know")
{
    const auto found = [](Version version, auto change) {
        Conversation c = completed(version);
        c.client_hello.what.encrypted_client_hello = true;
        c.encrypted_extensions = seen(frames::server_hello, EncryptedExtensions{});
        change(c);
        with_chain(c, Side::server, {pki::self_signed("other", {.sans = {"other.example"}})});
        return play(hostname_mismatch, c);
    };
    CHECK(found(0x0304, [](Conversation &) {}).empty());
    CHECK(found(0x0303, [](Conversation &) {}).size() == 1);
    CHECK(found(0x0304, [](Conversation &c) { c.hello_in_clear_signed = true; }).size() == 1);
    const Findings refused =
        found(0x0304, [](Conversation &c) { c.encrypted_extensions.what.encrypted_client_hello = true; });
    REQUIRE(refused.size() == 1);
    CHECK(has(refused[0].detail, "did not accept the encrypted ClientHello"));
}

TEST_CASE("hostname_mismatch: how well it explains an ending")
{
    const std::vector<std::pair<const char *, Fit>> alerts{
        {"bad_certificate", Fit::good}, {"certificate_unknown", Fit::good}, {"handshake_failure", Fit::possible},
        {"unknown_ca", Fit::none},      {"certificate_expired", Fit::none}, {"decode_error", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {pki::self_signed("other", {.sans = {"other.example"}})});
        CHECK(fit(hostname_mismatch, c) == expected);
    }
}
