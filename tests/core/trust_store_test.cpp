// Tests the trust store: where roots are found, which names match them, and what is reported if there are none.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_cache.hpp"
#include "core/x509/trust_store.hpp"
#include "support/catch.hpp"
#include "support/pki.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace tlsdiag;
namespace fs = std::filesystem;

namespace {

class TemporaryFolder {
public:
    TemporaryFolder() : path_{fs::temp_directory_path() / ("tlsdiag-trust-" + std::to_string(getpid()))}
    {
        fs::create_directories(path_);
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    std::string write(const std::string &name, const std::string &text) const
    {
        std::ofstream{path_ / name, std::ios::binary} << text;
        return (path_ / name).string();
    }
    std::string path() const { return path_.string(); }

private:
    fs::path path_;
};

class Environment {
public:
    Environment(const char *name, const std::string &value) : name_{name}
    {
        if (const char *before = std::getenv(name))
            before_ = before;
        setenv(name, value.c_str(), 1);
    }
    ~Environment()
    {
        if (before_)
            setenv(name_, before_->c_str(), 1);
        else
            unsetenv(name_);
    }

private:
    const char *name_;
    std::optional<std::string> before_;
};

std::string text_of(const Octets &bytes)
{
    return {bytes.begin(), bytes.end()};
}

} // namespace

TEST_CASE("no trust store", "[trust]")
{
    std::string error = "before";
    const TrustStore store = TrustStore::load("none", error);
    CHECK(error.empty());
    CHECK(store.none());
    CHECK_FALSE(store.absent());
    CHECK(store.size() == 0);
    CHECK(store.description() == "no trust store");
    CHECK_FALSE(store.has_subject(pki::name_der("Lab Root")));
}

TEST_CASE("a PEM file", "[trust]")
{
    const TemporaryFolder folder;
    const auto root = pki::make_ca("Lab Root"), other = pki::make_ca("Other Root");
    const auto same_name = pki::make_ca("Lab Root"), stranger = pki::make_ca("Stranger");
    const std::string file = folder.write(
        "roots.pem", "a comment\n" + root.pem() + "\n-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n" +
                         other.pem() + other.pem());
    std::string error;
    const TrustStore store = TrustStore::load(file, error);
    CHECK(error.empty());
    CHECK_FALSE(store.none());
    CHECK(store.size() == 2);
    CHECK(store.description() == "the trust store '" + file + "' (2 certificates)");

    CHECK(store.has_subject(root.subject()));
    CHECK(store.has_subject(pki::name_der("LAB root", V_ASN1_PRINTABLESTRING)));
    CHECK(store.has_subject(other.subject()));
    CHECK_FALSE(store.has_subject(stranger.subject()));
    CHECK_FALSE(store.has_subject({}));
    CHECK_FALSE(store.has_subject(Octets(30, 0x30)));

    CHECK(store.named());
    REQUIRE(store.with_subject(root.subject()).size() == 1);
    CHECK(std::ranges::equal(store.with_subject(root.subject())[0], root.der));
    REQUIRE(store.with_subject(pki::name_der("LAB root", V_ASN1_PRINTABLESTRING)).size() == 1);
    CHECK(store.with_subject(stranger.subject()).empty());
    CHECK(store.with_subject({}).empty());

    CertificateCache cache;
    CHECK(store.contains(*cache.parse(root.der)));
    CHECK_FALSE(store.contains(*cache.parse(same_name.der)));
    CHECK_FALSE(store.contains(*cache.parse({})));
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("several certificates of one name", "[trust]")
{
    const TemporaryFolder folder;
    std::string text;
    for (int i = 0; i < 10; ++i)
        text += pki::make_ca("Lab Root").pem();
    std::string error;
    const TrustStore store = TrustStore::load(folder.write("roots.pem", text), error);
    CHECK(store.size() == 10);
    CHECK(store.with_subject(pki::name_der("Lab Root")).size() == TrustStore::max_namesakes);
    CHECK_FALSE(TrustStore::load("none", error).named());
}

TEST_CASE("other forms of a certificate in a file", "[trust]")
{
    const TemporaryFolder folder;
    const auto root = pki::make_ca("Lab Root");
    std::string text;
    SECTION("DER")
    {
        text = text_of(root.der);
    }
    SECTION("version 1")
    {
        text = pki::self_signed("Lab Root", {.version = 1}).pem();
    }
    SECTION("OpenSSL's TRUSTED CERTIFICATE, which has more bytes after it")
    {
        X509_alias_set1(root.certificate.get(), reinterpret_cast<const unsigned char *>("lab"), 3);
        const openssl::BioOwner bio{BIO_new(BIO_s_mem())};
        PEM_write_bio_X509_AUX(bio.get(), root.certificate.get());
        char *data = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &data);
        text.assign(data, static_cast<std::size_t>(size));
    }
    std::string error;
    const TrustStore store = TrustStore::load(folder.write("root.crt", text), error);
    CHECK(error.empty());
    CHECK(store.size() == 1);
    CHECK(store.has_subject(root.subject()));
}

TEST_CASE("a directory", "[trust]")
{
    const TemporaryFolder folder;
    const auto one = pki::make_ca("One"), two = pki::make_ca("Two"), three = pki::make_ca("Three"),
               four = pki::make_ca("Four");
    folder.write("one.pem", one.pem());
    folder.write("0123abcd.0", two.pem());
    folder.write("three.cer", text_of(three.der));
    folder.write("four.txt", four.pem());
    folder.write("broken.crt", "nothing");
    fs::create_symlink("nowhere", fs::path{folder.path()} / "dangling.pem");
    std::string error;
    const TrustStore store = TrustStore::load(folder.path(), error);
    CHECK(error.empty());
    CHECK(store.size() == 3);
    CHECK(store.has_subject(one.subject()));
    CHECK(store.has_subject(two.subject()));
    CHECK(store.has_subject(three.subject()));
    CHECK_FALSE(store.has_subject(four.subject()));
}

TEST_CASE("a store that cannot be used is said in one line, and is none", "[trust]")
{
    const TemporaryFolder folder;
    std::string where, problem;
    SECTION("absent")
    {
        where = folder.path() + "/absent.pem";
        problem = "no such file or directory";
    }
    SECTION("empty")
    {
        where = folder.write("empty.pem", "");
        problem = "the file contains no certificate";
    }
    SECTION("a private key only")
    {
        where = folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n");
        problem = "the file contains no certificate";
    }
    SECTION("noise that begins as DER does")
    {
        where = folder.write("noise.cer", std::string(100, '\x30'));
        problem = "the file contains no certificate";
    }
    SECTION("a directory without certificates")
    {
        where = folder.path();
        problem = "no readable *.pem";
    }
    SECTION("a device")
    {
        where = "/dev/zero";
        problem = "the file contains no certificate";
    }
    SECTION("control characters in its name")
    {
        where = "a\nb";
        problem = "no such file";
    }
    std::string error;
    const TrustStore store = TrustStore::load(where, error);
    CHECK(store.none());
    CHECK(error.starts_with("trust store '"));
    CHECK(error.find(problem) != std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
    CHECK(store.description() == "no trust store");
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("the system's store follows SSL_CERT_FILE and SSL_CERT_DIR", "[trust]")
{
    const TemporaryFolder folder;
    const auto one = pki::make_ca("One"), two = pki::make_ca("Two");
    const std::string file = folder.write("one.pem", one.pem());
    fs::create_directory(folder.path() + "/more");
    folder.write("more/two.pem", two.pem());
    std::string error;

    SECTION("both")
    {
        const Environment cert_file{"SSL_CERT_FILE", file};
        const Environment cert_dir{"SSL_CERT_DIR", "/nowhere:" + folder.path() + "/more"};
        const TrustStore store = TrustStore::load("system", error);
        CHECK(store.size() == 2);
        CHECK(store.has_subject(two.subject()));
        CHECK(store.description() == "the system trust store (2 roots)");
    }
    SECTION("neither is there: absent, and no failure")
    {
        const Environment cert_file{"SSL_CERT_FILE", "/nowhere"};
        const Environment cert_dir{"SSL_CERT_DIR", "/nowhere"};
        const TrustStore store = TrustStore::load("system", error);
        CHECK(store.none());
        CHECK(store.absent());
        CHECK(store.description() == "no trust store (the system has none)");
    }
    CHECK(error.empty());
}

TEST_CASE("the system's store is read when it is first asked for", "[trust]")
{
    const TemporaryFolder folder;
    const auto before = pki::make_ca("Before"), after = pki::make_ca("After");
    const std::string file = folder.write("store.pem", before.pem());
    const Environment cert_file{"SSL_CERT_FILE", file};
    const Environment cert_dir{"SSL_CERT_DIR", "/nowhere"};
    std::string error;
    const TrustStore store = TrustStore::load("system", error);
    CHECK_FALSE(store.absent()); // not even now, although every capture asks
    folder.write("store.pem", after.pem());
    CHECK(store.has_subject(after.subject()));
    CHECK_FALSE(store.has_subject(before.subject()));
}
