// A side refused the other's certificate: how well a fault explains it, and what is left to say where none does.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

#include <optional>

namespace tlsdiag {

// Who judges what the side at fault has sent.
constexpr Side judge_of(const Finding &finding)
{
    return finding.side == Party::server ? Side::client : Side::server;
}

// How well a fault of the certificate explains the ending: `exact` where the alert is one of `telling`, `none` where it
// names another fault (expired, revoked, unsupported, unknown CA), else as certificate_fit() says.
Fit fault_fit(const Conversation &conversation, Side refuser, std::initializer_list<std::string_view> telling);

// How well "the chain leads to no CA that the refuser trusts" explains it.
Fit distrust_fit(const Conversation &conversation, Side refuser);

// The side's certificates are encrypted: it is not the capture that lacks them.
bool certificate_is_encrypted(const Conversation &conversation, Side side);

// The refusal of the peer's certificate that nothing found so far explains well: what stacks mean by the alert, and
// where the certificate's bytes deny it. Nothing where the capture may lack what would explain it.
std::optional<Finding> unexplained_refusal(const Conversation &conversation, Side refuser);

} // namespace tlsdiag
