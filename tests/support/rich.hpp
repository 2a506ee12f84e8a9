// A conversation with a bit of everything, for the tests of ladders: SMTP with STARTTLS, mutual TLS 1.2, a
// retransmitted ClientHello, a pause, and a server that refuses a client that omitted its intermediate. It is the same
// in every run, and therefore has no signatures: RSA encrypts the key, and the client omits CertificateVerify.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "support/pki.hpp"
#include "support/wire.hpp"

namespace tlsdiag::samples {

struct Lab {
    pki::Identity root, server_ca, client_ca, server, client;

    Lab()
    {
        const pki::Spec authority{.key = "ED25519-7", .serial = 1, .ca = true};
        root = pki::make_ca("O=Lab,CN=Lab Root", authority);
        server_ca = pki::issue(root, "O=Lab,CN=Lab Server CA", authority);
        client_ca = pki::issue(root, "O=Lab,CN=Lab Client CA", authority);
        server = pki::issue(server_ca, "CN=mail.example", {.sans = {"mail.example"}, .key = "ED25519-7", .serial = 2});
        client = pki::issue(client_ca, "CN=東京 batch <b>&\x1b[31m\xe2\x80\xae", {.key = "ED25519-7", .serial = 3});
    }
};

inline Octets hello_with_names()
{
    bytes::ClientHelloFields hello = bytes::tls13_client("mail.example");
    hello.extensions->push_back(bytes::alpn_extension({"smtp"}));
    return bytes::record(22, 0x0301, bytes::client_hello(hello));
}

inline Octets rich_server_flight(const Lab &lab)
{
    using namespace bytes;
    CertificateRequestFields request;
    request.authorities = {lab.root.subject(), pki::name_der("O=Lab,CN=Partner CA")};
    return cat(wire::handshake_record(server_hello({.cipher_suite = 0x009c})),
               wire::handshake_record(certificate({lab.server.der, lab.server_ca.der})),
               wire::handshake_record(cat(certificate_request(request), server_hello_done())));
}

inline Octets rich_client_flight(const Lab &lab)
{
    using namespace bytes;
    return cat(wire::handshake_record(cat(certificate({lab.client.der}), client_key_exchange())), wire::finished12());
}

// `wire` must already keep ladders if they are wanted.
inline void play_rich(wire::Wire &wire)
{
    const Lab lab;
    wire.open();
    wire.say(Side::server, bytes::text("220 mail.example ESMTP\r\n")).say(Side::client, bytes::text("STARTTLS\r\n"));
    wire.say(Side::server, bytes::text("220 go ahead\r\n"));
    wire.unacknowledged(Side::client, hello_with_names()).wait(0.2).again(Side::client, hello_with_names());
    wire.say(Side::server, rich_server_flight(lab)).wait(1.6).say(Side::client, rich_client_flight(lab));
    wire.say(Side::server, wire::alert_record(48)).close(Side::server).close(Side::client);
}

} // namespace tlsdiag::samples
