// The server requires a server name (SNI), and the client sends none.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis sni_missing{
    .title = "Server requires a server name (SNI), client sends none",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The ClientHello contains no server_name, and the server answers unrecognized_name, or missing_extension "
            "while no other extension is missing; or the server refuses it at once although it serves others that make "
            "the same offer and send a name.",
    .remedy = "Configure the client to send SNI (connect by name, not by address, with a TLS library that sends it), "
              "or set up a default host on the server.",
    .sources = {"RFC 6066, 3", "RFC 8446, 4.4.2.2 and 9.2"},
    .examine = examine,
    .explains = explains,
};

static Finding finding_of(const Conversation &c, Certainty certainty, const std::string &why)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = "the ClientHello contains no server name (SNI); " + why;
    finding.because = "the client sends no server name (SNI); " + why;
    finding.evidence = {c.client_hello.at.frame};
    return finding;
}

// RFC 8446, 9.2: the extensions that a TLS 1.3 ClientHello must contain.
static bool has_what_tls13_wants(const ClientHello &hello)
{
    return hello.has(ExtensionType::supported_groups) && hello.has(ExtensionType::key_share) &&
           hello.has(ExtensionType::signature_algorithms);
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.client_hello || c.client_hello->sni || c.client_hello->sslv2)
        return {};
    if (ended_by_alert(c, Side::server, {"unrecognized_name"}))
        return {finding_of(c, Certainty::proven, "the server answers unrecognized_name (112)")};
    if (!refused_at_once(c))
        return {};
    if (ended_by_alert(c, Side::server, {"missing_extension"}) && has_what_tls13_wants(*c.client_hello))
        return {finding_of(c, Certainty::strong,
                           "the server reports a missing extension (109), and no other required extension is missing")};
    const Comparison others = compare_with_others(c);
    const Lack *named = others.only(Part::sni);
    const auto certainty = certainty_of_lack(c);
    if (!named || !certainty)
        return {};
    Finding finding = finding_of(c, *certainty,
                                 "this server completed other handshakes for " + named->chosen +
                                     ", and apart from the name this ClientHello lacks nothing that they had");
    finding.evidence.insert(finding.evidence.end(), named->frames.begin(), named->frames.end());
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (ended_by_alert(c, Side::server, {"unrecognized_name", "missing_extension"}))
        return Fit::exact;
    return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
