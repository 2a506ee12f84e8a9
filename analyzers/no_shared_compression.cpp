// The client offers no compression method that the server supports, not even null.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis no_shared_compression{
    .title = "No common compression method",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "A ClientHello does not offer the compression method null (0), or a TLS 1.3 ClientHello offers others "
            "besides null, and the server refuses it before its ServerHello.",
    .remedy = "Configure the client to offer the compression method null and, for TLS 1.3, no other: TLS compression "
              "is no longer used.",
    .sources = {"RFC 5246, 7.4.1.2", "RFC 8446, 4.1.2", "RFC 3749, 2", "RFC 7525, 3.3"},
    .examine = examine,
    .explains = explains,
};

static std::string methods_text(const ClientHello &hello)
{
    std::vector<std::string> names;
    for (const std::uint8_t method : hello.compression_methods)
        names.push_back(method == 0 ? "null (0)" : method == 1 ? "DEFLATE (1)" : hex(method, 2));
    return names.empty() ? "none" : few(names);
}

static bool has_null(const ClientHello &hello)
{
    return std::ranges::find(hello.compression_methods, 0) != hello.compression_methods.end();
}

static bool breaks_tls13(const Conversation &c)
{
    const ClientHello &hello = *c.client_hello;
    return hello.compression_methods.size() > 1 && std::ranges::any_of(hello.supported_versions, is_tls13) &&
           ended_by_alert(c, Side::server, {"illegal_parameter"});
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!refused_at_once(c) || c.client_hello->sslv2)
        return {};
    const bool missing = !has_null(*c.client_hello);
    if (!missing && !breaks_tls13(c))
        return {};
    const std::string offer = methods_text(*c.client_hello);
    Finding finding;
    finding.side = Party::client;
    finding.certainty = c.ending.alert ? Certainty::strong : Certainty::guess;
    finding.detail = "the client offers these compression methods: " + offer +
                     (missing ? "; null (0) must be among them" : "; TLS 1.3 allows only null (0)");
    finding.because = (missing ? "the client does not offer the compression method null; it offers: "
                               : "TLS 1.3 allows only the compression method null; the client offers: ") +
                      offer;
    finding.evidence = {c.client_hello.at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return ended_by_alert(c, Side::server,
                          {"illegal_parameter", "decode_error", "handshake_failure", "decompression_failure"})
               ? Fit::good
               : Fit::possible;
}

} // namespace tlsdiag
