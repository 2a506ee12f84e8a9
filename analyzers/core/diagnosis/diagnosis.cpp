// Answers questions about an ending that several analyzers ask.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"

#include <algorithm>

namespace tlsdiag {

std::string_view name(Severity severity)
{
    switch (severity) {
    case Severity::error:
        return "error";
    case Severity::warning:
        return "warning";
    case Severity::note:
        return "note";
    }
    return "";
}

Fit explained(const Conversation &conversation)
{
    Fit best = Fit::none;
    for (const Finding &finding : conversation.findings)
        if (finding.diagnosis->explains)
            best = std::max(best, finding.diagnosis->explains(conversation, finding));
    return best;
}

bool ended_by(const Conversation &conversation, Side side)
{
    return conversation.ending && conversation.ending.reason != EndReason::silence && conversation.ending.by == side;
}

static bool is_one_of(std::uint8_t alert, std::initializer_list<std::string_view> names)
{
    return std::ranges::any_of(names, [&](std::string_view one) { return alert_number(one) == alert; });
}

bool ended_by_alert(const Conversation &conversation, Side side, std::initializer_list<std::string_view> names)
{
    return ended_by(conversation, side) && conversation.ending.alert &&
           is_one_of(conversation.ending.alert->description, names);
}

Fit certificate_fit(const Conversation &conversation, Side refuser, std::initializer_list<std::string_view> telling)
{
    const Ending &ending = conversation.ending;
    if (!ended_by(conversation, refuser))
        return Fit::none;
    const Seen<Chain> &chain = conversation.chain[peer(refuser)];
    const bool certificate_came = chain && chain.at.frame <= ending.at.frame;
    if (ending.alert) {
        if (is_one_of(ending.alert->description, telling))
            return Fit::exact;
        // What stacks say when a certificate does not please them: facts on products, RFC 8446, 6.2.
        if (is_one_of(ending.alert->description,
                      {"bad_certificate", "certificate_unknown", "unsupported_certificate", "certificate_expired",
                       "certificate_revoked", "unknown_ca", "access_denied"}))
            return Fit::good;
        return certificate_came && is_one_of(ending.alert->description, {"handshake_failure"}) ? Fit::possible
                                                                                               : Fit::none;
    }
    const bool silently = ending.reason == EndReason::closed || ending.reason == EndReason::reset ||
                          ending.reason == EndReason::encrypted_alert;
    return certificate_came && silently ? Fit::possible : Fit::none;
}

bool refused_certificate(const Conversation &conversation, Side refuser)
{
    return certificate_fit(conversation, refuser, {}) >= Fit::good;
}

} // namespace tlsdiag
