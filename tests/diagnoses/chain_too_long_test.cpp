// Tests the diagnosis chain_too_long.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis chain_too_long;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

std::vector<pki::Identity> chain_of(std::size_t count)
{
    std::vector<pki::Identity> chain{pki::make_ca("Lab Root")};
    while (chain.size() < count)
        chain.push_back(pki::issue(chain.back(), "Sub CA " + std::to_string(chain.size()), {.ca = true}));
    chain.push_back(pki::issue(chain.back(), "host.example"));
    chain.erase(chain.begin());
    std::reverse(chain.begin(), chain.end());
    return chain;
}

std::optional<Certainty> found(const char *library, const char *alert, std::size_t count)
{
    Conversation c = failed_by(Side::client, alert);
    speaks_like(c, library);
    with_chain(c, Side::server, chain_of(count));
    const Findings findings = play(chain_too_long, c);
    return findings.empty() ? std::nullopt : std::optional{findings[0].certainty};
}

} // namespace

TEST_CASE("chain_too_long: each receiver's limit, and one less")
{
    CHECK(found("JSSE", "handshake_failure", 11) == Certainty::strong);
    CHECK(found("JSSE", "handshake_failure", 10) == std::nullopt);
    CHECK(found("GnuTLS", "bad_certificate", 17) == Certainty::guess);
    CHECK(found("GnuTLS", "bad_certificate", 16) == std::nullopt);
    CHECK(found("", "handshake_failure", 10) == Certainty::guess); // mbedTLS
    CHECK(found("", "handshake_failure", 9) == std::nullopt);
    CHECK(found("OpenSSL", "unknown_ca", 40) == std::nullopt);
    CHECK(found("JSSE", "certificate_expired", 11) == std::nullopt);
}

TEST_CASE("chain_too_long: of a client, to a Java server")
{
    for (const auto &[count, expected] : {std::pair<std::size_t, std::optional<Certainty>>{11, Certainty::strong},
                                          {9, Certainty::guess}, // since Java 22
                                          {8, std::nullopt}}) {
        INFO(count);
        Conversation c = failed_by(Side::server, "handshake_failure");
        with_request(c, std::vector<Octets>{});
        c.certificate_request.what.signature_algorithms = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804,
                                                           0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401};
        with_chain(c, Side::client, chain_of(count));
        const Findings findings = play(chain_too_long, c);
        REQUIRE(findings.size() == (expected ? 1u : 0u));
        if (expected) {
            CHECK(findings[0].certainty == *expected);
            CHECK(findings[0].side == Party::client);
            CHECK(chain_too_long.explains(c, findings[0]) ==
                  (*expected == Certainty::strong ? Fit::good : Fit::possible));
        }
    }
}

TEST_CASE("chain_too_long: not where the peer accepts it, or the sender ends it")
{
    Conversation accepted = completed();
    with_chain(accepted, Side::server, chain_of(12));
    CHECK(play(chain_too_long, accepted).empty());
    Conversation by_sender = failed_by(Side::server, "handshake_failure");
    with_chain(by_sender, Side::server, chain_of(12));
    CHECK(play(chain_too_long, by_sender).empty());
    Conversation silent = answered();
    with_chain(silent, Side::server, chain_of(12));
    end(silent, Side::client, EndReason::silence);
    CHECK(play(chain_too_long, silent).empty());
    Conversation cut = failed_by(Side::client, "handshake_failure");
    with_chain(cut, Side::server, chain_of(12));
    cut.gaps.truncated = true;
    CHECK(play(chain_too_long, cut).empty());
}
