// What was agreed, and who showed which certificate: the lines above the drawing.
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
        return "asked for in " + frame_text(request.at) + " (" +
               (request->authorities ? authorities_text(*request->authorities) : "no CA named: any will do") + ")";
    if (c.record_sizes.request)
        return "asked for in " + frame_text(c.record_sizes.request) + ", by the size of a record";
    return {};
}

static std::string answer_text(const Conversation &c)
{
    if (const auto &chain = c.chain[Side::client])
        return (chain->empty() ? "none sent" : "sent: " + path_text(chain->path)) + ", " + frame_text(chain.at);
    const std::string by_size = " in " + frame_text(c.record_sizes.client_certificate_at) + ", by the size of a record";
    switch (c.record_sizes.client_certificate) {
    case ClientAuth::empty:
        return "none sent" + by_size;
    case ClientAuth::sent:
        return "sent" + by_size;
    default:
        return c.stage >= Stage::client_flight ? "whether it was sent is encrypted" : "none came";
    }
}

static std::string renegotiated_text(ClientAuth auth)
{
    const std::string asked = "asked for after the handshake; ";
    return asked + (auth == ClientAuth::sent ? "sent" : auth == ClientAuth::empty ? "none sent" : "none came");
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
        return "not asked for";
    case ClientAuth::empty:
    case ClientAuth::sent:
        return answer_text(c);
    default:
        if (c.renegotiation.began[Side::client])
            return "not asked for at first; the renegotiation is encrypted";
        return c.tls13() ? "whether it was asked for is encrypted" : "not asked for so far";
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
        add("Server name", c.sni().value_or("none asked for"));
    add("Agreed", agreed_text(c));
    if (c.server_hello) {
        add("Server certificate", server_certificate(c));
        add("Client certificate", client_certificate(c));
    }
    if (c.inner)
        add("Carried", "inside of another TLS connection");
    if (c.transport == Transport::eap)
        add("EAP packets", digit_groups(c.eap_packets[Side::client]) + " by the client, " +
                               digit_groups(c.eap_packets[Side::server]) + " by the server");
    return properties;
}

} // namespace tlsdiag
