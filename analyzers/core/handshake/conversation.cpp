// Answers questions about a conversation from the facts that were collected about it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/conversation.hpp"

#include "core/base/text.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

bool CaptureGaps::any_bytes_missing() const
{
    return bytes_missing[Side::client] > 0 || bytes_missing[Side::server] > 0;
}

bool CaptureGaps::any() const
{
    return started_midway || truncated || gap_open || direction_missing[Side::client] ||
           direction_missing[Side::server] || any_bytes_missing();
}

Version Conversation::version() const
{
    return server_hello ? server_hello->version : hello_retry_request ? hello_retry_request->version : Version{0};
}

bool Conversation::tls13() const
{
    return is_tls13(version());
}

std::optional<std::string> Conversation::sni() const
{
    if (!client_hello || !client_hello->sni)
        return std::nullopt;
    return printable(*client_hello->sni);
}

// The server may request the certificate only later, for example for certain pages.
ClientAuth Conversation::client_auth() const
{
    const ClientAuth at_first = client_auth_at_first();
    if (at_first != ClientAuth::none && at_first != ClientAuth::unknown)
        return at_first;
    if (renegotiation.client_auth != ClientAuth::unknown)
        return renegotiation.client_auth;
    return renegotiation.began[Side::client] && !renegotiation.readable ? ClientAuth::unknown : at_first;
}

ClientAuth Conversation::client_auth_at_first() const
{
    const auto at_first = [&](const Moment &seen) { return seen && !(completed && seen.frame > completed.frame); };
    if (const auto &own = chain[Side::client]; at_first(own.at))
        return own->empty() ? ClientAuth::empty : ClientAuth::sent;
    if (compressed_certificate[Side::client])
        return ClientAuth::sent;
    if (record_sizes.client_certificate == ClientAuth::empty || record_sizes.client_certificate == ClientAuth::sent)
        return record_sizes.client_certificate;
    if (at_first(certificate_request.at) || record_sizes.request)
        return ClientAuth::requested;
    if (record_sizes.client_certificate == ClientAuth::none || resumed)
        return ClientAuth::none;
    // Before TLS 1.3, a request between the server's first and last message is visible.
    if (server_hello && !tls13() && (server_hello_done || completed) && gaps.bytes_missing[Side::server] == 0)
        return ClientAuth::none;
    if (tls13() && decrypted && finished[Side::server] && gaps.bytes_missing[Side::server] == 0)
        return ClientAuth::none;
    return ClientAuth::unknown;
}

bool Ending::port_unreachable() const
{
    return icmp == 0x0303 || icmp == 0x0104; // the second one is of ICMPv6
}

// A capture of the client's packets alone would show how it goes on, not the same again.
bool Conversation::unanswered() const
{
    const bool datagrams = transport == Transport::dtls || transport == Transport::quic;
    CaptureGaps others = gaps;
    others.direction_missing[Side::server] = false;
    return datagrams && stage == Stage::client_hello && gaps.direction_missing[Side::server] && !others.any() &&
           retransmissions[Side::client] > 0 && !quic_client_handshake;
}

bool Conversation::end_is_encrypted() const
{
    const bool from_client =
        std::ranges::any_of(encrypted_records, [](const EncryptedRecord &record) { return record.by == Side::client; });
    const bool hidden = transport == Transport::quic ? static_cast<bool>(quic_client_handshake)
                                                     : transport == Transport::dtls && tls13() && from_client;
    return hidden && !completed && !ending;
}

double Conversation::handshake_seconds() const
{
    const Moment &start = first_client_hello;
    const Moment &end = ending ? ending.at : completed;
    if (!start || !end || end.time < start.time)
        return -1;
    return static_cast<double>(end.time - start.time) / static_cast<double>(second);
}

const Finding *Conversation::find(const Diagnosis &diagnosis) const
{
    const auto found = std::ranges::find(findings, &diagnosis, &Finding::diagnosis);
    return found == findings.end() ? nullptr : &*found;
}

const Seen<Octets> *Conversation::greeting() const
{
    const bool only_the_server = plaintext_whole && plaintext_before.size() == 1 && plaintext_first == Side::server;
    return only_the_server ? &plaintext_before.front() : nullptr;
}

std::string_view stage_text(Stage stage)
{
    switch (stage) {
    case Stage::nothing:
        return "before any ClientHello";
    case Stage::client_hello:
        return "after the ClientHello";
    case Stage::hello_retry:
        return "after the HelloRetryRequest";
    case Stage::second_hello:
        return "after the second ClientHello";
    case Stage::server_hello:
        return "after the ServerHello";
    case Stage::server_flight:
        return "after the server's flight";
    case Stage::client_flight:
        return "after the client's flight";
    case Stage::completed:
        return "after the handshake";
    }
    return "";
}

bool client_began_flight(const Conversation &c)
{
    return c.chain[Side::client] || c.client_key_exchange || c.finished[Side::client] ||
           c.record_sizes.client_certificate_at || c.record_sizes.client_finished;
}

std::string_view stage_text(const Conversation &conversation, Stage stage)
{
    if (stage == Stage::nothing && conversation.gaps.started_midway)
        return "in the middle of the connection";
    return stage == Stage::nothing && conversation.incomplete[Side::client] ? "in the middle of the ClientHello"
                                                                            : stage_text(stage);
}

const Certificate *readable_leaf(const Conversation &conversation, Side side)
{
    const Seen<Chain> &chain = conversation.chain[side];
    const Certificate *leaf = chain ? chain->leaf() : nullptr;
    return leaf && leaf->readable ? leaf : nullptr;
}

bool certificate_came(const Conversation &conversation, Side side)
{
    return conversation.chain[side] || conversation.compressed_certificate[side];
}

Ech encrypted_hello(const Conversation &conversation)
{
    const bool offered = conversation.client_hello && conversation.client_hello->encrypted_client_hello;
    if (!offered || (conversation.server_hello && !conversation.tls13()))
        return Ech::none;
    const auto &extensions = conversation.encrypted_extensions;
    const bool refused = (extensions && extensions->encrypted_client_hello) || conversation.hello_in_clear_signed;
    return refused ? Ech::not_accepted : Ech::unknown;
}

// Addresses are not allowed in server_name (RFC 6066, 3), and clients do not compare them with the certificate.
static bool is_address(std::string_view name)
{
    return name.find(':') != std::string_view::npos || name.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<std::string> expected_name(const Conversation &conversation)
{
    std::optional<std::string> wanted = conversation.sni();
    if (wanted && (wanted->empty() || is_address(*wanted) || encrypted_hello(conversation) == Ech::unknown))
        wanted.reset();
    return wanted;
}

} // namespace tlsdiag
