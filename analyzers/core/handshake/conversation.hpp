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

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

struct CaptureHistory;

enum class Transport : std::uint8_t { tcp, dtls, quic, eap, openvpn }; // openvpn: over UDP

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
    std::uint8_t epoch = 0; // see RecordSeen
};

// How far the handshake got, in this order.
enum class Stage : std::uint8_t {
    nothing,
    client_hello,  // sent
    hello_retry,   // the server answered with a HelloRetryRequest
    second_hello,  // the client answered that
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
    quic_close,      // its code is not a TLS alert, or is encrypted
    version_refused, // a Version Negotiation packet of QUIC
    cookie_refused,  // DTLS: the server asks for a cookie again and again
};

struct Ending {
    Moment at;
    EndReason reason = EndReason::none;
    Side by = Side::client; // who ended it; for silence: who owed the next message
    std::optional<Alert> alert;
    Stage stage = Stage::nothing;           // how far the handshake got
    bool decrypted = false;                 // the alert was decrypted
    bool close_notify = false;              // closed with this alert
    std::uint8_t hop_limit = 0;             // of the packet that ended it (TTL); 0: not known
    std::optional<std::uint64_t> quic_code; // absent: encrypted
    std::string quic_reason;                // printable, shortened
    std::optional<std::uint16_t> icmp;      // type << 8 | code
    bool port_unreachable() const;          // the receiver's host says that nobody listens (RFC 1122, 3.2.2.1)
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
    Moment gap_since{};               // when that gap opened
};

// The hop limits (TTL) of a side's packets, except of the last one: different ones, at most 4.
struct HopLimits {
    std::array<std::uint8_t, 4> seen{}; // 0: none
    std::uint8_t last = 0;              // of the last packet
    bool any() const { return seen[0] != 0; }
};

// What the capture does not show.
struct CaptureGaps {
    bool started_midway = false;          // TLS started before the capture, or in a gap (no ClientHello)
    PerSide<bool> direction_missing;      // no packet of this side
    PerSide<std::uint64_t> bytes_missing; // of this side's handshake; at least so many, if their number is not known
    PerSide<bool> number_unknown;         // of bytes_missing
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
    Moment client_alert;      // the client's first record has an alert's size: it refused the server's flight
    Moment server_alert;      // the first record after the client's flight has an alert's size
    Moment server_data;       // the first record after the client's flight has another size
    bool client_left = false; // the client's first record after its Finished has an alert's size too
    Moment server_finished;   // DTLS 1.3: the server uses the application's keys
    Moment acknowledged;      // DTLS 1.3: the server's last ACK, after all of the client's flight so far
};

// How it is known that a handshake completed.
enum class CompletionSign : std::uint8_t {
    seen,        // both sides' Finished; TLS 1.3: the server went on after the client's Finished
    not_refused, // TLS 1.3: the server sent nothing after the client's Finished; it only closed, or the capture ends
    alert_sized, // TLS 1.3: all that it sent then has the size of an alert: close_notify, or a refusal
    client_left, // TLS 1.3: all that the client sent then has it, and ECH was offered: close_notify, or ech_required
};

// DTLS: the server asks the client to return a cookie, with a HelloVerifyRequest or a HelloRetryRequest.
struct DtlsCookies {
    std::uint32_t requests = 0;  // also retransmitted ones
    std::uint32_t refused = 0;   // requests that answer a ClientHello with the cookie of the request before
    std::uint32_t forgotten = 0; // requests that answer a ClientHello without a cookie, after an earlier request
    Moment first, last;          // request
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
    bool quic_finished_fits = false;      // one of these packets is large enough for a Finished

    // What each side sent. After a HelloRetryRequest, client_hello is the second one.
    Seen<ClientHello> client_hello;
    Moment first_client_hello;
    Seen<ServerHello> server_hello, hello_retry_request;
    Moment second_hello_retry;        // after the second ClientHello (RFC 8446, 4.1.4: at most one)
    bool retry_asks_for_sent = false; // the HelloRetryRequest only asks for a key share that the client had sent
    Seen<Heartbeat> heartbeat;        // the first request in clear that asks for more than it sent
    Seen<EncryptedExtensions> encrypted_extensions;
    Seen<CertificateRequest> certificate_request;
    Seen<CertificateStatus> certificate_status;
    Seen<ServerKeyExchange> server_key_exchange;
    Seen<NewSessionTicket> new_session_ticket;
    PerSide<Seen<Chain>> chain;
    PerSide<Seen<CompressedCertificate>> compressed_certificate; // a Certificate message that cannot be decompressed
    PerSide<Seen<CertificateVerify>> certificate_verify;
    bool hello_in_clear_signed = false; // TLS 1.3 with ECH: the server signed the ClientHello that was seen
    Transcript transcript;              // until the outcome is known
    Seen<QuicVersionNegotiation> quic_version_negotiation;
    Moment hello_verify_request, server_hello_done, client_key_exchange;
    DtlsCookies cookies;
    PerSide<Moment> change_cipher_spec;
    PerSide<Moment> finished;                            // readable, or recognized by its position
    PerSide<Moment> first_tls;                           // its first TLS record
    PerSide<Moment> application_data;                    // the first record known to be application data
    PerSide<std::vector<Seen<OpaqueMessage>>> malformed; // at most 4
    PerSide<Seen<HandshakeTooLong>> too_long;
    PerSide<Seen<OpaqueMessage>> incomplete; // a message that had started and was not complete: type, announced size
    PerSide<Seen<NotTls>> not_tls;           // what was sent when TLS was expected
    PerSide<Seen<NotTls>> plain_after;       // bytes after a whole record that are no record; nothing was lost before
    // The first bytes of each turn before TLS (STARTTLS): at most 8 turns, 128 bytes each.
    std::vector<Seen<Octets>> plaintext_before;
    Side plaintext_first = Side::client; // who sent the first of them; then the sides alternate
    bool plaintext_whole = false;        // nothing before TLS is missing from the capture
    bool ftp_control = false;            // the control connection of FTP
    Moment starttls_refused;             // the last two of these turns were a request for TLS and a refusal
    Moment went_on_plainly;              // after that refusal, the client's next message
    std::vector<SeenAlert> alerts;       // at most 16
    // During and shortly after the handshake; at most max_encrypted_records.
    std::vector<EncryptedRecord> encrypted_records;
    RecordSizes record_sizes;
    bool resumed = false;      // an abbreviated handshake: no certificates
    bool external_psk = false; // not from an earlier handshake: the key was agreed on otherwise
    bool decrypted = false;    // Wireshark decrypted messages of this conversation
    Stage stage = Stage::nothing;
    Moment completed;
    CompletionSign completion_sign = CompletionSign::seen;
    Renegotiation renegotiation; // the last one
    Ending ending;               // only if the handshake did not complete, or was refused afterwards
    bool refused_late = false;   // TLS 1.3: complete for the client, then refused by the server
    PerSide<Moment> fin, rst, close_notify;
    Moment reset_denied;                    // after the RST that ended the handshake, its sender sent more data
    PerSide<std::uint32_t> retransmissions; // of segments or datagrams that carry the handshake
    std::uint32_t hello_sent_again = 0;     // TCP: segments of the ClientHello that were retransmitted
    PerSide<HopLimits> hop_limits;
    PerSide<std::uint64_t> bytes; // of TLS: by TCP sequence numbers, DTLS and EAP records, QUIC packets
    PerSide<Segments> segments;
    PerSide<RecordSeen> last_record; // also after the handshake
    PerSide<bool> lost_later;        // after the handshake, bytes of this side are missing or cannot be followed
    CaptureGaps gaps;
    PerSide<std::uint32_t> eap_packets;
    std::uint8_t eap_method = 0; // 13 EAP-TLS, 21 TTLS, 25 PEAP, 43 FAST, 55 TEAP
    Moment eap_failure;          // EAP-Failure after the handshake
    bool only_radius = false;    // RADIUS gave the result, without EAP-Success or EAP-Failure

    std::vector<Finding> findings; // so far
    const CaptureHistory *history =
        nullptr; // what the whole capture has shown so far, and the user's settings; never null

    Version version() const;                // the chosen version; 0: unknown
    bool tls13() const;                     // TLS 1.3 was chosen
    std::optional<std::string> sni() const; // SNI, printable
    ClientAuth client_auth() const;
    ClientAuth client_auth_at_first() const; // of the first handshake, not of a renegotiation
    bool unanswered() const;                 // over UDP, nothing came back although the client asked again
    bool end_is_encrypted() const;           // over UDP: the client's last packets can have finished or ended it
    double handshake_seconds() const;        // ClientHello to completion or ending; below 0: unknown
    const Finding *find(const Diagnosis &diagnosis) const; // the first of them; nullptr: none
    // What the server said first, before the ClientHello, though the client had said nothing; nullptr: nothing.
    const Seen<Octets> *greeting() const;
};

constexpr std::size_t max_encrypted_records = 64;

// A handshake does not wait longer than this: after such a time the clock was set, or captures were merged.
constexpr Time longest_wait = 3600 * second;

std::string_view stage_text(Stage stage); // "after the ClientHello", ...
// The same, and what is before the ClientHello: "in the middle of the ClientHello", "in the middle of the connection".
std::string_view stage_text(const Conversation &conversation, Stage stage);

// The client has sent a message of its own flight, so it had accepted what the server sent. (NSS and others send their
// refusal only after it, as an alert.)
bool client_began_flight(const Conversation &conversation);

// nullptr if no certificate was sent or its bytes are not a certificate.
const Certificate *readable_leaf(const Conversation &conversation, Side side);

// The side's Certificate message was seen, even if it cannot be read.
bool certificate_came(const Conversation &conversation, Side side);

// Whether the name in the clear (the outer ClientHello's) is the one that counts. Browsers send a meaningless
// encrypted_client_hello (GREASE) in every ClientHello, and on the wire it looks like a real one (RFC 9849, 6.2).
enum class Ech : std::uint8_t {
    none,         // not offered, or the version does not know it: what is in the clear counts
    unknown,      // offered; the capture does not show whether the server accepted it
    not_accepted, // the server sent retry configurations, or signed the outer ClientHello
};
Ech encrypted_hello(const Conversation &conversation);

// The host name that the client expects in the server's certificate. Absent if it may be encrypted (ECH).
std::optional<std::string> expected_name(const Conversation &conversation);

} // namespace tlsdiag
