// Handshake messages as plain data. Only the parsers (parse.hpp) read bytes and produce them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"
#include "core/tls/versions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tlsdiag {

// RFC 8446, 4; RFC 5246, 7.4; RFC 6066, 8; RFC 8879.
enum class HandshakeType : std::uint8_t {
    hello_request = 0,
    client_hello = 1,
    server_hello = 2,
    hello_verify_request = 3, // DTLS
    new_session_ticket = 4,
    end_of_early_data = 5,
    hello_retry_request = 6, // of the drafts; RFC 8446 sends it as a ServerHello
    encrypted_extensions = 8,
    certificate = 11,
    server_key_exchange = 12,
    certificate_request = 13,
    server_hello_done = 14,
    certificate_verify = 15,
    client_key_exchange = 16,
    finished = 20,
    certificate_url = 21,
    certificate_status = 22,
    key_update = 24,
    compressed_certificate = 25,
};

// RFC 8446, 4.2 and the IANA registry "TLS ExtensionType Values".
enum class ExtensionType : std::uint16_t {
    server_name = 0,
    status_request = 5,
    supported_groups = 10,
    signature_algorithms = 13,
    alpn = 16,
    extended_master_secret = 23,
    compress_certificate = 27,
    session_ticket = 35,
    key_share_of_drafts = 40, // before draft 23 of TLS 1.3
    pre_shared_key = 41,
    early_data = 42,
    supported_versions = 43,
    cookie = 44,
    psk_key_exchange_modes = 45,
    certificate_authorities = 47,
    post_handshake_auth = 49,
    signature_algorithms_cert = 50,
    key_share = 51,
    quic_transport_parameters = 57,
    encrypted_client_hello = 0xfe0d,
    renegotiation_info = 0xff01,
};

// The names of CAs that a CertificateRequest (or the certificate_authorities extension) asks for.
struct CaList {
    std::vector<Octets> names; // DER of each Name; at most max_ca_names are kept
    std::uint32_t count = 0;   // how many there are
    std::uint32_t bytes = 0;   // the list's length on the wire, with the two length bytes of each name
};

struct ClientHello {
    Version legacy_version = 0;
    Octets random;
    Octets session_id;
    Octets cookie;                          // DTLS (RFC 6347, 4.2.1)
    std::vector<CipherSuite> cipher_suites; // without GREASE (RFC 8701); an SSLv2 hello's 3-byte specs below 0x010000
    std::vector<std::uint32_t> sslv2_kinds; // an SSLv2 hello's other 3-byte specs: the ciphers of SSLv2
    std::vector<std::uint8_t> compression_methods;
    std::vector<std::uint16_t> extensions;        // the types, in order, without GREASE
    std::vector<std::uint16_t> broken_extensions; // those with inconsistent lengths, which are otherwise ignored
    std::optional<std::string> sni;               // raw bytes of host_name
    std::vector<Version> supported_versions;      // from the extension; empty if absent
    std::vector<Group> groups;
    std::vector<Group> key_shares;
    std::vector<SignatureScheme> signature_algorithms;
    std::vector<SignatureScheme> signature_algorithms_cert;
    std::vector<std::string> alpn;
    std::optional<CaList> certificate_authorities;
    std::uint32_t size = 0; // the message's length without its header
    std::uint32_t session_ticket_size = 0;
    bool grease = false;
    bool sslv2 = false; // in SSLv2 format
    bool status_request = false;
    bool session_ticket = false;
    bool pre_shared_key = false;
    bool external_psk = false; // a pre-shared key of which no ticket's age is told (RFC 8446, 4.2.11)
    bool early_data = false;
    bool extended_master_secret = false;
    bool renegotiation_info = false; // the extension or the SCSV 0x00ff (RFC 5746)
    bool renegotiating = false;      // renegotiation_info is not empty
    bool fallback_scsv = false;      // 0x5600 (RFC 7507)
    bool encrypted_client_hello = false;

    bool has(ExtensionType type) const;
    Version
    highest_version() const; // the highest offered version without GREASE (a draft only if nothing else is offered)
};

struct ServerHello {
    Version legacy_version = 0;
    Version version = 0; // the chosen one: from supported_versions if present, otherwise legacy_version
    Octets random;
    Octets session_id;
    CipherSuite cipher_suite = 0;
    std::uint8_t compression_method = 0;
    std::vector<std::uint16_t> extensions;
    std::vector<std::uint16_t> broken_extensions;
    std::optional<Group> group; // of key_share; in a HelloRetryRequest the requested group
    std::optional<std::string> alpn;
    bool hello_retry_request = false; // recognized by its random (RFC 8446, 4.1.3)
    bool status_request = false;
    bool session_ticket = false;
    bool pre_shared_key = false;
    bool extended_master_secret = false;
    bool renegotiation_info = false;
    bool sni = false;
    bool sslv2 = false;
    Octets sslv2_certificate; // an SSLv2 ServerHello carries the certificate

    bool has(ExtensionType type) const;
};

struct HelloVerifyRequest {
    Octets cookie;
};

// RFC 6520, 4: a heartbeat in clear, reported if it asks for more payload than its record holds (Heartbleed).
struct Heartbeat {
    bool request = false;
    std::uint32_t payload_length = 0; // announced
    std::uint32_t record_length = 0;  // the whole message: 3 bytes, the payload, and at least 16 bytes of padding
    bool asks_for_more() const { return request && payload_length + 3 > record_length; }
};

struct EncryptedExtensions {
    std::vector<std::uint16_t> extensions;
    std::vector<std::uint16_t> broken_extensions;
    std::optional<std::string> alpn;
    bool early_data = false;
    bool sni = false;
    bool encrypted_client_hello = false; // retry configurations: ECH was not accepted (RFC 9849, 7.1)
};

struct CertificateMessage {
    std::vector<Octets> certificates;    // DER, the leaf first; at most max_chain_length are kept
    std::uint32_t count = 0;             // how many there are
    std::optional<Octets> ocsp_response; // TLS 1.3: status_request of the leaf's entry
    std::uint32_t size = 0;              // the message's length without its header (of the uncompressed one)
    std::uint16_t compression = 0;       // RFC 8879; 0: it was sent uncompressed
    bool tls13 = false;
};

// RFC 8879: a Certificate message that cannot be decompressed here. Nothing is known of its certificates.
struct CompressedCertificate {
    std::uint16_t algorithm = 0;
    std::uint32_t size = 0;              // the message's length without its header
    std::uint32_t uncompressed_size = 0; // as announced
};

struct CertificateRequest {
    std::vector<std::uint8_t> certificate_types; // TLS 1.2 and before
    std::vector<SignatureScheme> signature_algorithms;
    std::optional<CaList> authorities; // TLS 1.3: absent without the extension
    std::uint32_t size = 0;
    bool tls13 = false;
};

struct CertificateStatus {
    std::uint8_t type = 0;
    Octets response; // DER OCSPResponse of the leaf (of the first entry with status_v2's ocsp_multi)
};

struct ServerKeyExchange {
    std::optional<Group> named_group;      // ECDHE; absent if the curve is explicit
    std::optional<std::uint32_t> dh_bits;  // DHE: bits of the prime
    Octets params;                         // the signed part: everything before the signature
    std::optional<SignatureScheme> scheme; // TLS 1.2
    Octets signature;
};

struct CertificateVerify {
    std::optional<SignatureScheme> scheme; // absent before TLS 1.2
    Octets signature;
};

struct NewSessionTicket {
    std::uint32_t lifetime = 0; // seconds
    std::uint32_t size = 0;     // the message's length without its header
};

// Only type and length are known: encrypted content, a type that is not used here, or bytes with inconsistent lengths.
struct OpaqueMessage {
    std::uint8_t type = 0;
    std::uint32_t size = 0;
    bool malformed = false; // a known type whose bytes have inconsistent lengths
};

struct EmptyMessage { // HelloRequest, ServerHelloDone, EndOfEarlyData, ...
    HandshakeType type;
};

struct ClientKeyExchange {
    std::uint32_t size = 0;
};

struct Finished {
    std::uint32_t size = 0;
};

// RFC 9000, 17.2.1: the server's answer to a first packet with a version that it does not support.
struct QuicVersionNegotiation {
    std::uint32_t tried = 0; // the client's version; 0: not seen
    std::vector<std::uint32_t> supported;
};

using Message =
    std::variant<OpaqueMessage, EmptyMessage, ClientHello, ServerHello, HelloVerifyRequest, EncryptedExtensions,
                 CertificateMessage, CompressedCertificate, CertificateRequest, CertificateStatus, ServerKeyExchange,
                 CertificateVerify, ClientKeyExchange, Finished, NewSessionTicket>;

// RFC 8446, 6.
struct Alert {
    std::uint8_t level = 0;
    std::uint8_t description = 0;

    static constexpr std::uint8_t close_notify = 0;
    bool fatal() const { return level == 2; }
};

constexpr std::uint16_t zlib_compression = 1;                       // RFC 8879, 7.3
constexpr std::uint32_t max_uncompressed_certificates = 256 * 1024; // longer ones are not decompressed

constexpr std::size_t max_ca_names = 65'536 / 3; // one-byte names in a list of 2^16-1 bytes
constexpr std::size_t max_chain_length = 100;

} // namespace tlsdiag
