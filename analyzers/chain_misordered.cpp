// The certificates of a chain are out of order: each one should have issued the one before it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis chain_misordered{
    .title = "The certificates of the chain are out of order",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "An issuer on the leaf's path comes before the certificate that it issued; or a CA certificate comes "
            "first, before a certificate that it issued and that is not a CA's.",
    .remedy = "Sort the chain file of the side that sends it: the leaf first, then its issuer, and so on up the chain.",
    .sources = {"RFC 5246, 7.4.2", "RFC 8446, 4.4.2"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

// The position of a certificate in the message, counted from 1.
static std::string place(const std::vector<const Certificate *> &sent, const Certificate *one)
{
    return std::to_string(std::ranges::find(sent, one) - sent.begin() + 1);
}

// The first issuer on the path that comes before the certificate that it issued; nullptr if all are in order.
static const Certificate *too_early(const Chain &chain)
{
    const auto &path = chain.path.certificates;
    const auto place_of = [&](const Certificate *one) { return std::ranges::find(chain.certificates, one); };
    for (std::size_t i = 1; i < path.size(); ++i)
        if (place_of(path[i]) < place_of(path[i - 1]))
            return path[i];
    return nullptr;
}

// A reversed chain: a certificate that is not a CA's leads to the CA certificate in the leaf's place.
static const Certificate *leaf_behind_its_issuer(const Conversation &c, const Chain &chain)
{
    if (!chain.leaf()->is_ca)
        return nullptr;
    const auto &sent = chain.certificates;
    const auto leaf = std::ranges::find_if(sent, [](const Certificate *one) { return one->readable && !one->is_ca; });
    if (leaf == sent.end())
        return nullptr;
    std::vector<const Certificate *> from_leaf{*leaf};
    from_leaf.insert(from_leaf.end(), sent.begin(), sent.end());
    const auto path = c.history->certificates->path(from_leaf).certificates;
    return std::ranges::find(path, chain.leaf()) == path.end() ? nullptr : *leaf;
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (!readable_leaf(c, event.side))
        return {};
    const Chain &chain = *c.chain[event.side];
    const Certificate *early = too_early(chain);
    const Certificate *leaf = early ? nullptr : leaf_behind_its_issuer(c, chain);
    if (!early && !leaf)
        return {};
    Finding finding;
    finding.side = party(event.side);
    if (early)
        finding.detail = "certificate " + place(chain.certificates, early) + " of " + std::to_string(chain.count) +
                         ", " + short_name(early->subject_text) + ", comes before the certificate that it issued";
    else
        finding.detail = "certificate " + place(chain.certificates, leaf) + " of " + std::to_string(chain.count) +
                         ", " + short_name(leaf->subject_text) + ", is the leaf, which must come first";
    finding.because = "the " + std::string{name(event.side)} + "'s chain is out of order: " + finding.detail;
    return {finding};
}

// Most stacks sort the chain, so any other fault in it is the likelier cause.
static Fit explains(const Conversation &c, const Finding &finding)
{
    return std::min(Fit::possible, distrust_fit(c, judge_of(finding)));
}

} // namespace tlsdiag
