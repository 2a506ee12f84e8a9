// Tests which handshake messages are kept to verify signatures.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/transcript.hpp"
#include "core/x509/signatures.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using Type = HandshakeType;

namespace {

constexpr CipherSuite suite = 0x1301;
constexpr std::nullopt_t tls = std::nullopt;
const Octets body{7, 8};

// A message of `body` with its header.
Octets message(Type type)
{
    return {static_cast<std::uint8_t>(type), 0, 0, 2, 7, 8};
}

Octets messages(const std::vector<Type> &types)
{
    Octets all;
    for (const Type type : types) {
        const Octets one = message(type);
        all.insert(all.end(), one.begin(), one.end());
    }
    return all;
}

void server(Transcript &transcript, const std::vector<Type> &types)
{
    for (const Type type : types)
        transcript.server_sent(type, body, tls);
}
void client(Transcript &transcript, const std::vector<Type> &types)
{
    for (const Type type : types)
        transcript.client_sent(type, body, tls);
}

} // namespace

TEST_CASE("transcript: TLS 1.2 with a client certificate", "[transcript]")
{
    Transcript transcript;
    client(transcript, {Type::client_hello});
    server(transcript, {Type::hello_request, Type::server_hello, Type::certificate, Type::server_key_exchange,
                        Type::certificate_request, Type::server_hello_done});
    client(transcript, {Type::certificate, Type::client_key_exchange, Type::certificate_verify, Type::finished});
    server(transcript, {Type::new_session_ticket});
    CHECK(transcript.before_client_verify(suite) ==
          messages({Type::client_hello, Type::server_hello, Type::certificate, Type::server_key_exchange,
                    Type::certificate_request, Type::server_hello_done, Type::certificate, Type::client_key_exchange}));
    CHECK(transcript.before_server_verify(suite).empty());

    transcript.forget();
    CHECK(transcript.before_client_verify(suite).empty());
    client(transcript, {Type::client_hello});
    CHECK(transcript.before_client_verify(suite).empty());
}

TEST_CASE("transcript: TLS 1.3, both sides", "[transcript]")
{
    Transcript transcript;
    client(transcript, {Type::client_hello});
    server(transcript, {Type::server_hello, Type::encrypted_extensions, Type::certificate_request, Type::certificate,
                        Type::certificate_verify, Type::finished});
    const Octets before_server = messages({Type::client_hello, Type::server_hello, Type::encrypted_extensions,
                                           Type::certificate_request, Type::certificate});
    CHECK(transcript.before_server_verify(suite) == before_server);
    CHECK(transcript.before_client_verify(suite).empty());

    client(transcript, {Type::certificate, Type::certificate_verify});
    Octets before_client = before_server;
    for (const std::uint8_t byte : messages({Type::certificate_verify, Type::finished, Type::certificate}))
        before_client.push_back(byte);
    CHECK(transcript.before_client_verify(suite) == before_client);
    CHECK(transcript.before_server_verify(suite) == before_server);
}

TEST_CASE("transcript: after a HelloRetryRequest the first hello is a hash", "[transcript]")
{
    Transcript transcript;
    client(transcript, {Type::client_hello});
    server(transcript, {Type::server_hello});
    transcript.retried();
    client(transcript, {Type::client_hello});
    server(transcript, {Type::server_hello, Type::encrypted_extensions, Type::certificate, Type::certificate_verify});
    Octets expected{254, 0, 0, 32};
    for (const std::uint8_t byte : transcript_hash(suite, message(Type::client_hello)))
        expected.push_back(byte);
    for (const std::uint8_t byte : messages({Type::server_hello, Type::client_hello, Type::server_hello,
                                             Type::encrypted_extensions, Type::certificate}))
        expected.push_back(byte);
    CHECK(transcript.before_server_verify(suite) == expected);
}

TEST_CASE("transcript: DTLS, from the ClientHello with the cookie on", "[transcript]")
{
    Transcript transcript;
    transcript.client_sent(Type::client_hello, body, 0);
    transcript.server_sent(Type::hello_verify_request, body, 0);
    transcript.client_sent(Type::client_hello, body, 1);
    std::uint16_t sequence = 0x0101;
    for (const Type type : {Type::server_hello, Type::certificate_request, Type::server_hello_done})
        transcript.server_sent(type, body, sequence++);
    transcript.client_sent(Type::certificate, body, 2);
    transcript.client_sent(Type::client_key_exchange, body, 3);
    transcript.client_sent(Type::certificate_verify, body, 4);
    const Octets all = transcript.before_client_verify(suite);
    REQUIRE(all.size() == 6 * 14);
    CHECK(Octets{all.begin(), all.begin() + 14} == Octets{1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 7, 8});
    CHECK(Octets{all.begin() + 14, all.begin() + 28} == Octets{2, 0, 0, 2, 1, 1, 0, 0, 0, 0, 0, 2, 7, 8});
}

TEST_CASE("transcript: what is not whole is not there", "[transcript]")
{
    struct Row {
        const char *name;
        std::vector<Type> hello, server, client;
    };
    const std::vector<Row> rows{
        {"no certificate was asked for",
         {Type::client_hello},
         {Type::server_hello, Type::certificate, Type::server_hello_done},
         {Type::certificate, Type::client_key_exchange}},
        {"a message came twice",
         {Type::client_hello},
         {Type::server_hello, Type::certificate_request, Type::certificate_request, Type::server_hello_done},
         {Type::certificate, Type::client_key_exchange}},
        {"the ClientHello is missing",
         {},
         {Type::server_hello, Type::certificate_request, Type::server_hello_done},
         {Type::certificate, Type::client_key_exchange}},
        {"the end of the server's flight is missing",
         {Type::client_hello},
         {Type::server_hello, Type::certificate_request},
         {Type::certificate, Type::client_key_exchange}},
        {"the ClientKeyExchange is missing",
         {Type::client_hello},
         {Type::server_hello, Type::certificate_request, Type::server_hello_done},
         {Type::certificate}},
    };
    for (const Row &row : rows) {
        INFO(row.name);
        Transcript transcript;
        client(transcript, row.hello);
        server(transcript, row.server);
        client(transcript, row.client);
        client(transcript, {Type::certificate_verify});
        CHECK(transcript.before_client_verify(suite).empty());
    }

    Transcript long_one;
    client(long_one, {Type::client_hello});
    server(long_one, {Type::server_hello, Type::encrypted_extensions});
    long_one.server_sent(Type::certificate, Octets(Transcript::max_kept - 17), tls); // 3 messages of 6 are kept before
    server(long_one, {Type::certificate_verify});
    CHECK(long_one.before_server_verify(suite).empty());
}

TEST_CASE("transcript: a HelloRetryRequest after a CertificateVerify begins anew", "[transcript]")
{
    Transcript transcript;
    client(transcript, {Type::client_hello});
    server(transcript, {Type::server_hello, Type::encrypted_extensions, Type::certificate_request, Type::certificate,
                        Type::certificate_verify});
    transcript.retried();
    client(transcript, {Type::client_hello});
    server(transcript, {Type::server_hello, Type::encrypted_extensions, Type::certificate});
    CHECK(transcript.before_server_verify(suite).empty()); // the new one has not been received
}
