// One TLS connection as the packets show it: plain facts, each with the frame where it was seen. The handshake tracker
// writes them; analyzers, the verdict and the renderers only read.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"
#include "core/handshake/finding.hpp"
#include "core/handshake/transcript.hpp"
#include "core/tls/messages.hpp"
#include "core/tls/records.hpp"
#include "core/x509/certificate.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

struct CaptureHistory;

enum class Transport : std::uint8_t { tcp, dtls, quic, eap };

// A side's Certificate message, with its certificates parsed.
struct Chain {
    std::vector<const Certificate *> certificates; // as sent, the leaf first
    Path path;                                     // from the leaf upwards
    std::uint32_t count = 0;                       // how many were sent
    std::optional<Octets> ocsp_response;           // the stapled response of TLS 1.3
    bool empty() const { return count == 0; }
    const Certificate *leaf() const { return certificates.empty() ? nullptr : certificates.front(); }
};

struct SeenAlert {
    Moment at;
    Side by;
    Alert alert;
    bool decrypted;        // it was encrypted, and Wireshark decrypted it
    bool after_peer_close; // the peer had closed: the alert is only a reaction
};

// An encrypted record, of which only the size is known.
struct EncryptedRecord {
    Moment at;
    Side by;
    ContentType type;       // in the record header
    std::uint32_t length;   // of the record's body
    bool decrypted = false; // Wireshark decrypted a handshake message or an alert of this side in the same frame
};

// How far the handshake got, in this order.
enum class Stage : std::uint8_t {
    nothing,
    client_hello,  // sent
    server_hello,  // sent (not a HelloRetryRequest)
    server_flight, // complete: ServerHelloDone; TLS 1.3: the server's Finished, if it can be recognized
    client_flight, // complete: the client's Finished (the last message of an abbreviated TLS 1.2 handshake)
    completed,
};

// What ended the handshake before it was complete: the first decisive event.
enum class EndReason : std::uint8_t {
    none,             // nothing yet
    alert,            // fatal, and readable
    encrypted_alert,  // an alert by its record type (TLS 1.2) or its size (TLS 1.3); its name is unknown
    closed,           // FIN or close_notify
    reset,            // RST
    silence,          // no packet for the time that counts as silence
    not_tls,          // bytes that are not TLS
    starttls_refused, // the server refused STARTTLS
    unreachable,      // ICMP
    eap_failure,
    quic_close, // its code is not a TLS alert
};

struct Ending {
    Moment at;
    EndReason reason = EndReason::none;
    Side by = Side::client; // who ended it; for silence: who owed the next message
    std::optional<Alert> alert;
    Stage stage = Stage::nothing; // how far the handshake got
    bool decrypted = false;       // the alert was decrypted
    bool close_notify = false;    // closed with this alert
    std::optional<std::uint64_t> quic_code;
    std::optional<std::uint16_t> icmp; // type << 8 | code
    explicit operator bool() const { return reason != EndReason::none; }
};

// What TCP shows about one side's segments during the handshake. Sizes are payload bytes.
struct Segments {
    std::uint32_t limit = 0;          // the largest size that both SYNs allow; 0: they were not seen
    std::uint32_t largest = 0;        // the largest size that was sent
    std::uint64_t unacknowledged = 0; // bytes that the other side has not acknowledged
    std::uint32_t stuck = 0;          // size of the first unacknowledged segment, if it was retransmitted
    std::uint32_t stuck_times = 0;    // how often it was retransmitted
    bool later_arrived = false;       // the other side reports later segments (SACK), and a gap before them
    std::uint64_t gap = 0;            // bytes missing from the capture before those that it contains
};

// What the capture does not show.
struct CaptureGaps {
    bool started_midway = false;          // TLS had started before the capture (no ClientHello)
    PerSide<bool> direction_missing;      // no packet of this side
    PerSide<std::uint64_t> bytes_missing; // of this side's handshake
    PerSide<Moment> first_gap;
    bool tail_open = false; // a side's last data was neither acknowledged nor retransmitted, so the capture ended first
    bool gap_open = false;  // bytes before the latest ones, or acknowledged ones, may still arrive
    bool truncated = false; // packets were truncated when capturing (snaplen)
    bool any_bytes_missing() const;
    bool any() const; // anything that could hide a message
};

enum class ClientAuth : std::uint8_t { unknown, none, requested, sent, empty };

// What the record sizes of TLS 1.3 reveal (RFC 8446, 5.2; for measured sizes see record_sizes.cpp).
struct RecordSizes {
    bool possible = false; // TLS 1.3, not decrypted, no early data, nothing missing before
    Moment request;        // a record with the position and size of a CertificateRequest
    ClientAuth client_certificate = ClientAuth::unknown; // none, sent or empty
    Moment client_certificate_at;
    Moment client_finished;
    Moment client_alert; // the client's first record has an alert's size: it refused the server's flight
    Moment server_alert; // the first record after the client's flight has an alert's size
    Moment server_data;  // the first record after the client's flight has another size
};

// A handshake inside a connection that has already completed one (up to TLS 1.2). It is encrypted: its records are
// visible, their contents only if Wireshark has the keys. TLS 1.3 can only request the client's certificate later,
// which is invisible.
struct Renegotiation {
    PerSide<Moment> began;    // a side's first handshake record in it, which may be a HelloRequest
    PerSide<Moment> changed;  // the side's ChangeCipherSpec
    PerSide<Moment> finished; // the handshake record after that
    Moment refused;           // an alert from the server instead of its ChangeCipherSpec
    bool client_left = false; // with an alert
    bool readable = false;
    ClientAuth client_auth = ClientAuth::unknown; // requested, sent or empty, if readable
    bool under_way() const;
};

struct Conversation {
    std::uint32_t number = 0;
    Transport transport = Transport::tcp;
    std::optional<std::uint32_t> stream; // Wireshark's number of the TCP or UDP stream
    bool inner = false;                  // inside another TLS connection
    Endpoint client, server;
    bool client_known = false;            // by ClientHello, SYN or message types; otherwise guessed by the port
    Moment first, last;                   // its first and last frame
    Moment tcp_syn, tcp_syn_ack, tcp_ack; // tcp_ack: the client's first segment after the server's SYN
    Moment quic_client_handshake;         // the client's last QUIC Handshake packet before the outcome was known

    // What each side sent. After a HelloRetryRequest, client_hello is the second one.
    Seen<ClientHello> client_hello;
    Moment first_client_hello;
    Seen<ServerHello> server_hello, hello_retry_request;
    Seen<EncryptedExtensions> encrypted_extensions;
    Seen<CertificateRequest> certificate_request;
    Seen<CertificateStatus> certificate_status;
    Seen<ServerKeyExchange> server_key_exchange;
    Seen<NewSessionTicket> new_session_ticket;
    PerSide<Seen<Chain>> chain;
    PerSide<Seen<CertificateVerify>> certificate_verify;
    Transcript transcript; // until the outcome is known
    Seen<QuicVersionNegotiation> quic_version_negotiation;
    Moment hello_verify_request, server_hello_done, client_key_exchange;
    PerSide<Moment> change_cipher_spec;
    PerSide<Moment> finished;                            // readable, or recognized by its position
    PerSide<Moment> first_tls;                           // its first TLS record
    PerSide<Moment> application_data;                    // the first record known to be application data
    PerSide<std::vector<Seen<OpaqueMessage>>> malformed; // at most 4
    PerSide<Seen<HandshakeTooLong>> too_long;
    PerSide<Seen<OpaqueMessage>> incomplete; // a message that had started and was not complete: type, announced size
    PerSide<Seen<NotTls>> not_tls;           // what was sent when TLS was expected
    // The first bytes of each turn before TLS (STARTTLS): at most 8 turns, 128 bytes each.
    std::vector<Seen<Octets>> plaintext_before;
    Side plaintext_first = Side::client; // who sent the first of them; then the sides alternate
    Moment starttls_refused;             // the last two of these turns were a request for TLS and a refusal
    std::vector<SeenAlert> alerts;       // at most 16
    // During and shortly after the handshake; at most max_encrypted_records.
    std::vector<EncryptedRecord> encrypted_records;
    RecordSizes record_sizes;
    bool resumed = false;   // an abbreviated handshake: no certificates
    bool decrypted = false; // Wireshark decrypted messages of this conversation
    Stage stage = Stage::nothing;
    Moment completed;
    Renegotiation renegotiation; // the last one
    Ending ending;               // only if the handshake did not complete, or was refused afterwards
    bool refused_late = false;   // TLS 1.3: complete for the client, then refused by the server
    PerSide<Moment> fin, rst, close_notify;
    PerSide<std::uint32_t> retransmissions; // of segments or datagrams that carry the handshake
    PerSide<std::uint64_t> bytes;           // of TLS: by TCP sequence numbers, DTLS and EAP records, QUIC packets
    PerSide<Segments> segments;
    PerSide<RecordSeen> last_record; // also after the handshake
    PerSide<bool> lost_later;        // after the handshake, bytes of this side are missing or cannot be followed
    CaptureGaps gaps;
    PerSide<std::uint32_t> eap_packets;

    std::vector<Finding> findings; // so far
    const CaptureHistory *history =
        nullptr; // what the whole capture has shown so far, and the user's settings; never null

    Version version() const;                // the chosen version; 0: unknown
    bool tls13() const;                     // TLS 1.3 was chosen
    std::optional<std::string> sni() const; // SNI, printable
    ClientAuth client_auth() const;
    ClientAuth client_auth_at_first() const;               // of the first handshake, not of a renegotiation
    double handshake_seconds() const;                      // ClientHello to completion or ending; below 0: unknown
    const Finding *find(const Diagnosis &diagnosis) const; // the first of them; nullptr: none
};

constexpr std::size_t max_encrypted_records = 64;

// A handshake does not wait longer than this: after such a time the clock was set, or captures were merged.
constexpr Time longest_wait = 3600 * second;

std::string_view stage_text(Stage stage); // "after the ClientHello", ...

// nullptr if no certificate was sent or its bytes are not a certificate.
const Certificate *readable_leaf(const Conversation &conversation, Side side);

// The host name that the client expects in the server's certificate. Absent if the real name is encrypted (ECH).
std::optional<std::string> expected_name(const Conversation &conversation);

} // namespace tlsdiag
