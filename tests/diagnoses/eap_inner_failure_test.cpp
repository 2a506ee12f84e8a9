// Tests the diagnosis eap_inner_failure.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis eap_inner_failure, expired, refused_after_completion, version_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Findings after(std::uint8_t method, Version version = 0x0303)
{
    Conversation c = completed(version);
    c.transport = Transport::eap;
    c.eap_method = method;
    c.eap_failure = at(30);
    return ask(eap_inner_failure, c, {EventKind::eap_failure, Side::server, at(30)});
}

TEST_CASE("eap_inner_failure: the tunnel stood")
{
    for (const std::uint8_t method : std::initializer_list<std::uint8_t>{21, 25, 55}) {
        INFO(int{method});
        const Findings found = after(method);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == Party::client);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(has(found[0].detail, "EAP-Failure came 12.0 ms after the handshake (TLS 1.2, frame 18)"));
        CHECK(has(found[0].detail, "inner authentication"));
        CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::completed});
    }
    CHECK(has(after(25, 0x0304)[0].detail, "TLS 1.3"));
}

TEST_CASE("eap_inner_failure: EAP-TLS has no inner authentication")
{
    const Findings found = after(13);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "policy"));
    CHECK_FALSE(has(found[0].detail, "inner"));
    CHECK_FALSE(found[0].remedy.empty());
}

TEST_CASE("eap_inner_failure: EAP-FAST may end so on purpose")
{
    const Findings found = after(43);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "PAC"));
}

TEST_CASE("eap_inner_failure: near misses")
{
    Conversation well = completed();
    well.transport = Transport::eap;
    CHECK(play(eap_inner_failure, well).empty());
    Conversation midway = answered();
    midway.transport = Transport::eap;
    end(midway, Side::server, EndReason::eap_failure);
    CHECK(play(eap_inner_failure, midway).empty());
}

// ---- EAP-Failure as a wordless end ----

TEST_CASE("EAP-Failure: a fault of the client's certificate explains it, as it does a close")
{
    const pki::Identity root = pki::make_ca("Lab Root");
    const pki::Identity old = pki::issue(root, "client.example", {.not_after = pki::date(2026, 5, 20)});
    for (const EndReason reason : {EndReason::eap_failure, EndReason::closed, EndReason::reset}) {
        Conversation c = answered();
        with_chain(c, Side::client, {old});
        end(c, Side::server, reason);
        CHECK(fit(expired, c) == Fit::possible);
    }
}

TEST_CASE("EAP-Failure in TLS 1.3 right after the client's certificate flight")
{
    Conversation c = answered(0x0304);
    c.transport = Transport::eap;
    c.record_sizes.client_certificate = ClientAuth::sent;
    end(c, Side::server, EndReason::eap_failure);
    const Findings found = play(refused_after_completion, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "EAP-Failure"));
}

TEST_CASE("EAP-Failure to a client of at most TLS 1.1")
{
    Conversation c = hello();
    c.transport = Transport::eap;
    c.client_hello.what.legacy_version = 0x0302;
    c.client_hello.what.supported_versions.clear();
    end(c, Side::server, EndReason::eap_failure);
    const Findings found = play(version_mismatch, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "EAP-Failure"));

    Conversation modern = hello();
    modern.transport = Transport::eap;
    end(modern, Side::server, EndReason::eap_failure);
    CHECK(play(version_mismatch, modern).empty());
}
