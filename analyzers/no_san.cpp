// The server's certificate contains the host name only as the common name, which current clients do not read.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis no_san{
    .title = "The host name is only in the certificate's common name",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::ended,
    .wire =
        "The server name (SNI) in the ClientHello matches the common name of the server's leaf, which has no dNSName "
        "in subjectAltName. In captures from before 2017, this counts only if the client refuses the certificate.",
    .remedy = "Give the server a certificate that contains its host name as a dNSName in subjectAltName.",
    .sources = {"RFC 9525, 2", "RFC 6125, 6.4.4", "Go 1.15 release notes (X.509 CommonName)",
                "Chrome 58 release notes (commonName matching)"},
    .examine = examine,
    .explains = explains,
};

static Findings examine(const Conversation &c, const Event &)
{
    const Certificate *leaf = readable_leaf(c, Side::server);
    if (!leaf || !leaf->dns_names.empty() || leaf->san_unreadable)
        return {};
    const std::optional<std::string> wanted = expected_name(c);
    if (!wanted || !c.history->certificates->host(*leaf, *wanted).common_name_only)
        return {};
    const Moment &at = c.chain[Side::server].at;
    // The first browsers stopped reading the common name in 2017.
    const bool of_today = is_sane(at.time) && at.time >= beginning_of(2017);
    if (!of_today && !(refused_certificate(c, Side::client) && explained(c) < Fit::good))
        return {};

    const std::string name = printable(*wanted, 100);
    Finding finding;
    finding.side = Party::server;
    finding.evidence = {c.client_hello.at.frame, at.frame};
    finding.detail = "the server's certificate has " +
                     std::string{leaf->has_san ? "no dNSName in subjectAltName" : "no subjectAltName at all"} +
                     "; the client asked for " + name +
                     ", which matches only the common name, and Go, browsers and other clients do not read that";
    finding.because =
        "the name " + name + " matches only the certificate's common name, which current clients do not read";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return fault_fit(c, Side::client, {});
}

} // namespace tlsdiag
