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
    if (const auto &own = chain[Side::client])
        return own->empty() ? ClientAuth::empty : ClientAuth::sent;
    if (record_sizes.client_certificate == ClientAuth::empty || record_sizes.client_certificate == ClientAuth::sent)
        return record_sizes.client_certificate;
    if (certificate_request || record_sizes.request)
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

std::string_view stage_text(Stage stage)
{
    switch (stage) {
    case Stage::nothing:
        return "before any ClientHello";
    case Stage::client_hello:
        return "after the ClientHello";
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

const Certificate *readable_leaf(const Conversation &conversation, Side side)
{
    const Seen<Chain> &chain = conversation.chain[side];
    const Certificate *leaf = chain ? chain->leaf() : nullptr;
    return leaf && leaf->readable ? leaf : nullptr;
}

// Addresses are not allowed in server_name (RFC 6066, 3), and clients do not compare them with the certificate.
static bool is_address(std::string_view name)
{
    return name.find(':') != std::string_view::npos || name.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<std::string> expected_name(const Conversation &conversation)
{
    std::optional<std::string> wanted = conversation.sni();
    const bool hidden = conversation.tls13() && conversation.client_hello->encrypted_client_hello;
    if (wanted && (wanted->empty() || is_address(*wanted) || hidden))
        wanted.reset();
    return wanted;
}

} // namespace tlsdiag
