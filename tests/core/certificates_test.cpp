// Tests certificates: which fields are read, who issued whom, and which path the certificates of a message form.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_cache.hpp"
#include "support/catch.hpp"
#include "support/pki.hpp"

#include <algorithm>
#include <limits>

using namespace tlsdiag;
using Strings = std::vector<std::string>;

static const Certificate *parse(CertificateCache &cache, const pki::Identity &identity)
{
    return cache.parse(identity.der);
}

TEST_CASE("a certificate that came long ago is read again without its key", "[certificates]")
{
    constexpr int others = 1'000; // as many as are kept parsed
    const auto root = pki::make_ca("CN=Lab Root", {.key = "P-256"});
    const auto leaf = pki::issue(root, "CN=host.example", {.sans = {"host.example"}, .key = "P-256"});
    CertificateCache cache;
    const Certificate *first = parse(cache, leaf);
    REQUIRE(first->readable);
    REQUIRE_FALSE(first->parsed.expired());
    Octets other = leaf.der;
    for (int i = 0; i < others; ++i) { // the last bytes of the signature, which is not verified
        other[other.size() - 1] = static_cast<std::uint8_t>(leaf.der.back() + 1 + i % 255);
        other[other.size() - 2] = static_cast<std::uint8_t>(i / 255);
        REQUIRE(cache.parse(other)->readable);
    }
    CHECK(first->parsed.expired());
    CHECK(cache.host(*first, "host.example").matches);
    CHECK_FALSE(cache.host(*first, "other.example").matches);
    CHECK(first->with_key == nullptr);
}

TEST_CASE("a certificate is read whole", "[certificates]")
{
    const auto root = pki::make_ca("C=DE,O=Lab,CN=Lab Root");
    const auto leaf = pki::issue(root, "O=Lab,CN=host.example",
                                 {.sans = {"host.example", "*.host.example", "IP:192.0.2.1"},
                                  .not_before = pki::date(2024, 2, 29),
                                  .not_after = pki::date(2025, 3, 1),
                                  .key = "RSA-2048",
                                  .eku = "serverAuth",
                                  .aia = "http://ca.example/root.cer",
                                  .ocsp = "http://ocsp.example/",
                                  .must_staple = true});
    CertificateCache cache;
    const Certificate *read = parse(cache, leaf);

    REQUIRE(read->readable);
    CHECK(read->der == leaf.der);
    CHECK(fingerprint_of(*read).size() == 64);
    CHECK(read->subject == leaf.subject());
    CHECK(read->issuer == root.subject());
    CHECK(read->subject_text == "CN=host.example, O=Lab");
    CHECK(read->issuer_text == "CN=Lab Root, O=Lab, C=DE");
    CHECK(read->not_before == pki::date(2024, 2, 29));
    CHECK(read->not_after == pki::date(2025, 3, 1));
    CHECK(read->version == 3);
    CHECK_FALSE(read->self_issued);
    CHECK_FALSE(read->self_signed);
    CHECK_FALSE(read->is_ca);
    CHECK(read->has_san);
    CHECK(read->dns_names == Strings{"host.example", "*.host.example"});
    CHECK(read->common_name == "host.example");
    CHECK(read->key_algorithm == "RSA");
    CHECK(read->key_bits == 2048);
    CHECK(read->signature_algorithm == "ecdsa-with-SHA256");
    CHECK(read->signature_digest == "SHA256");
    CHECK(read->server_auth == true);
    CHECK(read->client_auth == false);
    CHECK(read->subject_key_id.size() == 20);
    CHECK(read->authority_key_id == parse(cache, root)->subject_key_id);
    CHECK(read->aia_ca_issuers == Strings{"http://ca.example/root.cer"});
    CHECK(read->ocsp_urls == Strings{"http://ocsp.example/"});
    CHECK(read->must_staple);
}

TEST_CASE("a root says so", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root");
    const Certificate *read = parse(cache, root);
    CHECK(read->self_issued);
    CHECK(read->self_signed);
    CHECK(read->is_ca);
    CHECK_FALSE(read->has_san);
    CHECK_FALSE(read->server_auth.has_value());
    CHECK_FALSE(read->client_auth.has_value());
    CHECK_FALSE(read->must_staple);

    SECTION("self-issued, but signed by another key of that name, is not self-signed")
    {
        const auto renewed = pki::issue(root, "Lab Root", {.ca = true, .key_ids = false});
        CHECK(parse(cache, renewed)->self_issued);
        CHECK_FALSE(parse(cache, renewed)->self_signed);
    }
    SECTION("version 1: a CA only where it is self-signed")
    {
        const auto old_root = pki::self_signed("Old Root", {.version = 1});
        const auto old_leaf = pki::issue(old_root, "old.example", {.version = 1});
        CHECK(parse(cache, old_root)->version == 1);
        CHECK(parse(cache, old_root)->is_ca);
        CHECK_FALSE(parse(cache, old_leaf)->is_ca);
    }
    SECTION("version 3 without basicConstraints is no CA")
    {
        CHECK_FALSE(parse(cache, pki::self_signed("host.example"))->is_ca);
    }
}

TEST_CASE("keys and signatures have their usual names", "[certificates]")
{
    struct Row {
        std::string key, digest, key_algorithm, signature_algorithm, signature_digest;
        int bits;
    };
    const auto row = GENERATE(values<Row>({
        {"P-256", "SHA256", "EC", "ecdsa-with-SHA256", "SHA256", 256},
        {"P-384", "SHA384", "EC", "ecdsa-with-SHA384", "SHA384", 384},
        {"RSA-1024", "SHA1", "RSA", "sha1WithRSAEncryption", "SHA1", 1024},
        {"RSA-1024", "MD5", "RSA", "md5WithRSAEncryption", "MD5", 1024},
        {"RSA-PSS-1024", "SHA256", "RSA-PSS", "rsassaPss", "SHA256", 1024},
        {"brainpoolP256r1", "SHA256", "EC", "ecdsa-with-SHA256", "SHA256", 256},
        {"ED25519", "", "Ed25519", "ED25519", "", 256},
        {"ED448", "", "Ed448", "ED448", "", 456},
    }));
    CAPTURE(row.key, row.digest);
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root", {.key = row.key, .digest = row.digest});
    const Certificate *read = parse(cache, root);
    CHECK(read->key_algorithm == row.key_algorithm);
    CHECK(read->key_bits == row.bits);
    CHECK(read->signature_algorithm == row.signature_algorithm);
    CHECK(read->signature_digest == row.signature_digest);
    CHECK(read->self_signed);
    CHECK(cache.issued(*read, *parse(cache, pki::issue(root, "host.example", {.digest = row.digest}))));
}

// From 3.3 on, OpenSSL rejects certificates with a time that is shorter than in DER (openssl/openssl#23483).
static bool reads_short_times()
{
    return OpenSSL_version_num() < 0x30300000L;
}

TEST_CASE("times", "[certificates]")
{
    constexpr Time noon = 12 * 3600 * second;
    struct Row {
        std::string text;
        Time expected;
        bool is_short = false;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"700101000000Z", 0},
        {"491231120000Z", pki::date(2049, 12, 31) + noon},
        {"500101000000Z", pki::date(1950)},
        {"20401231120000Z", pki::date(2040, 12, 31) + noon},
        {"20401231120000.5Z", pki::date(2040, 12, 31) + noon},   // a fraction, which RFC 5280 forbids
        {"20401231130000+0100", pki::date(2040, 12, 31) + noon}, // an offset, likewise
        {"401231120000Z", pki::date(2040, 12, 31) + noon},
        {"4012311200Z", pki::date(2040, 12, 31) + noon, true},      // UTCTime without seconds
        {"20401231120000", std::numeric_limits<Time>::max(), true}, // local time in an unknown zone
        {"20401231120000.5", std::numeric_limits<Time>::max()},     // the same
        {"99991231235959Z", std::numeric_limits<Time>::max()},      // RFC 5280, 4.1.2.5: no expiration
        {"20409999999999Z", std::numeric_limits<Time>::max()},      // not a time
        {"soon", std::numeric_limits<Time>::max(), true},
        {"sooner or later", std::numeric_limits<Time>::max()},
    }));
    CAPTURE(row.text);
    CertificateCache cache;
    const Certificate *read = parse(cache, pki::self_signed("host.example", {.raw_not_after = row.text}));
    REQUIRE(read->readable == (!row.is_short || reads_short_times()));
    if (read->readable)
        CHECK(read->not_after == row.expected);
}

TEST_CASE("a time that cannot be read denies nothing", "[certificates]")
{
    CertificateCache cache;
    const auto odd =
        pki::self_signed("host.example", {.raw_not_before = "sooner or later", .raw_not_after = "later or never"});
    const Certificate *read = parse(cache, odd);
    REQUIRE(read->readable);
    CHECK(read->not_before == std::numeric_limits<Time>::min());
    CHECK(read->not_after == std::numeric_limits<Time>::max());
}

TEST_CASE("what is no certificate is unreadable", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root");
    auto bytes = root.der;
    SECTION("nothing")
    {
        bytes.clear();
    }
    SECTION("cut short")
    {
        bytes.pop_back();
    }
    SECTION("with bytes after it")
    {
        bytes.push_back(0);
    }
    SECTION("noise")
    {
        bytes.assign(200, 0x30);
    }
    SECTION("too long")
    {
        bytes.assign(CertificateCache::max_certificate_size + 1, 0x30);
    }
    const Certificate *read = cache.parse(bytes);
    CHECK_FALSE(read->readable);
    CHECK(read->der.empty());
    CHECK_FALSE(cache.issued(*parse(cache, root), *read));
    CHECK_FALSE(cache.issued(*read, *parse(cache, root)));
    CHECK(cache.path({read, parse(cache, root)}).top == nullptr);
    CHECK_FALSE(match_host(*read, "host.example").matches);
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("the same bytes give the same certificate", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root");
    const auto copy = root.der;
    const Certificate *first = parse(cache, root);
    CHECK(cache.parse(copy) == first);
    CHECK(cache.parse(pki::make_ca("Lab Root").der) != first);
}

TEST_CASE("text out of a certificate is harmless", "[certificates]")
{
    CertificateCache cache;
    const auto hostile = pki::self_signed("a\nb\x1b[31m", {.sans = {"host.example"}});
    const Certificate *read = parse(cache, hostile);
    for (const std::string &text : {read->subject_text, read->common_name, name_text(hostile.subject())})
        CHECK(std::ranges::none_of(text, [](char letter) { return letter >= 0 && letter < ' '; }));
    const auto long_name =
        pki::self_signed("OU=" + std::string(60, 'x') + ",OU=" + std::string(60, 'y') + ",OU=" + std::string(60, 'z') +
                         ",O=" + std::string(60, 'o') + ",L=" + std::string(60, 'l') + ",CN=host.example");
    CHECK(parse(cache, long_name)->subject_text.size() <= 256 + 3);
    CHECK(parse(cache, long_name)->subject_text.starts_with("CN=host.example, L=lll"));
}

TEST_CASE("who issued whom", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root");
    const auto leaf = pki::issue(root, "host.example");
    const auto verdict = [&](const pki::Identity &issuer) {
        return cache.issued(*parse(cache, issuer), *parse(cache, leaf));
    };
    CHECK(verdict(root));
    CHECK(verdict(root)); // remembered
    CHECK(cache.issued(*parse(cache, root), *parse(cache, root)));

    SECTION("another root of the same name did not")
    {
        CHECK_FALSE(verdict(pki::make_ca("Lab Root")));
    }
    SECTION("nor without key ids")
    {
        CHECK_FALSE(verdict(pki::make_ca("Lab Root", {.key_ids = false})));
    }
    SECTION("nor with another kind of key")
    {
        CHECK_FALSE(verdict(pki::make_ca("Lab Root", {.key = "RSA-1024", .key_ids = false})));
    }
    SECTION("nor the same key under another name")
    {
        auto renamed = root;
        renamed.certificate = std::shared_ptr<X509>{X509_dup(root.certificate.get()), X509_free};
        X509_set_subject_name(renamed.certificate.get(), pki::make_name("Other Root").get());
        X509_sign(renamed.certificate.get(), root.key.get(), EVP_sha256());
        renamed.der = openssl::encode(renamed.certificate.get(), i2d_X509);
        CHECK_FALSE(verdict(renamed));
    }
    SECTION("nor itself")
    {
        CHECK_FALSE(verdict(leaf));
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("an issuer whose name is written in another string type", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root");
    auto reissued = root; // the same key and name, as PrintableString
    reissued.certificate = std::shared_ptr<X509>{X509_dup(root.certificate.get()), X509_free};
    X509_set_subject_name(reissued.certificate.get(), pki::make_name("LAB  Root", V_ASN1_PRINTABLESTRING).get());
    X509_sign(reissued.certificate.get(), root.key.get(), EVP_sha256());
    reissued.der = openssl::encode(reissued.certificate.get(), i2d_X509);
    const Certificate *leaf = parse(cache, pki::issue(root, "host.example"));
    REQUIRE(parse(cache, reissued)->subject != leaf->issuer);
    CHECK(parse(cache, reissued)->subject_hash == leaf->issuer_hash);
    CHECK(cache.issued(*parse(cache, reissued), *leaf));
}

TEST_CASE("keys that are not tried: only the names count", "[certificates]")
{
    CertificateCache cache;
    const auto odd = pki::make_ca("Lab Root", {.key = "EXPLICIT-P-256", .key_ids = false});
    const auto stranger = pki::issue(pki::make_ca("Lab Root"), "host.example", {.key_ids = false});
    const auto else_named = pki::issue(pki::make_ca("Other Root"), "host.example", {.key_ids = false});
    CHECK(parse(cache, odd)->self_signed);
    CHECK(cache.issued(*parse(cache, odd), *parse(cache, stranger)));
    CHECK_FALSE(cache.issued(*parse(cache, odd), *parse(cache, else_named)));
}

TEST_CASE("paths", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root");
    const auto upper = pki::issue(root, "Lab Upper CA", {.ca = true});
    const auto lower = pki::issue(upper, "Lab Lower CA", {.ca = true});
    const auto leaf = pki::issue(lower, "host.example");
    const auto stranger = pki::issue(pki::make_ca("Other Root"), "Lab Upper CA", {.ca = true});
    const auto path_of = [&](std::initializer_list<pki::Identity> sent) {
        std::vector<const Certificate *> chain;
        for (const auto &identity : sent)
            chain.push_back(parse(cache, identity));
        return cache.path(chain);
    };
    const auto at = [&](const pki::Identity &identity) { return parse(cache, identity); };
    using Certificates = std::vector<const Certificate *>;

    SECTION("in order, to the root")
    {
        const Path path = path_of({leaf, lower, upper, root});
        CHECK(path.certificates == Certificates{at(leaf), at(lower), at(upper), at(root)});
        CHECK(path.top == at(root));
        CHECK(path.ends_in_root);
    }
    SECTION("out of order, with a stranger and twice the same")
    {
        const Path path = path_of({leaf, leaf, stranger, upper, upper, lower});
        CHECK(path.certificates == Certificates{at(leaf), at(lower), at(upper)});
        CHECK_FALSE(path.ends_in_root);
    }
    SECTION("a gap ends it")
    {
        CHECK(path_of({leaf, upper, root}).certificates == Certificates{at(leaf)});
    }
    SECTION("nothing above a self-signed leaf")
    {
        const Path path = path_of({root, upper});
        CHECK(path.certificates == Certificates{at(root)});
        CHECK(path.ends_in_root);
    }
    SECTION("a cross-signed root: the self-signed form ends the path")
    {
        auto cross = root;
        cross.certificate = std::shared_ptr<X509>{X509_dup(root.certificate.get()), X509_free};
        const auto other = pki::make_ca("Other Root");
        X509_set_issuer_name(cross.certificate.get(), X509_get_subject_name(other.certificate.get()));
        X509_sign(cross.certificate.get(), other.key.get(), EVP_sha256());
        cross.der = openssl::encode(cross.certificate.get(), i2d_X509);
        CHECK(path_of({upper, cross, root}).top == at(root));
        CHECK(path_of({upper, cross}).top == at(cross));
        CHECK(path_of({upper, cross, other}).top == at(other));
    }
    SECTION("two that issued one another are no endless path")
    {
        const auto one = pki::make_ca("One");
        auto two = pki::issue(one, "Two", {.ca = true});
        auto back = one;
        back.certificate = std::shared_ptr<X509>{X509_dup(one.certificate.get()), X509_free};
        X509_set_issuer_name(back.certificate.get(), X509_get_subject_name(two.certificate.get()));
        X509_sign(back.certificate.get(), two.key.get(), EVP_sha256());
        back.der = openssl::encode(back.certificate.get(), i2d_X509);
        CHECK(path_of({back, two}).certificates.size() == 2);
    }
    SECTION("nothing sent")
    {
        CHECK(path_of({}).top == nullptr);
    }
}

TEST_CASE("many certificates of one name cost a bounded number of signatures", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root");
    std::vector<const Certificate *> chain{parse(cache, pki::issue(root, "host.example", {.key_ids = false}))};
    for (int i = 0; i < 70; ++i)
        chain.push_back(parse(cache, pki::make_ca("Lab Root", {.key_ids = false})));
    chain.push_back(parse(cache, root));
    CHECK(cache.path(chain).certificates.size() == 1); // 64 issuers were tried
    std::swap(chain[1], chain.back());
    CHECK(cache.path(chain).certificates.size() == 2);
}

TEST_CASE("of several paths, the one with the fewest faults", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root"), other = pki::make_ca("Other Root");
    const pki::Spec one_key{.key = "ED25519-4", .ca = true};
    pki::Spec expired = one_key, early = one_key, no_ca = one_key, for_mail = one_key, weak = one_key,
              limited = one_key;
    expired.not_after = pki::date(2026, 1);
    early.not_before = pki::date(2030);
    no_ca.ca = false;
    for_mail.eku = "emailProtection";
    weak.digest = "SHA1";
    limited.more = {{"nameConstraints", "critical,permitted;DNS:lab.example"}};
    const auto good = pki::issue(root, "Lab Issuing", one_key);
    const auto leaf = pki::issue(good, "host.example", {.sans = {"host.example"}});
    const PathUse use{.time = pki::date(2026, 6), .server = true};
    const auto path_of = [&](const std::vector<pki::Identity> &sent) {
        std::vector<const Certificate *> chain;
        for (const auto &identity : sent)
            chain.push_back(parse(cache, identity));
        return cache.path(chain, use).certificates;
    };
    using Certificates = std::vector<const Certificate *>;
    for (const pki::Spec &spec : {expired, early, no_ca, for_mail, weak, limited}) {
        const auto bad = pki::issue(other, "Lab Issuing", spec);
        const Certificates wanted{parse(cache, leaf), parse(cache, good)};
        CHECK(path_of({leaf, bad, good}) == wanted);
        CHECK(path_of({leaf, good, bad}) == wanted);
        CHECK(path_of({leaf, bad, good, other}) == wanted); // although the other one ends in a root
        CHECK(path_of({leaf, bad}) == Certificates{parse(cache, leaf), parse(cache, bad)});
    }
    SECTION("a fault further up")
    {
        const pki::Spec upper_key{.key = "ED25519-5", .ca = true};
        pki::Spec old = upper_key;
        old.not_after = pki::date(2026, 1);
        const auto upper = pki::issue(root, "Lab Upper", upper_key);
        const auto by_upper = pki::issue(upper, "Lab Issuing", one_key);
        const auto old_upper = pki::issue(root, "Lab Upper", old);
        CHECK(path_of({leaf, by_upper, old_upper, good}) == Certificates{parse(cache, leaf), parse(cache, good)});
    }
}

TEST_CASE("many paths cost a bounded time", "[certificates]")
{
    CertificateCache cache;
    const pki::Spec key_of_one{.key = "ED25519-6", .ca = true}, key_of_other{.key = "ED25519-7", .ca = true};
    const auto one = pki::make_ca("One", key_of_one), other = pki::make_ca("Other", key_of_other);
    std::vector<const Certificate *> chain{parse(cache, pki::issue(one, "host.example"))};
    for (int i = 0; i < 30; ++i) { // each of the two CAs has certified the other one many times
        chain.push_back(parse(cache, pki::issue(other, "One", key_of_one)));
        chain.push_back(parse(cache, pki::issue(one, "Other", key_of_other)));
    }
    CHECK(cache.path(chain).certificates.size() > 1);
}

TEST_CASE("what a certificate permits", "[certificates]")
{
    CertificateCache cache;
    const auto root = pki::make_ca("Lab Root", {.more = {{"keyUsage", "critical,keyCertSign,cRLSign"}}});
    const auto limited = pki::issue(
        root, "Lab Issuing",
        {.more = {{"basicConstraints", "CA:TRUE,pathlen:3"}, {"nameConstraints", "permitted;DNS:lab.example"}}});
    const auto leaf = pki::issue(limited, "host.example", {.more = {{"keyUsage", "digitalSignature,keyAgreement"}}});
    const Certificate *top = parse(cache, root), *middle = parse(cache, limited), *end = parse(cache, leaf);
    CHECK(top->constraints_critical);
    CHECK(top->key_usage->cert_sign);
    CHECK_FALSE(top->key_usage->digital_signature);
    CHECK_FALSE(top->path_length);
    CHECK(middle->path_length == 3u);
    CHECK_FALSE(middle->constraints_critical);
    CHECK(middle->has_name_constraints);
    CHECK_FALSE(middle->key_usage);
    CHECK(end->key_usage->digital_signature);
    CHECK(end->key_usage->key_agreement);
    CHECK_FALSE(end->key_usage->key_encipherment);
    CHECK(may_sign_certificates(*top));
    CHECK(may_sign_certificates(*middle));
    CHECK_FALSE(may_sign_certificates(*end));
    for (const Certificate *one : {top, middle, end})
        CHECK(one->malformed.empty());
}
