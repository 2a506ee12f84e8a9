// Tests stapled OCSP responses: their status, the certificate they are for, and their signer.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_cache.hpp"
#include "core/x509/ocsp.hpp"
#include "support/catch.hpp"
#include "support/pki_ocsp.hpp"

#include <limits>

using namespace tlsdiag;
using Form = OcspStaple::Form;
using Status = OcspStaple::Status;
using Signer = OcspStaple::Signer;

namespace {

struct Lab {
    CertificateCache cache;
    pki::Identity root = pki::make_ca("Lab Root");
    pki::Identity leaf = pki::issue(root, "host.example");
    pki::Identity sibling = pki::issue(root, "host.example");

    OcspStaple read(const Octets &response)
    {
        return read_staple(response, *cache.parse(leaf.der), cache.parse(root.der));
    }
    OcspStaple read_without_issuer(const Octets &response)
    {
        return read_staple(response, *cache.parse(leaf.der), nullptr);
    }
    ~Lab() { CHECK(ERR_peek_error() == 0); }
};

} // namespace

TEST_CASE("a good response of the issuer", "[ocsp]")
{
    Lab lab;
    const bool by_key = GENERATE(false, true);
    const std::string digest = GENERATE("SHA1", "SHA256");
    const Octets response = pki::staple(lab.root, lab.root, lab.leaf, {.by_key = by_key, .digest = digest});
    const OcspStaple staple = lab.read(response);
    CHECK(staple.form == Form::response);
    CHECK(staple.for_certificate);
    CHECK(staple.status == Status::good);
    CHECK(staple.this_update == pki::date(2024));
    CHECK(staple.next_update == pki::date(2024, 1, 8));
    CHECK_FALSE(staple.revoked_at.has_value());
    CHECK(staple.signer == Signer::issuer);
    CHECK(staple.signature_verifies == true);
    CHECK(staple.responder.starts_with(by_key ? "key " : "CN=Lab Root"));

    const OcspStaple half = lab.read_without_issuer(response);
    CHECK(half.for_certificate);
    CHECK(half.signer == Signer::not_known);
    CHECK_FALSE(half.signature_verifies.has_value());
}

TEST_CASE("other statuses", "[ocsp]")
{
    Lab lab;
    SECTION("revoked")
    {
        const auto staple = lab.read(pki::staple(lab.root, lab.root, lab.leaf, {.status = V_OCSP_CERTSTATUS_REVOKED}));
        CHECK(staple.status == Status::revoked);
        CHECK(staple.revoked_at == pki::date(2023));
        CHECK(staple.reason == "keyCompromise");
    }
    SECTION("unknown")
    {
        const auto staple = lab.read(pki::staple(lab.root, lab.root, lab.leaf, {.status = V_OCSP_CERTSTATUS_UNKNOWN}));
        CHECK(staple.status == Status::unknown);
        CHECK(staple.for_certificate);
    }
    SECTION("no next update: it does not expire")
    {
        const auto staple = lab.read(pki::staple(lab.root, lab.root, lab.leaf, {.next_update = 0}));
        CHECK(staple.next_update == std::numeric_limits<Time>::max());
    }
}

TEST_CASE("a response for another certificate", "[ocsp]")
{
    Lab lab;
    const auto staple = lab.read(pki::staple(lab.root, lab.root, lab.sibling, {.status = V_OCSP_CERTSTATUS_REVOKED}));
    CHECK(staple.form == Form::response);
    CHECK_FALSE(staple.for_certificate);
    CHECK(staple.status == Status::revoked);
    CHECK(staple.signature_verifies == true);

    SECTION("the same serial number and issuer's name, but another key of the issuer")
    {
        const auto other_root = pki::make_ca("Lab Root");
        const auto response = pki::staple(other_root, other_root, lab.leaf);
        CHECK_FALSE(lab.read(response).for_certificate);
        CHECK(lab.read_without_issuer(response).for_certificate); // nothing distinguishes them
    }
}

TEST_CASE("who signed it", "[ocsp]")
{
    Lab lab;
    SECTION("a responder with a certificate for it")
    {
        const auto responder = pki::issue(lab.root, "Lab Responder", {.eku = "OCSPSigning"});
        const Octets response = pki::staple(responder, lab.root, lab.leaf, {.with_signer = true});
        CHECK(lab.read(response).signer == Signer::delegate);
        CHECK(lab.read(response).signature_verifies == true);
        CHECK(lab.read_without_issuer(response).signer == Signer::delegate);
        CHECK(lab.read_without_issuer(response).signature_verifies == true);
    }
    SECTION("that responder, but its certificate is not there")
    {
        const auto responder = pki::issue(lab.root, "Lab Responder", {.eku = "OCSPSigning"});
        const auto staple = lab.read(pki::staple(responder, lab.root, lab.leaf));
        CHECK(staple.signer == Signer::not_known);
        CHECK_FALSE(staple.signature_verifies.has_value());
        CHECK(staple.responder == "CN=Lab Responder");
    }
    SECTION("a server's certificate has no right to")
    {
        const Octets response = pki::staple(lab.sibling, lab.root, lab.leaf, {.with_signer = true});
        CHECK(lab.read(response).signer == Signer::stranger);
        CHECK(lab.read_without_issuer(response).signer == Signer::not_known);
    }
    SECTION("nor has the responder of a CA that only bears the same name")
    {
        const auto responder = pki::issue(pki::make_ca("Lab Root"), "Lab Responder", {.eku = "OCSPSigning"});
        CHECK(lab.read(pki::staple(responder, lab.root, lab.leaf, {.with_signer = true})).signer == Signer::stranger);
    }
    SECTION("a CA of the same name signed in the issuer's place")
    {
        const auto staple = lab.read(pki::staple(pki::make_ca("Lab Root"), lab.root, lab.leaf));
        CHECK(staple.signer == Signer::issuer); // the signer that it claims
        CHECK(staple.signature_verifies == false);
    }
    SECTION("the signature was damaged")
    {
        Octets response = pki::staple(lab.root, lab.root, lab.leaf);
        response.back() ^= 1;
        CHECK(lab.read(response).form == Form::response);
        CHECK(lab.read(response).signature_verifies == false);
    }
}

TEST_CASE("what is no response", "[ocsp]")
{
    Lab lab;
    Octets response = pki::staple(lab.root, lab.root, lab.leaf);
    CHECK(lab.read({}).form == Form::malformed);
    CHECK(lab.read(lab.leaf.der).form == Form::malformed);
    CHECK(lab.read(Octets(OcspStaple::max_size + 1)).form == Form::too_long);
    CHECK(lab.read(pki::refused_staple(OCSP_RESPONSE_STATUS_TRYLATER)).form == Form::refusal);
    CHECK(lab.read(pki::refused_staple(OCSP_RESPONSE_STATUS_TRYLATER)).refused == "trylater");
    CHECK(lab.read(pki::refused_staple(OCSP_RESPONSE_STATUS_SUCCESSFUL)).form == Form::malformed);
    response.pop_back();
    CHECK(lab.read(response).form == Form::malformed);
}
