// Tests the diagnosis address_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis address_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

// A client without a server name refuses a certificate for these names; the server is 10.0.0.2.
Conversation refused(const char *library, const char *alert, std::vector<std::string> sans,
                     World &world = plain_world())
{
    Conversation c = failed_by(Side::client, alert, 0x0303, world);
    speaks_like(c, library);
    with_name(c, std::nullopt);
    const auto root = pki::make_ca("Lab Root");
    with_chain(c, Side::server, {pki::issue(root, "default", {.sans = std::move(sans)}), root});
    return c;
}

std::size_t found(Conversation &&c)
{
    return play(address_mismatch, c).size();
}

} // namespace

TEST_CASE("address_mismatch: the certificate is for names, and the alert is about the name")
{
    Conversation c = refused("OpenSSL", "bad_certificate", {"host.example", "IP:10.0.0.3"});
    const Findings findings = play(address_mismatch, c);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].certainty == Certainty::guess);
    CHECK(has(findings[0].detail, "for host.example, not for the server's address 10.0.0.2"));
    CHECK(address_mismatch.explains(c, findings[0]) == Fit::good);
    CHECK(found(refused("NSS", "bad_certificate", {"host.example"})) == 1);
}

TEST_CASE("address_mismatch: the address as a dNSName")
{
    for (const char *library : {"OpenSSL", "Go", ""}) {
        Conversation c = refused(library, "bad_certificate", {"10.0.0.2"});
        const Findings findings = play(address_mismatch, c);
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].certainty == Certainty::strong);
        CHECK(has(findings[0].detail, "only an iPAddress counts"));
    }
}

TEST_CASE("address_mismatch: an alert that may be about trust needs a trusted CA")
{
    CHECK(found(refused("Go", "bad_certificate", {"host.example"})) == 0);
    CHECK(found(refused("JSSE", "certificate_unknown", {"host.example"})) == 0);
    World world;
    Conversation c = failed_by(Side::client, "certificate_unknown", 0x0303, world);
    speaks_like(c, "JSSE");
    with_name(c, std::nullopt);
    const auto root = pki::make_ca("Lab Root");
    world.trusts({root});
    with_chain(c, Side::server, {pki::issue(root, "default", {.sans = {"host.example"}})});
    CHECK(found(std::move(c)) == 1);
}

TEST_CASE("address_mismatch: what fits, and what is not about a name")
{
    CHECK(found(refused("OpenSSL", "bad_certificate", {"IP:10.0.0.2"})) == 0);
    CHECK(found(refused("OpenSSL", "unknown_ca", {"10.0.0.2"})) == 0);
    CHECK(found(refused("OpenSSL", "certificate_unknown", {"host.example"})) == 0);
    CHECK(found(refused("JSSE", "bad_certificate", {"10.0.0.2"})) == 0);
    CHECK(found(refused("OpenSSL", "certificate_expired", {"host.example"})) == 0);

    Conversation with_sni = refused("OpenSSL", "bad_certificate", {"host.example"});
    with_name(with_sni, "host.example");
    CHECK(found(std::move(with_sni)) == 0);
    Conversation no_ip = refused("OpenSSL", "bad_certificate", {"host.example"}); // EAP has no addresses
    no_ip.server.address_length = 0;
    CHECK(found(std::move(no_ip)) == 0);
    Conversation cut = refused("OpenSSL", "bad_certificate", {"host.example"});
    cut.gaps.truncated = true;
    CHECK(found(std::move(cut)) == 0);
}
