// Tests the diagnosis no_shared_compression.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis no_shared_compression;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation refused(std::vector<std::uint8_t> methods, std::string_view alert)
{
    Conversation c = hello();
    c.client_hello.what.compression_methods = std::move(methods);
    end(c, Side::server, EndReason::alert, alert);
    return c;
}

TEST_CASE("no_shared_compression: null is not offered")
{
    Conversation c = refused({1}, "decode_error");
    const Findings found = play(no_shared_compression, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "DEFLATE (1); null (0) must be among them"));
    CHECK(found[0].because == "the client does not offer the compression method null; it offers: DEFLATE (1)");
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(found[0].side == Party::client);
    CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::client_hello});
    CHECK(no_shared_compression.explains(c, found[0]) == Fit::good);
    Conversation vague = refused({1}, "internal_error");
    CHECK(fit(no_shared_compression, vague) == Fit::possible);
    Conversation none = refused({}, "illegal_parameter");
    CHECK(fit(no_shared_compression, none) == Fit::good);
    CHECK(has(none.findings[0].detail, "these compression methods: none; null"));
    Conversation closed = hello();
    closed.client_hello.what.compression_methods = {0x02, 0x40};
    end(closed, Side::server, EndReason::closed);
    CHECK(fit(no_shared_compression, closed) == Fit::possible);
    CHECK(closed.findings[0].certainty == Certainty::guess);
    CHECK(has(closed.findings[0].detail, "these compression methods: 0x02, 0x40; null"));
}

TEST_CASE("no_shared_compression: the alerts that stacks send for it")
{
    for (const char *alert : {"illegal_parameter", "decode_error", "handshake_failure", "decompression_failure"}) {
        INFO(alert);
        Conversation c = refused({1}, alert);
        CHECK(fit(no_shared_compression, c) == Fit::good);
    }
}

TEST_CASE("no_shared_compression: TLS 1.3 allows null alone")
{
    Conversation c = refused({1, 0}, "illegal_parameter");
    CHECK(fit(no_shared_compression, c) == Fit::good);
    CHECK(has(c.findings[0].detail, "DEFLATE (1), null (0); TLS 1.3 allows only null (0)"));
    CHECK(has(c.findings[0].because,
              "TLS 1.3 allows only the compression method null; the client offers: DEFLATE (1), null (0)"));
    Conversation another_alert = refused({1, 0}, "handshake_failure");
    CHECK(play(no_shared_compression, another_alert).empty());
    Conversation tls12 = refused({1, 0}, "illegal_parameter");
    tls12.client_hello.what.supported_versions.clear();
    CHECK(play(no_shared_compression, tls12).empty());
    Conversation null_only = refused({0}, "illegal_parameter");
    CHECK(play(no_shared_compression, null_only).empty());
}

TEST_CASE("no_shared_compression: not once the server has chosen, and not of SSLv2's hello")
{
    Conversation chosen = failed_by(Side::server, "illegal_parameter");
    chosen.client_hello.what.compression_methods = {1};
    CHECK(play(no_shared_compression, chosen).empty());
    Conversation sslv2 = refused({}, "handshake_failure");
    sslv2.client_hello.what.sslv2 = true;
    CHECK(play(no_shared_compression, sslv2).empty());
}
