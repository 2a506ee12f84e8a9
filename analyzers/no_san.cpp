// The server's name stands in its certificate only as the common name, which clients of today do not read.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis no_san{
    .title = "The certificate has its name only as common name",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::ended,
    .wire = "server_name of the ClientHello matches the common name of the server's leaf, which has no dNSName in "
            "subjectAltName; in captures before 2017 only where the client refuses the certificate",
    .remedy = "Give the server a certificate that has its name as a dNSName in subjectAltName.",
    .sources = {"RFC 9525, 2", "RFC 6125, 6.4.4", "Go 1.15 release notes (X.509 CommonName)",
                "Chrome 58 release notes (commonName matching)"},
    .examine = examine,
    .explains = explains,
};

static Findings examine(const Conversation &c, const Event &)
{
    const Certificate *leaf = readable_leaf(c, Side::server);
    if (!leaf || !leaf->dns_names.empty())
        return {};
    const std::optional<std::string> wanted = expected_name(c);
    if (!wanted || !c.history->certificates->host(*leaf, *wanted).common_name_only)
        return {};
    const Moment &at = c.chain[Side::server].at;
    // The first browsers ceased to read it in 2017.
    const bool of_today = is_sane(at.time) && at.time >= beginning_of(2017);
    if (!of_today && !(refused_certificate(c, Side::client) && explained(c) < Fit::good))
        return {};

    const std::string name = printable(*wanted, 100);
    Finding finding;
    finding.side = Party::server;
    finding.evidence = {c.client_hello.at.frame, at.frame};
    finding.detail = "no dNSName" + std::string{leaf->has_san ? " in subjectAltName" : ", no subjectAltName at all"} +
                     "; " + name +
                     " was asked for and is only the common name, which Go, browsers and others do not read";
    finding.because = "the name " + name +
                      " stands only in the certificate's common name, which clients of today do "
                      "not look at";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return fault_fit(c, Side::client, {});
}

} // namespace tlsdiag
