// Text about certificate chains, and questions about the CAs that they lead to.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/certificate_questions.hpp"

#include "core/base/text.hpp"
#include "core/handshake/capture_history.hpp"

#include <algorithm>
#include <chrono>

namespace tlsdiag {

constexpr std::size_t longest_name = 90;

std::string short_name(const std::string &name_text)
{
    return name_text.empty() ? "(no name)" : printable(name_text, longest_name);
}

std::string named(Side side, const Certificate &certificate)
{
    return "the " + std::string{name(side)} + "'s certificate " + short_name(certificate.subject_text);
}

std::string chain_text(const Chain &chain)
{
    return chain.count == 1 ? "only its own certificate" : plural(chain.count, "certificate", "certificates");
}

std::span<const Certificate *const> below_root(const Conversation &conversation, Side side)
{
    if (!readable_leaf(conversation, side) || fingerprint_is_signalled(conversation))
        return {};
    const Path &path = conversation.chain[side]->path;
    const std::span whole{path.certificates};
    return path.ends_in_root && whole.size() > 1 ? whole.first(whole.size() - 1) : whole;
}

const Certificate *trusted_issuer(const Conversation &conversation, const Certificate &certificate)
{
    CertificateCache &cache = *conversation.history->certificates;
    for (const Bytes der : conversation.history->trust->with_subject(certificate.issuer)) {
        const Certificate *root = cache.parse(der);
        if (root->readable && cache.issued(*root, certificate))
            return root;
    }
    return nullptr;
}

bool is_above_trusted(const Conversation &conversation, Side side, const Certificate &certificate)
{
    for (const Certificate *below : conversation.chain[side]->path.certificates) {
        if (below == &certificate)
            return false;
        if (trusted_issuer(conversation, *below))
            return true;
    }
    return false;
}

std::vector<const Certificate *> judged_path(const Conversation &conversation, Side side)
{
    std::vector<const Certificate *> path;
    if (!readable_leaf(conversation, side) || fingerprint_is_signalled(conversation))
        return path;
    for (const Certificate *one : conversation.chain[side]->path.certificates) {
        if (path.size() == max_judged_path)
            return path;
        path.push_back(one);
        if (one->self_signed)
            return path;
        if (const Certificate *root = trusted_issuer(conversation, *one)) {
            path.push_back(root);
            return path;
        }
    }
    return path;
}

const Certificate *namesake_of_issuer(const Conversation &conversation, Side side)
{
    const Certificate *top = open_end(conversation, side);
    if (!top || fingerprint_is_signalled(conversation))
        return nullptr;
    const auto &sent = conversation.chain[side]->certificates;
    const auto &path = conversation.chain[side]->path.certificates;
    const auto found = std::ranges::find_if(sent, [&](const Certificate *one) {
        return one->readable && std::ranges::find(path, one) == path.end() && names_fit(*one, *top);
    });
    return found == sent.end() || trusted_issuer(conversation, *top) ? nullptr : *found;
}

std::vector<const Certificate *> needed_signatures(const Conversation &conversation, Side side)
{
    constexpr std::size_t leaf_and_its_issuer = 2;
    const std::span path = below_root(conversation, side);
    std::vector<const Certificate *> needed;
    for (const Certificate *one : path) {
        const bool is_last = needed.size() + 1 == path.size() && !conversation.chain[side]->path.ends_in_root;
        if (!needed.empty() && (conversation.history->trust->has_subject(one->subject) ||
                                (is_last && needed.size() >= leaf_and_its_issuer)))
            break; // no peer needs to verify further
        needed.push_back(one);
    }
    return needed;
}

std::string named_in_chain(const Conversation &conversation, Side side, const Certificate &certificate)
{
    if (&certificate == conversation.chain[side]->leaf())
        return named(side, certificate);
    return "the intermediate " + short_name(certificate.subject_text) + " in the " + std::string{name(side)} +
           "'s chain";
}

bool is_sane(Time time)
{
    return beginning_of(1990) <= time && time < beginning_of(2100);
}

Time beginning_of(int year)
{
    using namespace std::chrono;
    return nanoseconds{sys_days{std::chrono::year{year} / January / 1}.time_since_epoch()}.count();
}

const Certificate *open_end(const Conversation &conversation, Side side)
{
    if (!readable_leaf(conversation, side))
        return nullptr;
    const Path &path = conversation.chain[side]->path;
    const bool open = path.top && path.top->readable && !path.ends_in_root && !path.top->self_issued;
    return open && !path.top->issuer_text.empty() ? path.top : nullptr;
}

const CaList *accepted_authorities(const Conversation &conversation, Side side)
{
    if (side == Side::client)
        return conversation.client_hello && conversation.client_hello->certificate_authorities
                   ? &*conversation.client_hello->certificate_authorities
                   : nullptr;
    return conversation.certificate_request && conversation.certificate_request->authorities
               ? &*conversation.certificate_request->authorities
               : nullptr;
}

NameMatch best_match(const std::vector<const Certificate *> &chain, const CaList &list)
{
    NameMatch best = NameMatch::none;
    for (const Certificate *certificate : chain) {
        const NameMatch match = certificate->readable ? find_name(certificate->issuer, list.names) : NameMatch::none;
        if (match == NameMatch::exact)
            return match;
        if (match == NameMatch::differs_in_encoding)
            best = match;
    }
    return best;
}

bool list_may_be_missing(const Conversation &conversation, Side judge)
{
    return judge == Side::server && !conversation.certificate_request && conversation.gaps.any();
}

bool has_authority(const Conversation &conversation, Side judge, const Octets &name)
{
    const CaList *named_by_judge = accepted_authorities(conversation, judge);
    const auto &own = conversation.chain[judge]->certificates;
    const bool content = !conversation.ending || conversation.ending.by != judge;
    const auto is_named = [&](const Certificate *one) { return one->readable && one->subject == name; };
    return (content && std::ranges::any_of(own, is_named)) || conversation.history->trust->has_subject(name) ||
           (named_by_judge && find_name(name, named_by_judge->names) != NameMatch::none);
}

bool issuer_is_sent_in_part(const Conversation &conversation, Side side, const Certificate &top)
{
    return std::ranges::any_of(conversation.chain[side]->certificates, [&](const Certificate *one) {
        return one->readable && (one->subject == top.issuer ||
                                 (!top.authority_key_id.empty() && one->subject_key_id == top.authority_key_id));
    });
}

std::string trust_text(const Conversation &conversation, const Octets &name)
{
    const TrustStore &trust = *conversation.history->trust;
    if (trust.none())
        return {};
    return "; " + trust.description() + (trust.has_subject(name) ? " contains it" : " does not contain it");
}

bool fingerprint_is_signalled(const Conversation &conversation)
{
    constexpr auto use_srtp = ExtensionType{14};
    return (conversation.client_hello && conversation.client_hello->has(use_srtp)) ||
           (conversation.server_hello && conversation.server_hello->has(use_srtp));
}

} // namespace tlsdiag
