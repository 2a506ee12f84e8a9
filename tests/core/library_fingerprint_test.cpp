// Tests how the TLS library is guessed from a hello.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/library_fingerprint.hpp"

#include "support/builders.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

using Extensions = std::vector<std::uint16_t>;
using Schemes = std::vector<SignatureScheme>;

const Schemes openssl_3{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401};
const Schemes openssl_1_0{0x0601, 0x0602, 0x0603, 0x0501, 0x0502, 0x0503, 0x0401, 0x0402, 0x0403, 0x0301};
const Schemes java_17{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401};
const Schemes java_11{0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501};
const Schemes gnutls{0x0401, 0x0809, 0x0804, 0x0403, 0x0807, 0x0501, 0x080a, 0x0805, 0x0503};
const Schemes go{0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0503, 0x0603, 0x0201, 0x0203};
const Schemes firefox{0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203};
const Schemes nss_tool{0x0403, 0x0503, 0x0603, 0x0203, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601};
const Schemes windows_10{0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201,
                         0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603};
const Schemes chrome{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};

Conversation said(Extensions extensions, Schemes schemes)
{
    Conversation c = hello();
    c.client_hello.what.extensions = std::move(extensions);
    c.client_hello.what.signature_algorithms = std::move(schemes);
    return c;
}

std::string_view client_of(Extensions extensions, Schemes schemes)
{
    return fingerprint_library(said(std::move(extensions), std::move(schemes)), Side::client).library;
}

std::string_view server_asking_with(Schemes schemes)
{
    Conversation c = answered();
    with_request(c, std::vector<Octets>{});
    c.certificate_request.what.signature_algorithms = std::move(schemes);
    return fingerprint_library(c, Side::server).library;
}

} // namespace

TEST_CASE("library_fingerprint: hellos as libraries write them")
{
    CHECK(client_of({0, 11, 10, 35, 22, 23, 13, 43, 45, 51}, openssl_3) == "OpenSSL");
    CHECK(client_of({0, 11, 10, 16, 22, 23, 49, 13, 43, 45, 51, 21}, openssl_3) == "OpenSSL"); // curl
    CHECK(client_of({0, 11, 10, 35, 22, 23}, {}) == "OpenSSL");                                // TLS 1.0 only
    CHECK(client_of({11, 10, 35, 13, 15}, openssl_1_0) == "OpenSSL");
    CHECK(client_of({0, 5, 10, 11, 17, 23, 35, 13, 43, 45, 50, 51}, java_17) == "JSSE");
    CHECK(client_of({0, 5, 10, 11, 17, 23, 13, 50, 0xff01}, java_11) == "JSSE");
    CHECK(client_of({0, 5, 10, 11, 17, 23, 35, 43}, {}) == "JSSE"); // TLS 1.0 only
    CHECK(client_of({5, 10, 11, 13, 22, 23, 35, 51, 43, 0xff01, 0, 45, 28}, gnutls) == "GnuTLS");
    CHECK(client_of({28, 51, 0, 11, 10, 22, 5, 13, 43, 23}, gnutls) == "GnuTLS"); // 3.8 shuffles its extensions
    CHECK(client_of({0, 5, 10, 11, 35, 13, 0xff01, 18, 43, 51, 45}, go) == "Go");
    CHECK(client_of({0, 23, 0xff01, 10, 11, 51, 43, 13, 45, 28, 21}, nss_tool) == "NSS");
    CHECK(client_of({0, 23, 0xff01, 10, 11, 35, 16, 5, 34, 51, 43, 13, 45, 28, 0xfe0d}, firefox) == "NSS");
    CHECK(client_of({0, 5, 10, 11, 13, 35, 23, 0xff01}, windows_10) == "Schannel");
    CHECK(client_of({0, 10, 11, 13, 35, 16, 23, 24, 0xff01}, {windows_10.begin() + 3, windows_10.end()}) == "Schannel");
}

TEST_CASE("library_fingerprint: what is no library's alone is nobody's")
{
    CHECK(client_of({0, 10, 11, 35, 22, 23, 13}, openssl_3).empty());              // another order
    CHECK(client_of({0, 11, 10, 35, 23, 13, 43, 45, 51}, openssl_3).empty());      // without encrypt_then_mac
    CHECK(client_of({0, 11, 10, 35, 22, 23, 28, 13}, openssl_3).empty());          // record_size_limit
    CHECK(client_of({0, 5, 10, 11, 17, 23, 35, 43, 13}, java_17).empty());         // another order
    CHECK(client_of({0, 5, 10, 11, 23, 35, 13, 43, 45, 50, 51}, java_17).empty()); // without status_request_v2
    CHECK(client_of({0, 5, 10, 11, 17, 23, 13}, go).empty());                 // signature algorithms of another library
    CHECK(client_of({5, 10, 11, 13, 23, 35, 51, 43, 28}, gnutls).empty());    // without encrypt_then_mac
    CHECK(client_of({0, 5, 10, 11, 35, 13, 0xff01, 43, 51, 45}, go).empty()); // without SCTs
    CHECK(client_of({0, 23, 0xff01, 10, 11, 51, 43, 13, 45, 21}, firefox).empty()); // without record_size_limit
    CHECK(client_of({0, 13, 5, 10, 11, 35, 23, 0xff01}, windows_10).empty());       // another order
    CHECK(client_of({0, 23, 0xff01, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27}, chrome).empty());
    CHECK(client_of({}, {}).empty());
    CHECK(client_of({}, openssl_3).empty());
    CHECK(!fingerprint_library(Conversation{}, Side::client));
}

TEST_CASE("library_fingerprint: browsers grease, and write in the order of others")
{
    Conversation c = said({0, 11, 10, 35, 22, 23, 13}, openssl_3);
    c.client_hello.what.grease = true;
    CHECK(!fingerprint_library(c, Side::client));
}

TEST_CASE("library_fingerprint: a list of signature algorithms cut short is no library's")
{
    for (const Schemes &whole : {openssl_3, openssl_1_0, java_17, gnutls, go, nss_tool})
        CHECK(server_asking_with({whole.begin(), whole.begin() + 5}).empty());
}

TEST_CASE("library_fingerprint: the server by what its CertificateRequest accepts")
{
    CHECK(server_asking_with(openssl_3) == "OpenSSL");
    CHECK(server_asking_with(openssl_1_0) == "OpenSSL");
    CHECK(server_asking_with(java_17) == "JSSE");
    CHECK(server_asking_with(java_11) == "JSSE");
    CHECK(server_asking_with(gnutls) == "GnuTLS");
    CHECK(server_asking_with(go) == "Go");
    CHECK(server_asking_with(nss_tool) == "NSS");
    CHECK(server_asking_with(chrome).empty());
    Schemes openssl_3_5{0x0905, 0x0906, 0x0904};
    openssl_3_5.insert(openssl_3_5.end(), openssl_3.begin(), openssl_3.end());
    CHECK(server_asking_with(openssl_3_5) == "OpenSSL");
    Schemes bouncy_castle{0x0807, 0x0808}; // otherwise in OpenSSL's order
    bouncy_castle.insert(bouncy_castle.end(), openssl_3.begin(), openssl_3.begin() + 3);
    bouncy_castle.insert(bouncy_castle.end(), openssl_3.begin() + 5, openssl_3.end());
    CHECK(server_asking_with(bouncy_castle).empty());
    CHECK(server_asking_with({}).empty());
    CHECK(!fingerprint_library(answered(), Side::server));
}

TEST_CASE("library_fingerprint: by an alert that one library alone sends there")
{
    Conversation c = answered();
    with_request(c, std::vector<Octets>{});
    SECTION("a message over 32,768 bytes, its header counted")
    {
        c.certificate_request.what.size = 32'765;
        end(c, Side::client, EndReason::alert, "unexpected_message");
        CHECK(fingerprint_library(c, Side::client).library == "JSSE");
        c.certificate_request.what.size = 32'764;
        CHECK(!fingerprint_library(c, Side::client));
    }
    SECTION("another alert after it")
    {
        c.certificate_request.what.size = 40'000;
        end(c, Side::client, EndReason::alert, "decode_error");
        CHECK(!fingerprint_library(c, Side::client));
    }
    SECTION("an empty certificate")
    {
        with_chain(c, Side::client, {});
        Conversation other = c;
        end(c, Side::server, EndReason::alert, "decode_error");
        CHECK(fingerprint_library(c, Side::server).library == "GnuTLS");
        end(other, Side::server, EndReason::alert, "handshake_failure");
        CHECK(!fingerprint_library(other, Side::server));
    }
}
