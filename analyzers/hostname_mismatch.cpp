// The name that the client asked for is not among the names of the certificate that it got.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis hostname_mismatch{
    .title = "The certificate is for another name",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "server_name of the ClientHello matches no dNSName of the server's leaf (the common name counts only where "
            "there is no dNSName)",
    .remedy =
        "Give the server a certificate with this name, or let the client use a name that the certificate has; check "
        "that the name leads to the right server.",
    .sources = {"RFC 6125, 6.4", "RFC 9525, 6.3", "RFC 6066, 3"},
    .examine = examine,
    .explains = explains,
};

static std::string names_of(const Certificate &leaf)
{
    constexpr std::size_t most = 4, longest = 60;
    std::vector<std::string> names;
    for (const std::string &one : leaf.dns_names)
        if (names.size() < most)
            names.push_back(printable(one, longest));
    if (names.empty())
        return leaf.common_name.empty() ? "no name" : printable(leaf.common_name, longest) + " (common name only)";
    if (leaf.dns_names.size() > most)
        names.push_back(digit_groups(leaf.dns_names.size() - most) + " more");
    return join(names, ", ");
}

static Findings examine(const Conversation &c, const Event &)
{
    const Certificate *leaf = readable_leaf(c, Side::server);
    const std::optional<std::string> wanted = leaf ? expected_name(c) : std::nullopt;
    if (!wanted)
        return {};
    const HostMatch match = c.history->certificates->host(*leaf, *wanted);
    if (match.matches)
        return {};

    Finding finding;
    finding.side = Party::server;
    finding.evidence = {c.client_hello.at.frame, c.chain[Side::server].at.frame};
    finding.detail = printable(*wanted, 100) + " was asked for; the certificate is for " + names_of(*leaf);
    finding.because =
        "the client asked for " + printable(*wanted, 100) + ", and the certificate is for " + names_of(*leaf);
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return fault_fit(c, Side::client, {});
}

} // namespace tlsdiag
