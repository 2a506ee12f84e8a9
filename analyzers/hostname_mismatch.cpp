// The server name (SNI) that the client requested is not among the names in the server's certificate.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis hostname_mismatch{
    .title = "The certificate does not match the host name",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::certificate_verify,
    .wire = "The server_name in the ClientHello matches no dNSName in the server's leaf (the common name counts only "
            "if there is no dNSName). If the ClientHello has encrypted_client_hello (ECH, or GREASE), the name counts "
            "only once the server shows that it did not accept it.",
    .remedy = "Give the server a certificate for this name, or configure the client to use a name in the certificate; "
              "check that the name leads to the right server.",
    .sources = {"RFC 6125, 6.4", "RFC 9525, 6.3", "RFC 6066, 3", "RFC 9849, 6.1.7"},
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
        return leaf.common_name.empty() ? "no host name" : printable(leaf.common_name, longest) + " (common name only)";
    if (leaf.dns_names.size() > most)
        names.push_back(digit_groups(leaf.dns_names.size() - most) + " more");
    return join(names, ", ");
}

// With an encrypted ClientHello, which may be GREASE, only the server's signature tells that the name in the clear
// counts.
static Findings examine(const Conversation &c, const Event &event)
{
    const bool may_be_hidden = c.client_hello && c.client_hello->encrypted_client_hello;
    if (event.side != Side::server || (event.kind == EventKind::certificate_verify && !may_be_hidden))
        return {};
    const Certificate *leaf = readable_leaf(c, Side::server);
    const bool readable = leaf && !leaf->san_unreadable;
    const std::optional<std::string> wanted = readable ? expected_name(c) : std::nullopt;
    if (!wanted)
        return {};
    const HostMatch match = c.history->certificates->host(*leaf, *wanted);
    if (match.matches)
        return {};

    Finding finding;
    finding.side = Party::server;
    finding.evidence = {c.client_hello.at.frame, c.chain[Side::server].at.frame};
    finding.detail = "the client requested the server name (SNI) " + printable(*wanted, 100) +
                     "; the certificate is for " + names_of(*leaf);
    finding.because = "the client requested the server name (SNI) " + printable(*wanted, 100) +
                      ", but the certificate is for " + names_of(*leaf);
    if (encrypted_hello(c) == Ech::not_accepted) {
        constexpr std::string_view outer = "; the server did not accept the encrypted ClientHello, so this name counts";
        finding.detail += outer;
        finding.because += outer;
    }
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return fault_fit(c, Side::client, {});
}

} // namespace tlsdiag
