// The header lines above the ladder: what was negotiated, and which certificates were sent.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/header_lines.hpp"

#include "ladder/message_words.hpp"

namespace tlsdiag {

static std::string frame_text(const Moment &at)
{
    return "frame " + std::to_string(at.frame);
}

static std::string agreed_text(const Conversation &c)
{
    std::vector<std::string> parts;
    if (c.version())
        parts.push_back(version_name(c.version()));
    if (c.server_hello && !c.server_hello->sslv2)
        parts.push_back(cipher_suite_name(c.server_hello->cipher_suite));
    std::optional<std::string> protocol = c.server_hello ? c.server_hello->alpn : std::nullopt;
    if (c.encrypted_extensions && c.encrypted_extensions->alpn)
        protocol = c.encrypted_extensions->alpn;
    if (protocol)
        parts.push_back("ALPN " + printable(*protocol, 32));
    if (c.resumed)
        parts.push_back("resumed");
    return join(parts, ", ");
}

static std::string server_certificate(const Conversation &c)
{
    const auto &chain = c.chain[Side::server];
    if (chain)
        return (chain->empty() ? "none" : path_text(chain->path)) + ", " + frame_text(chain.at);
    if (c.resumed)
        return "none: a resumed handshake has no certificates";
    return c.stage > Stage::server_hello && c.tls13() ? "encrypted" : "not seen";
}

static std::string request_text(const Conversation &c)
{
    if (const auto &request = c.certificate_request)
        return "requested in " + frame_text(request.at) + " (" +
               (request->authorities ? authorities_text(*request->authorities) : "no CA names: any CA is acceptable") +
               ")";
    if (c.record_sizes.request)
        return "requested in " + frame_text(c.record_sizes.request) + ", judging by the size of a record";
    return {};
}

static std::string answer_text(const Conversation &c)
{
    if (const auto &chain = c.chain[Side::client])
        return (chain->empty() ? "none sent" : "sent: " + path_text(chain->path)) + ", " + frame_text(chain.at);
    const std::string by_size =
        " in " + frame_text(c.record_sizes.client_certificate_at) + ", judging by the size of a record";
    switch (c.record_sizes.client_certificate) {
    case ClientAuth::empty:
        return "none sent" + by_size;
    case ClientAuth::sent:
        return "sent" + by_size;
    default:
        return c.stage >= Stage::client_flight ? "encrypted: unknown whether one was sent" : "none seen";
    }
}

static std::string renegotiated_text(ClientAuth auth)
{
    const std::string asked = "requested after the handshake; ";
    return asked + (auth == ClientAuth::sent ? "sent" : auth == ClientAuth::empty ? "none sent" : "none seen");
}

static std::string client_certificate(const Conversation &c)
{
    const std::string request = request_text(c);
    if (!request.empty() || c.chain[Side::client])
        return join({request.empty() ? "the request is not in the capture" : request, answer_text(c)}, "; ");
    if (c.renegotiation.client_auth != ClientAuth::unknown)
        return renegotiated_text(c.renegotiation.client_auth);
    switch (c.client_auth()) {
    case ClientAuth::none:
        return "not requested";
    case ClientAuth::empty:
    case ClientAuth::sent:
        return answer_text(c);
    default:
        if (c.renegotiation.began[Side::client])
            return "not requested in the first handshake; the renegotiation is encrypted";
        return c.tls13() ? "encrypted: unknown whether one was requested" : "not requested so far";
    }
}

std::vector<Ladder::Property> header_lines_of(const Conversation &c)
{
    std::vector<Ladder::Property> properties;
    const auto add = [&](std::string_view name, std::string text) {
        if (!text.empty())
            properties.push_back({std::string{name}, std::move(text)});
    };
    if (c.client_hello)
        add("Server name", c.sni().value_or("none requested"));
    add("Negotiated", agreed_text(c));
    if (c.server_hello) {
        add("Server certificate", server_certificate(c));
        add("Client certificate", client_certificate(c));
    }
    if (c.inner)
        add("Carried", "inside another TLS connection");
    if (c.transport == Transport::eap)
        add("EAP packets", digit_groups(c.eap_packets[Side::client]) + " from the client, " +
                               digit_groups(c.eap_packets[Side::server]) + " from the server");
    return properties;
}

} // namespace tlsdiag
