// Whether a side refused the other side's certificate, how well a fault explains this, and the finding if no fault
// does. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

#include <optional>
#include <string>

namespace tlsdiag {

// The side that judges what the side at fault sent.
constexpr Side judge_of(const Finding &finding)
{
    return finding.side == Party::server ? Side::client : Side::server;
}

// Whether `refuser` ended it with an alert that TLS stacks send for a certificate that they do not accept.
bool refused_certificate(const Conversation &conversation, Side refuser);
// The same, as a fit: `exact` if the alert is one of `telling`, `good` for the general certificate alerts
// (bad_certificate, certificate_unknown), `possible` for handshake_failure, a hidden alert, a close or a reset at that
// point.
Fit certificate_fit(const Conversation &conversation, Side refuser, std::initializer_list<std::string_view> telling);

// How well a fault of the certificate explains the ending: `exact` if the alert is one of `telling`, `none` if it names
// another fault (expired, revoked, unsupported, unknown CA), otherwise the result of certificate_fit().
Fit fault_fit(const Conversation &conversation, Side refuser, std::initializer_list<std::string_view> telling);

// Whether the refuser's alert can be about its trust in the CA, or about the server's name. The same alert means one
// thing from OpenSSL and another from Java; a library that is not recognized may mean either.
bool may_be_about_trust(const Conversation &conversation, Side refuser);
bool may_be_about_name(const Conversation &conversation, Side refuser);

// How well "the chain does not lead to a CA that the refuser trusts" explains it.
Fit distrust_fit(const Conversation &conversation, Side refuser);

// Whether the side's certificates were sent but cannot be read (encrypted, or compressed), rather than missing from the
// capture. The text continues "the certificate ...".
bool certificate_is_unreadable(const Conversation &conversation, Side side);
std::string unreadable_text(const Conversation &conversation, Side side);

// Whether the leaf and all its issuers that were sent were valid when the conversation ended.
bool all_in_time(const Conversation &conversation, Side side);

// Whether the client's name is known and the server's certificate is for it.
bool name_fits(const Conversation &conversation);

// The finding for a refusal of the peer's certificate that no finding so far explains well: a guess that names the
// usual meanings of the alert. Absent if the explanation may be missing from the capture.
std::optional<Finding> unexplained_refusal(const Conversation &conversation, Side refuser);

} // namespace tlsdiag
