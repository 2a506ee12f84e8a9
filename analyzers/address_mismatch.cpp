// The client connects without a server name, and the server's certificate is not for the server's address.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/library_fingerprint.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis address_mismatch{
    .title = "The certificate is not for the server's address",
    .severity = Severity::warning,
    .triggers = EventKind::ended,
    .wire = "The ClientHello has no server_name (clients that connect by address send none), no iPAddress in the "
            "server's leaf is the server's address, and the client refuses the certificate with an alert that can be "
            "about the name.",
    .remedy = "Configure the client to connect by a name in the certificate, or give the server a certificate with its "
              "address as iPAddress in subjectAltName (a dNSName with the address does not count).",
    .sources = {"RFC 9525, 6.5 (IP addresses)", "RFC 2818, 3.1", "RFC 6066, 3 (no addresses in server_name)",
                "RFC 5280, 4.2.1.6 (iPAddress)"},
    .examine = examine,
    .explains = explains,
};

// Without the port; empty if it is no IP address.
static std::string address_of(const Endpoint &endpoint)
{
    const std::string text = endpoint_text(endpoint);
    if (endpoint.address_length == 16)
        return text.substr(1, text.find(']') - 1);
    return endpoint.address_length == 4 ? text.substr(0, text.rfind(':')) : std::string{};
}

static std::string names_of(const Certificate &leaf)
{
    std::vector<std::string> names;
    for (const std::string &one : leaf.dns_names)
        names.push_back(printable(one, 60));
    if (!names.empty())
        return few(names);
    return leaf.common_name.empty() ? "no name" : printable(leaf.common_name, 60) + " (common name only)";
}

// OpenSSL and NSS say bad_certificate for a wrong name and not for a CA that they do not trust; others may mean either.
static bool is_about_name(const Conversation &c)
{
    const Path &path = c.chain[Side::server]->path;
    const bool trusted =
        c.history->trust->has_subject(path.top->issuer) || c.history->trust->has_subject(path.top->subject);
    return may_be_about_name(c, Side::client) && (trusted || !may_be_about_trust(c, Side::client));
}

static Findings examine(const Conversation &c, const Event &)
{
    const Certificate *leaf = readable_leaf(c, Side::server);
    const std::string address = address_of(c.server);
    const bool nameless = c.client_hello && !c.client_hello->sni;
    if (!leaf || !nameless || address.empty() || c.inner || !may_be_about_name(c, Side::client) || c.gaps.any() ||
        explained(c) >= Fit::good || c.history->certificates->host(*leaf, address).matches)
        return {};
    const bool as_name = std::ranges::find(leaf->dns_names, address) != leaf->dns_names.end();
    if (!as_name && !is_about_name(c))
        return {};
    const std::string how =
        as_name ? "the certificate has the server's address " + address + " as a dNSName; only an iPAddress counts"
                : "the client sent no server name (SNI), and the certificate is for " + names_of(*leaf) +
                      ", not for the server's address " + address;
    Finding finding;
    finding.side = Party::server;
    finding.certainty = as_name ? Certainty::strong : Certainty::guess;
    finding.detail = how + "; the client refused it with " + alert_text(*c.ending.alert);
    finding.because = how;
    if (!as_name)
        finding.detail +=
            "; if the client expects a name or another address (behind NAT), the certificate lacks that one";
    finding.evidence = {c.client_hello.at.frame, c.chain[Side::server].at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return fault_fit(c, Side::client, {});
}

} // namespace tlsdiag
