// The server wants to be asked for by name, and the client names none.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

constinit const Diagnosis sni_missing{
    .title = "Server wants a server name (SNI), none is sent",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "A ClientHello without server_name, and the server answers unrecognized_name, or missing_extension where no "
        "other one is missing; or refuses it at once while it serves others, with the same offer, by name.",
    .remedy =
        "Have the client send SNI: connect by name, not by address, with a TLS library that sends it; or set up a "
        "default host at the server.",
    .sources = {"RFC 6066, 3", "RFC 8446, 4.4.2.2 and 9.2"},
    .examine = examine,
    .explains = explains,
};

static Finding finding_of(const Conversation &c, Certainty certainty, const std::string &why)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = "no server name in the ClientHello; " + why;
    finding.because = "the client sends no server name (SNI); " + why;
    finding.evidence = {c.client_hello.at.frame};
    return finding;
}

// RFC 8446, 9.2: those that a ClientHello of TLS 1.3 must have.
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
        return {finding_of(c, Certainty::proven, "the server says unrecognized_name (112)")};
    if (!refused_at_once(c))
        return {};
    if (ended_by_alert(c, Side::server, {"missing_extension"}) && has_what_tls13_wants(*c.client_hello))
        return {finding_of(c, Certainty::strong, "the server misses an extension (109), and no other one is due")};
    const Comparison others = compare_with_others(c);
    const Lack *named = others.only(Part::sni);
    const auto certainty = certainty_of_lack(c);
    if (!named || !certainty)
        return {};
    Finding finding = finding_of(
        c, *certainty, "this server served others, with nothing else that is missing here, as " + named->chosen);
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
