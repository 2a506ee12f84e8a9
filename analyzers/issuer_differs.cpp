// The certificate for a server name comes from a different CA than earlier in this capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);

extern constinit const Diagnosis issuer_differs{
    .title = "Different CAs issued certificates for the same name",
    .severity = Severity::note,
    .triggers = EventKind::certificate,
    .wire = "Two server leaves in the capture match the same server_name, and their issuers differ in name and "
            "organization: a middlebox that decrypts, or servers of one name that are configured differently.",
    .remedy = "Compare the issuer with the one that the server's owner expects. Remove the middlebox from the path or "
              "trust its CA, or give all servers of this name certificates from the same CA.",
    .sources = {"RFC 5280, 4.1.2.4", "RFC 3234, 2.12"},
    .examine = examine,
};

// A CA may issue from several intermediates, which have its organization in common.
static bool same_authority(const Certificate &one, const Certificate &other)
{
    if (match_name(one.issuer, other.issuer) != NameMatch::none)
        return true;
    const std::string organization = organization_of(one.issuer);
    return !organization.empty() && organization == organization_of(other.issuer);
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Certificate *leaf = event.side == Side::server ? readable_leaf(c, Side::server) : nullptr;
    const std::optional<std::string> name = leaf ? expected_name(c) : std::nullopt;
    const SeenCertificate *before = name ? c.history->leaf_for(*name) : nullptr;
    if (!before || before->certificate == leaf || !c.history->certificates->host(*leaf, *name).matches ||
        same_authority(*leaf, *before->certificate))
        return {};
    Finding finding;
    finding.side = Party::server;
    finding.evidence = {before->frame};
    finding.detail = short_name(leaf->issuer_text) + " issued the certificate for " + printable(*name, 100) +
                     " here; in frame " + std::to_string(before->frame) + " it was " +
                     short_name(before->certificate->issuer_text);
    finding.because = "the certificate for " + printable(*name, 100) +
                      " comes from a different CA than the one in frame " + std::to_string(before->frame);
    return {finding};
}

} // namespace tlsdiag
