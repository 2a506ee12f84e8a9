// The list of CAs is about as long as the limit at which Schannel truncates it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis ca_list_truncated{
    .title = "The list of CAs may have been truncated at 16 KB",
    .severity = Severity::note,
    .triggers = EventKind::certificate_request,
    .wire = "The certificate_authorities field of a CertificateRequest takes at most 16,384 bytes, and one more name "
            "like those in it would not fit.",
    .remedy = "Remove CAs that are not needed from the trusted roots of a Windows server, or configure it to send no "
              "list (SendTrustedIssuerList 0): clients whose CA was cut off send no certificate.",
    .sources =
        {"Microsoft, KB2464556, KB2801679 and KB2880390 (the trusted issuers list has 16 KB at most; event 36885)",
         "RFC 5246, 7.4.4"},
    .examine = examine,
};

constexpr std::uint32_t limit = 16'384;

// The closer to the limit a list ends, the less likely it ends there by chance.
static Findings examine(const Conversation &c, const Event &)
{
    const auto &authorities = c.certificate_request->authorities;
    if (!authorities || authorities->names.empty() || authorities->bytes > limit)
        return {};
    const auto longer = [](const Octets &a, const Octets &b) { return a.size() < b.size(); };
    const auto longest = static_cast<std::uint32_t>(std::ranges::max_element(authorities->names, longer)->size() + 2);
    constexpr std::uint32_t long_name = 256;
    if (limit - authorities->bytes > std::min(longest, long_name))
        return {};
    Finding finding;
    finding.side = Party::server;
    finding.certainty = Certainty::guess;
    finding.detail = plural(authorities->count, "CA", "CAs") + ", " + digit_groups(authorities->bytes) +
                     " bytes of names; Schannel silently truncates the list at " + digit_groups(limit) +
                     " bytes; other stacks do not, and then the list ends here by chance";
    return {finding};
}

} // namespace tlsdiag
