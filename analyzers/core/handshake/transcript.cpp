// Stores the handshake messages that signatures cover.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/transcript.hpp"

#include "core/x509/signatures.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

void Transcript::client_sent(HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq)
{
    if (type == HandshakeType::client_hello)
        add(hello_, type, body, message_seq);
    else if (type == HandshakeType::certificate_verify || type == HandshakeType::finished)
        client_.complete = true; // no signature covers them
    else
        add(client_, type, body, message_seq);
}

void Transcript::server_sent(HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq)
{
    switch (type) {
    case HandshakeType::hello_request: // RFC 5246, 7.4.1.1: in no transcript
        return;
    case HandshakeType::hello_verify_request: // RFC 6347, 4.2.1: not covered, like the ClientHello before it
        hello_ = {};
        return;
    case HandshakeType::certificate_verify:
        before_server_verify_ = server_.messages.size();
        break;
    default:
        break;
    }
    add(server_, type, body, message_seq);
    const bool last = type == HandshakeType::server_hello_done || type == HandshakeType::finished;
    server_.complete |= last;
    if (type == HandshakeType::server_hello_done && !server_.has(HandshakeType::certificate_request))
        forget(); // the client will sign nothing
}

void Transcript::add(Flight &flight, HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq)
{
    if (!keeping_ || flight.complete)
        return;
    const std::size_t kept =
        hello_.messages.size() + server_.messages.size() + client_.messages.size() + first_hello_.size();
    const auto number = static_cast<unsigned>(type);
    if (number >= 32 || flight.has(type) || body.size() > max_kept - std::min(kept, max_kept)) {
        forget();
        return;
    }
    flight.types |= 1u << number;
    if (flight.messages.empty())
        flight.messages.reserve(2 * body.size()); // more follows
    const auto write = [&](std::size_t value, int bytes) {
        while (bytes-- > 0)
            flight.messages.push_back(static_cast<std::uint8_t>(value >> 8 * bytes));
    };
    write(number, 1);
    write(body.size(), 3);
    if (message_seq) { // as if the message had not been fragmented
        write(*message_seq, 2);
        write(0, 3);
        write(body.size(), 3);
    }
    flight.messages.insert(flight.messages.end(), body.begin(), body.end());
}

void Transcript::retried()
{
    first_hello_ = std::move(hello_.messages);
    retry_request_ = std::move(server_.messages);
    hello_ = {};
    server_ = {};
    before_server_verify_ = 0;
}

void Transcript::forget()
{
    *this = {};
    keeping_ = false;
}

// RFC 8446, 4.4.1: after a HelloRetryRequest, the transcript contains only the hash of the first ClientHello.
Octets Transcript::hellos(CipherSuite suite) const
{
    constexpr std::uint8_t message_hash = 254;
    Octets all;
    if (!first_hello_.empty()) {
        const Octets hash = transcript_hash(suite, first_hello_);
        all = {message_hash, 0, 0, static_cast<std::uint8_t>(hash.size())};
        all.insert(all.end(), hash.begin(), hash.end());
        all.insert(all.end(), retry_request_.begin(), retry_request_.end());
    }
    all.insert(all.end(), hello_.messages.begin(), hello_.messages.end());
    return all;
}

Octets Transcript::before_server_verify(CipherSuite suite) const
{
    const bool whole = hello_.has(HandshakeType::client_hello) && server_.has(HandshakeType::server_hello) &&
                       server_.has(HandshakeType::encrypted_extensions) && server_.has_certificate();
    if (!whole || before_server_verify_ == 0)
        return {};
    Octets all = hellos(suite);
    const auto end = server_.messages.begin() + static_cast<std::ptrdiff_t>(before_server_verify_);
    all.insert(all.end(), server_.messages.begin(), end);
    return all;
}

Octets Transcript::before_client_verify(CipherSuite suite) const
{
    const bool tls13 = server_.has(HandshakeType::encrypted_extensions);
    const bool whole = hello_.has(HandshakeType::client_hello) && server_.has(HandshakeType::server_hello) &&
                       server_.has(HandshakeType::certificate_request) && server_.complete &&
                       client_.has_certificate() && (tls13 || client_.has(HandshakeType::client_key_exchange));
    if (!whole)
        return {};
    Octets all = hellos(suite);
    all.insert(all.end(), server_.messages.begin(), server_.messages.end());
    all.insert(all.end(), client_.messages.begin(), client_.messages.end());
    return all;
}

} // namespace tlsdiag
