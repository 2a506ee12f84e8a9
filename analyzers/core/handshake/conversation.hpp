// One TLS connection as the packets tell it: plain facts, each with the frame where it was seen. The tracker
// (follow.hpp) writes them; analyzers, the verdict and the renderers only read. SPDX-License-Identifier:
// GPL-2.0-or-later
#pragma once

#include "core/handshake/transcript.hpp"
#include "core/tls/messages.hpp"
#include "core/tls/records.hpp"
#include "core/x509/certificates.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

struct Finding;
struct CaptureHistory;

enum class Transport : std::uint8_t { tcp, dtls, quic, eap };

enum class Side : std::uint8_t { client, server };
constexpr Side peer(Side side)
{
    return side == Side::client ? Side::server : Side::client;
}
constexpr std::string_view name(Side side)
{
    return side == Side::client ? "client" : "server";
}

template <class T>
struct PerSide {
    std::array<T, 2> both{};
    T &operator[](Side side) { return both[static_cast<std::size_t>(side)]; }
    const T &operator[](Side side) const { return both[static_cast<std::size_t>(side)]; }
};

struct Moment {
    std::uint32_t frame = 0; // 0: never
    Time time = 0;
    explicit operator bool() const { return frame != 0; }
};

// A thing, and where it was seen: `if (c.server_hello) use(c.server_hello->version, c.server_hello.at.frame)`.
template <class T>
struct Seen {
    Moment at;
    T what;
    explicit operator bool() const { return static_cast<bool>(at); }
    const T *operator->() const { return &what; }
    const T &operator*() const { return what; }
};

struct Endpoint {
    std::array<std::uint8_t, 16> address{};
    std::uint8_t address_length = 0; // 4, 16, 6 (Ethernet), 0 (unknown)
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint &) const = default;
};
std::string endpoint_text(const Endpoint &endpoint); // "10.0.0.1:443", "[2001:db8::1]:443", "02:00:00:00:00:01"

// A side's Certificate message with its certificates read.
struct Chain {
    std::vector<const Certificate *> certificates; // as sent, the leaf first
    Path path;                                     // from the leaf upwards
    std::uint32_t count = 0;                       // how many were sent
    std::optional<Octets> ocsp_response;           // TLS 1.3's staple
    bool empty() const { return count == 0; }
    const Certificate *leaf() const { return certificates.empty() ? nullptr : certificates.front(); }
};

struct SeenAlert {
    Moment at;
    Side by;
    Alert alert;
    bool decrypted;        // it was encrypted, and Wireshark had the keys
    bool after_peer_close; // the peer had closed: only a reaction
};

// A record of which only the size shows.
struct EncryptedRecord {
    Moment at;
    Side by;
    ContentType type;       // of the outside
    std::uint32_t length;   // of the record's body
    bool decrypted = false; // Wireshark decrypted a handshake message or an alert of this side in the same frame
};

// How far the handshake came. In this order.
enum class Stage : std::uint8_t {
    nothing,
    client_hello,  // sent
    server_hello,  // sent (not a HelloRetryRequest)
    server_flight, // complete: ServerHelloDone; TLS 1.3: the server's Finished, where it can be known
    client_flight, // complete: the client's Finished (in an abbreviated handshake of TLS 1.2 it comes last)
    completed,
};

// What put an end to it before it was complete: the first decisive thing that was seen.
enum class EndReason : std::uint8_t {
    none,             // nothing yet
    alert,            // fatal, and readable
    encrypted_alert,  // an alert by its record type (TLS 1.2) or its size (TLS 1.3): never to be named
    closed,           // FIN or close_notify
    reset,            // RST
    silence,          // nothing for the time that counts as silence
    not_tls,          // bytes that are no TLS
    starttls_refused, // the server refused to go on in TLS
    unreachable,      // ICMP
    eap_failure,
    quic_close, // without a TLS alert in its code
};

struct Ending {
    Moment at;
    EndReason reason = EndReason::none;
    Side by = Side::client; // who ended it; for silence: who owed the next message
    std::optional<Alert> alert;
    Stage stage = Stage::nothing; // how far it had come
    bool decrypted = false;       // the alert was
    bool close_notify = false;    // closed by this alert
    std::optional<std::uint64_t> quic_code;
    std::optional<std::uint16_t> icmp; // type << 8 | code
    explicit operator bool() const { return reason != EndReason::none; }
};

// What TCP shows of one side's segments while the handshake lasts. Sizes are of the payload.
struct Segments {
    std::uint32_t limit = 0;          // the largest that both sides allow; 0: their SYNs were not seen
    std::uint32_t largest = 0;        // that was sent
    std::uint64_t unacknowledged = 0; // bytes that the other side has not acknowledged
    std::uint32_t stuck = 0;          // the first segment that is not acknowledged, where it was sent again
    std::uint32_t stuck_times = 0;    // how often it was
    bool later_arrived = false;       // the other side has later ones (SACK), and says that it lacks those before
    std::uint64_t gap = 0;            // bytes that the capture lacks before those that it has
};

// What the capture does not show.
struct CaptureGaps {
    bool started_midway = false;          // TLS was under way when the capture began (no ClientHello)
    PerSide<bool> direction_missing;      // no packet of this side
    PerSide<std::uint64_t> bytes_missing; // of this side's handshake
    PerSide<Moment> first_gap;
    bool tail_open = false; // the last data of a side was neither acknowledged nor sent again: TCP would have
    bool gap_open = false;  // bytes before those that came last, or that were acknowledged, may still come
    bool truncated = false; // packets were cut short when capturing (snaplen)
    bool any_bytes_missing() const;
    bool any() const; // anything that could hide a message
};

enum class ClientAuth : std::uint8_t { unknown, none, requested, sent, empty };

// What TLS 1.3 shows by the sizes of its records (facts: RFC 8446, 5.2; measured sizes in size_reading.cpp).
struct RecordSizes {
    bool possible = false; // TLS 1.3, not decrypted, no early data, nothing missing before
    Moment request;        // a record that has the place and size of a CertificateRequest
    ClientAuth client_certificate = ClientAuth::unknown; // none, sent or empty
    Moment client_certificate_at;
    Moment client_finished;
    Moment client_alert; // the client's first record is an alert's size: it refused the server's flight
    Moment server_alert; // the first record after the client's flight is an alert's size
    Moment server_data;  // the first record after the client's flight that is not
};

// A handshake within a connection that has completed one (up to TLS 1.2). It is encrypted: its records show, and what
// they say only where Wireshark has the keys. TLS 1.3 has but the client's certificate asked for later, which shows
// not.
struct Renegotiation {
    PerSide<Moment> began;    // a side's first handshake record in it; a HelloRequest is one
    PerSide<Moment> changed;  // its ChangeCipherSpec
    PerSide<Moment> finished; // the handshake record behind that
    Moment refused;           // an alert of the server's, where its ChangeCipherSpec was due
    bool client_left = false; // by an alert of its own
    bool readable = false;
    ClientAuth client_auth = ClientAuth::unknown; // requested, sent or empty, where that can be read
    bool under_way() const;
};

struct Conversation {
    std::uint32_t number = 0;
    Transport transport = Transport::tcp;
    std::optional<std::uint32_t> stream; // Wireshark's number of the TCP or UDP stream
    bool inner = false;                  // inside another TLS connection
    Endpoint client, server;
    bool client_known = false;            // by ClientHello, SYN or the message types; else by the port
    Moment first, last;                   // first and last frame of it
    Moment tcp_syn, tcp_syn_ack, tcp_ack; // the last: the client's first segment after the server's SYN
    Moment quic_client_handshake;         // its last packet of this kind before the outcome was known

    // What each side said. Where the server asked for another ClientHello, this is the last one.
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
    PerSide<Moment> finished;                            // readable, or known by its place
    PerSide<Moment> first_tls;                           // its first TLS record
    PerSide<Moment> application_data;                    // first record known to be it
    PerSide<std::vector<Seen<OpaqueMessage>>> malformed; // at most 4
    PerSide<Seen<HandshakeTooLong>> too_long;
    PerSide<Seen<OpaqueMessage>> incomplete; // a message that had begun and was not complete: type, announced size
    PerSide<Seen<NotTls>> not_tls;           // what came where TLS was due
    std::vector<Seen<Octets>>
        plaintext_before;                // first bytes of each turn before TLS (STARTTLS), at most 8, 128 bytes each
    Side plaintext_first = Side::client; // who said the first of them; then they take turns
    Moment starttls_refused;       // the last two of these turns: the request for TLS, and the answer that refuses it
    std::vector<SeenAlert> alerts; // at most 16
    std::vector<EncryptedRecord> encrypted_records; // at most max_hidden, of the handshake and shortly after
    RecordSizes record_sizes;
    bool resumed = false;   // an abbreviated handshake: no certificates
    bool decrypted = false; // Wireshark gave decrypted messages
    Stage stage = Stage::nothing;
    Moment completed;
    Renegotiation renegotiation; // the last one
    Ending ending;               // only where it was not complete, or `refused` afterwards
    bool refused_late = false;   // TLS 1.3: completed for the client, then refused by the server
    PerSide<Moment> fin, rst, close_notify;
    PerSide<std::uint32_t> retransmissions; // of segments or datagrams that carry the handshake
    PerSide<std::uint64_t> bytes;           // of TLS: TCP's sequence numbers, records of DTLS and EAP, QUIC's packets
    PerSide<Segments> segments;
    PerSide<RecordSeen> last_record; // also after the handshake
    PerSide<bool> lost_later;        // after the handshake, bytes of this side are missing or cannot be followed
    CaptureGaps gaps;
    PerSide<std::uint32_t> eap_packets;

    std::vector<Finding> findings; // so far
    const CaptureHistory *history =
        nullptr; // what the whole capture taught so far, and the user's settings; never null

    Version version() const;                // chosen; 0 where unknown
    bool tls13() const;                     // TLS 1.3 was chosen
    std::optional<std::string> sni() const; // SNI, printable
    ClientAuth client_auth() const;
    ClientAuth client_auth_at_first() const; // not in a renegotiation
    double handshake_seconds() const;        // ClientHello to completion or ending; below 0: unknown
    const Finding *find(std::string_view id) const;
};

constexpr std::size_t max_encrypted_records = 64;

std::string_view stage_text(Stage stage); // "after the ClientHello", ...

} // namespace tlsdiag
