// Tests the diagnosis malformed_handshake.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis malformed_handshake;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation with_broken_request(std::uint32_t size)
{
    Conversation c = answered();
    c.malformed[Side::server].push_back(seen(frames::certificate_request, OpaqueMessage{13, size, true}));
    return c;
}

TEST_CASE("malformed_handshake: the receiver says so")
{
    Conversation c = with_broken_request(66'031);
    end(c, Side::client, EndReason::alert, "decode_error");
    const Findings found = play(malformed_handshake, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail, "CertificateRequest of 66,031 bytes"));
    CHECK(has(found[0].detail, "a list of CAs has a 16-bit length"));
    CHECK(malformed_handshake.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("malformed_handshake: how well it explains the ending")
{
    const auto fit_of = [](Side by, EndReason reason, std::string_view alert = {}) {
        Conversation c = with_broken_request(300);
        end(c, by, reason, alert);
        return fit(malformed_handshake, c);
    };
    CHECK(fit_of(Side::client, EndReason::alert, "illegal_parameter") == Fit::exact);
    CHECK(fit_of(Side::client, EndReason::closed) == Fit::good);
    CHECK(fit_of(Side::client, EndReason::alert, "unknown_ca") == Fit::none);
    CHECK(fit_of(Side::server, EndReason::reset) == Fit::none);
}

TEST_CASE("malformed_handshake: near misses")
{
    Conversation tolerated = with_broken_request(300);
    complete(tolerated);
    CHECK(play(malformed_handshake, tolerated).empty());

    Conversation sound = failed_by(Side::client, "decode_error");
    CHECK(play(malformed_handshake, sound).empty());
}

TEST_CASE("malformed_handshake: an extension, if the receiver complains")
{
    const auto found = [](Side by, EndReason reason, std::string_view alert, std::vector<Version> versions = {0x0304}) {
        Conversation c = hello();
        c.client_hello.what.broken_extensions = {41};
        c.client_hello.what.supported_versions = std::move(versions);
        end(c, by, reason, alert);
        return play(malformed_handshake, c);
    };
    const Findings empty_psk = found(Side::server, EndReason::alert, "decode_error");
    REQUIRE(empty_psk.size() == 1);
    CHECK(empty_psk[0].side == Party::client);
    CHECK(has(empty_psk[0].detail, "the extension pre_shared_key in the client's ClientHello"));
    CHECK(found(Side::server, EndReason::alert, "handshake_failure").empty());
    CHECK(found(Side::server, EndReason::closed, "").empty());
    CHECK(found(Side::client, EndReason::alert, "decode_error").empty());
    CHECK(found(Side::server, EndReason::alert, "decode_error", {0x7f12}).empty()); // a draft may have another form
}
