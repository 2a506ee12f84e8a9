// Tests the diagnosis client_cert_rejected.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis client_cert_rejected, client_cert_not_in_ca_list;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

struct Lab {
    pki::Identity root = pki::make_ca("Lab Root");
    pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    std::vector<pki::Identity> chain{pki::issue(issuing, "device-1"), issuing};
};

} // namespace

TEST_CASE("client_cert_rejected: alerts that refuse a certificate, and others")
{
    const Lab lab;
    const std::vector<std::pair<const char *, bool>> alerts{
        {"bad_certificate", true}, {"unsupported_certificate", true}, {"certificate_revoked", true},
        {"access_denied", true},   {"certificate_unknown", true},     {"handshake_failure", false},
        {"internal_error", false}, {"decrypt_error", false},          {"certificate_required", false},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::server, alert);
        with_request(c, subjects({lab.root}));
        with_chain(c, Side::client, lab.chain);
        const Findings found = play(client_cert_rejected, c);
        REQUIRE(found.size() == (expected ? 1u : 0u));
        if (expected) {
            CHECK(found[0].side == Party::client);
            CHECK(client_cert_rejected.explains(c, found[0]) == Fit::vague);
        }
    }
}

TEST_CASE("client_cert_rejected: not without a certificate, nor where a more exact finding explains it")
{
    const Lab lab;
    Conversation none = failed_by(Side::server, "bad_certificate");
    CHECK(play(client_cert_rejected, none).empty());
    with_chain(none, Side::client, {});
    CHECK(play(client_cert_rejected, none).empty());

    Conversation listed = failed_by(Side::server, "bad_certificate");
    with_request(listed, subjects({pki::make_ca("Another Root")}));
    with_chain(listed, Side::client, lab.chain);
    REQUIRE(play(client_cert_not_in_ca_list, listed).size() == 1);
    CHECK(play(client_cert_rejected, listed).empty());

    Conversation by_client = failed_by(Side::client, "bad_certificate");
    with_chain(by_client, Side::client, lab.chain);
    CHECK(play(client_cert_rejected, by_client).empty());
}

TEST_CASE("client_cert_rejected: the bytes deny what the server claims")
{
    const Lab lab;
    Conversation c = failed_by(Side::server, "certificate_expired");
    with_chain(c, Side::client, lab.chain);
    const Findings found = play(client_cert_rejected, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].because, "the server's clock is ahead"));
    CHECK(client_cert_rejected.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("client_cert_rejected: a certificate that is compressed and cannot be read")
{
    Conversation c = failed_by(Side::server, "bad_certificate", 0x0304);
    c.decrypted = true;
    CHECK(play(client_cert_rejected, c).empty());
    c.compressed_certificate[Side::client] = seen(frames::client_chain, CompressedCertificate{3, 700, 1200});
    const Findings found = play(client_cert_rejected, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "compressed (zstd, 1,200 bytes) and cannot be read here"));
}
