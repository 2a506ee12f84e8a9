// Stores what a capture shows about servers, certificates and paths, within fixed limits.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/capture_history.hpp"

#include <algorithm>

namespace tlsdiag {

const std::vector<SeenCertificate> *CaptureHistory::with_subject(const Octets &subject) const
{
    const auto found = by_subject.find(std::string(subject.begin(), subject.end()));
    return found == by_subject.end() ? nullptr : &found->second;
}

const SeenCertificate *CaptureHistory::leaf_for(const std::string &sni) const
{
    const auto found = leaves.find(sni);
    return found == leaves.end() ? nullptr : &found->second;
}

const ServerHistory *CaptureHistory::server(const Endpoint &server) const
{
    const auto found = servers.find(server);
    return found == servers.end() ? nullptr : &found->second;
}

const ClientChain *CaptureHistory::client_chain(Endpoint client) const
{
    client.port = 0;
    const auto found = clients.find(client);
    return found == clients.end() ? nullptr : &found->second;
}

const Completion *CaptureHistory::completed_near(const Endpoint &client, const Endpoint &server, Time time,
                                                 Time within) const
{
    const auto near = [&](const Completion &one) {
        const Time apart = one.time > time ? one.time - time : time - one.time;
        return one.server == server && one.client.address == client.address &&
               one.client.address_length == client.address_length && apart <= within;
    };
    const auto found = std::ranges::find_if(completions, near);
    return found == completions.end() ? nullptr : &*found;
}

const ReportedMtu *CaptureHistory::mtu(const Endpoint &sender, const Endpoint &receiver) const
{
    const auto found = mtus.find({sender, receiver});
    return found == mtus.end() ? nullptr : &found->second;
}

std::uint32_t CaptureHistory::ftp_control(Endpoint client, Endpoint server) const
{
    client.port = server.port = 0;
    const auto found = ftp.find({client, server});
    return found == ftp.end() ? 0 : found->second;
}

void CaptureHistory::learn_ftp(const Conversation &conversation)
{
    Endpoint client = conversation.client, server = conversation.server;
    client.port = server.port = 0;
    if (ftp.size() < max_ftp)
        ftp.try_emplace({client, server}, conversation.first.frame);
}

void CaptureHistory::learn_mtu(const std::pair<Endpoint, Endpoint> &ends, const ReportedMtu &mtu)
{
    if (mtus.size() < max_mtus)
        mtus.emplace(ends, mtu);
}

void CaptureHistory::learn_certificate(const Certificate *certificate, std::uint32_t frame)
{
    if (!certificate->readable || !learned.insert(certificate).second)
        return;
    const std::string key{certificate->subject.begin(), certificate->subject.end()};
    if (by_subject.size() >= max_subjects && !by_subject.contains(key))
        return;
    std::vector<SeenCertificate> &seen = by_subject[key];
    if (seen.size() < max_same_subject &&
        std::ranges::find(seen, certificate, &SeenCertificate::certificate) == seen.end())
        seen.push_back({certificate, frame});
}

void CaptureHistory::learn_leaf(const Conversation &conversation)
{
    const Certificate *leaf = readable_leaf(conversation, Side::server);
    const std::optional<std::string> name = leaf ? expected_name(conversation) : std::nullopt;
    if (!name || leaves.size() >= max_leaves || leaves.contains(*name) || !certificates->host(*leaf, *name).matches)
        return;
    leaves.emplace(*name, SeenCertificate{leaf, conversation.chain[Side::server].at.frame});
}

static void learn_name(std::map<std::string, std::uint32_t> &names, const std::optional<std::string> &name,
                       std::uint32_t frame)
{
    if (name && names.size() < ServerHistory::max_names)
        names.try_emplace(*name, frame);
}

static void learn_hello(ServerHistory &history, const Conversation &c)
{
    const auto &[at, hello] = c.server_hello;
    history.versions.try_emplace(hello.version, at.frame);
    history.cipher_suites.try_emplace(hello.cipher_suite, at.frame);
    if (hello.group)
        history.groups.try_emplace(*hello.group, at.frame);
    learn_name(history.protocols, hello.alpn, at.frame);
    if (!c.client_hello)
        return;
    learn_name(history.names, c.client_hello->sni, at.frame);
    if (!c.client_hello->sni)
        history.nameless = at.frame;
}

void CaptureHistory::learn_choice(const Conversation &conversation)
{
    if (servers.size() >= max_servers && !servers.contains(conversation.server))
        return;
    ServerHistory &history = servers[conversation.server];
    if (conversation.server_hello)
        learn_hello(history, conversation);
    else if (const auto &retry = conversation.hello_retry_request; retry && retry->group)
        history.groups.try_emplace(*retry->group, retry.at.frame);
    if (const auto &exchange = conversation.server_key_exchange) {
        if (exchange->named_group)
            history.groups.try_emplace(*exchange->named_group, exchange.at.frame);
        if (exchange->scheme)
            history.schemes.try_emplace(*exchange->scheme, exchange.at.frame);
    }
    if (const auto &verify = conversation.certificate_verify[Side::server]; verify && verify->scheme)
        history.schemes.try_emplace(*verify->scheme, verify.at.frame);
    if (const auto &extensions = conversation.encrypted_extensions)
        learn_name(history.protocols, extensions->alpn, extensions.at.frame);
}

static std::pair<Endpoint, Endpoint> ends_of(const Conversation &conversation)
{
    Endpoint client = conversation.client;
    client.port = 0;
    return {client, conversation.server};
}

void CaptureHistory::learn_offer(const Conversation &conversation)
{
    const std::pair<Endpoint, Endpoint> ends = ends_of(conversation);
    if (offers.size() >= max_offers && !offers.contains(ends))
        return;
    const OfferedVersion offered{comparable_version(conversation.client_hello->highest_version()),
                                 conversation.client_hello.at.frame};
    if (const auto [known, added] = offers.try_emplace(ends, offered);
        !added && known->second.version < offered.version)
        known->second = offered;
}

const OfferedVersion *CaptureHistory::higher_offer_before(const Conversation &conversation) const
{
    const auto found = conversation.client_hello ? offers.find(ends_of(conversation)) : offers.end();
    const bool higher = found != offers.end() && found->second.frame < conversation.client_hello.at.frame &&
                        found->second.version > comparable_version(conversation.client_hello->highest_version());
    return higher ? &found->second : nullptr;
}

void CaptureHistory::learn_segments(const Conversation &conversation)
{
    const auto found = servers.find(conversation.server);
    if (found == servers.end() || conversation.transport != Transport::tcp)
        return;
    for (const Side side : {Side::client, Side::server}) {
        const Segments &segments = conversation.segments[side];
        if (segments.unacknowledged == 0 && segments.gap == 0)
            found->second.delivered[side] = std::max(found->second.delivered[side], segments.largest);
    }
}

void CaptureHistory::learn_completion(const Conversation &conversation)
{
    if (const auto found = servers.find(conversation.server); found != servers.end())
        found->second.completed = conversation.completed.frame;
    Endpoint client = conversation.client;
    client.port = 0;
    if (const auto &chain = conversation.chain[Side::client]; chain->leaf() && clients.size() < max_clients)
        clients.try_emplace(client, ClientChain{chain->certificates, chain.at.frame});
    completions.push_back({client, conversation.server, conversation.completed.time, conversation.completed.frame});
    if (completions.size() > max_completions)
        completions.pop_front();
}

} // namespace tlsdiag
