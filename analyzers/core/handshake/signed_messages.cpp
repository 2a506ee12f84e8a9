// Checks the signed handshake messages of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/signed_messages.hpp"

#include "core/handshake/certificate_questions.hpp"
#include "core/tls/versions.hpp"
#include "core/x509/signatures.hpp"

namespace tlsdiag {

// RFC 5246, 7.4.3: both randoms and the parameters.
static Octets signed_by_key_exchange(const Conversation &c)
{
    constexpr std::size_t random_size = 32;
    const Octets &client = c.client_hello->random, &server = c.server_hello->random;
    if (client.size() != random_size || server.size() != random_size)
        return {};
    Octets content = client;
    content.insert(content.end(), server.begin(), server.end());
    content.insert(content.end(), c.server_key_exchange->params.begin(), c.server_key_exchange->params.end());
    return content;
}

// RFC 5246, 7.4.8; RFC 8446, 4.4.3
static Octets signed_by_verify(const Conversation &c, Side side)
{
    const CipherSuite suite = c.server_hello->cipher_suite;
    Octets messages =
        side == Side::client ? c.transcript.before_client_verify(suite) : c.transcript.before_server_verify(suite);
    if (!c.tls13() || messages.empty())
        return messages;
    const Octets hash = transcript_hash(suite, messages);
    return hash.empty() ? Octets{} : certificate_verify_content(side == Side::server, hash);
}

template <class Message>
static bool is_bad(const Certificate &leaf, const Message &message, const Octets &content)
{
    const bool known = !message.signature.empty() && !content.empty();
    return known && !verify_signature(leaf, message.scheme, content, message.signature).value_or(true) &&
           !made_by_key(leaf, message.signature);
}

static bool can_be_judged(const Conversation &c)
{
    const Version version = comparable_version(c.version());
    const bool final_form = version >= 0x0301 && (version < 0x0304 || c.version() == 0x0304); // not of drafts
    return c.client_hello && c.server_hello && final_form && !c.gaps.any_bytes_missing() && !c.gaps.started_midway &&
           !c.gaps.truncated;
}

std::optional<BadSignature> bad_signature(const Conversation &c, Side side)
{
    const Certificate *leaf = readable_leaf(c, side);
    if (!leaf || !can_be_judged(c))
        return std::nullopt;
    const Seen<ServerKeyExchange> &exchange = c.server_key_exchange;
    if (side == Side::server && exchange && is_bad(*leaf, *exchange, signed_by_key_exchange(c)))
        return BadSignature{exchange.at, "ServerKeyExchange"};
    const Seen<CertificateVerify> &verify = c.certificate_verify[side];
    if (verify && is_bad(*leaf, *verify, signed_by_verify(c, side)))
        return BadSignature{verify.at, "CertificateVerify"};
    return std::nullopt;
}

bool signs_hello_in_clear(const Conversation &c)
{
    const Certificate *leaf = readable_leaf(c, Side::server);
    const Seen<CertificateVerify> &verify = c.certificate_verify[Side::server];
    if (!leaf || !verify || !can_be_judged(c))
        return false;
    const Octets content = signed_by_verify(c, Side::server);
    return !content.empty() && verify_signature(*leaf, verify->scheme, content, verify->signature).value_or(false);
}

} // namespace tlsdiag
