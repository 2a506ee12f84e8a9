// A failure that no other finding explains: lists what can have been refused.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/diagnosis/server_comparison.hpp"
#include "core/diagnosis/verdict.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis handshake_failure_unexplained{
    .title = "Handshake refused, and the packets do not show why",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "An alert (handshake_failure, internal_error, illegal_parameter, decrypt_error, bad_record_mac, ...), "
            "EAP-Failure, a QUIC close or another end of the handshake, which no other diagnosis explains.",
    .remedy = "Check the log of the side that ended the handshake, at this time: only that side knows the reason.",
    .sources = {"RFC 8446, 6.2", "RFC 5246, 7.2.2"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::ending,
};

static std::string words(const Conversation &c);
static std::string candidates(const Conversation &c);

static Findings examine(const Conversation &c, const Event &)
{
    if (outcome(c) != Outcome::failed || explained(c) >= Fit::vague)
        return {};
    const Ending &ending = c.ending;
    const std::string possible = "possible causes: " + candidates(c);
    Finding finding;
    finding.side = party(ending.by);
    finding.certainty = Certainty::guess;
    finding.detail = words(c) + " " + std::string{stage_text(ending.stage)} + "; " + possible;
    finding.because = "the packets do not show why; " + possible;
    if (c.client_hello)
        finding.evidence.push_back(c.client_hello.at.frame);
    return {finding};
}

static std::string words(const Conversation &c)
{
    const Ending &ending = c.ending;
    const std::string from = " from the " + std::string{name(ending.by)};
    switch (ending.reason) {
    case EndReason::alert:
        return alert_text(*ending.alert) + from;
    case EndReason::encrypted_alert:
        return (c.tls13() ? "an alert-sized record" : "an encrypted alert") + from;
    case EndReason::closed:
        return (ending.close_notify ? "close_notify" : "FIN") + from;
    case EndReason::reset:
        return "RST" + from;
    case EndReason::quic_close:
        return "CONNECTION_CLOSE" + (ending.quic_code ? " with error " + hex(*ending.quic_code) : std::string{}) +
               (ending.quic_reason.empty() ? "" : " (\"" + ending.quic_reason + "\")") + from;
    case EndReason::eap_failure:
        return std::string{eap_refusal(c)} + from;
    case EndReason::silence:
        return "the next message did not come" + from;
    case EndReason::unreachable:
    case EndReason::not_tls:
    case EndReason::starttls_refused:
    case EndReason::cookie_refused:
    case EndReason::version_refused:
    case EndReason::none:
        break;
    }
    return "the handshake ended";
}

static std::string group_names(const ClientHello &hello)
{
    std::vector<std::string> names;
    for (const Group group : hello.groups)
        names.push_back(group_name(group));
    return few(names);
}

static std::string what_was_offered(const ClientHello &hello)
{
    const auto suites = std::ranges::count_if(hello.cipher_suites, [](CipherSuite one) { return !is_signalling(one); });
    std::string text = "the " + plural(static_cast<std::uint64_t>(suites), "cipher suite", "cipher suites");
    text += hello.groups.empty() ? "" : ", the groups (" + group_names(hello) + ")";
    text += hello.signature_algorithms.empty() ? "" : ", the signature algorithms";
    text += hello.pre_shared_key ? ", the pre-shared key" : "";
    text += hello.extended_master_secret || !offers(hello, 0x0303) ? "" : ", the absence of extended_master_secret";
    text += ", the version (" + offered_versions_text(hello) + ")";
    text +=
        hello.sni ? ", the server name (" + printable(*hello.sni, 40) + ")" : ", the absence of a server name (SNI)";
    return text + ", or no certificate on the server that fits the offer";
}

// The same, narrowed down by what this server accepted in other conversations.
static std::string what_is_refused(const Conversation &c)
{
    const Comparison others = compare_with_others(c);
    if (others.all_fits())
        return "a certificate or a key that the server cannot use, or its policy for this client: the client offers a "
               "version, a cipher suite and a group that the server accepted in other conversations (a handshake "
               "completed in frame " +
               std::to_string(others.completed) + ")";
    std::vector<std::string> missing;
    for (const Lack &lack : others.lacks)
        missing.push_back(lack.chosen);
    const std::string offer = what_was_offered(*c.client_hello);
    return missing.empty()
               ? offer
               : "the client does not offer what this server used in other conversations: " + join(missing, ", ") +
                     "; or else " + offer;
}

// An alert about a certificate shows that one had arrived, though it is not in the capture. (Over UDP nothing but this
// shows that a packet is missing.)
static bool lacks_refused_certificate(const Conversation &c)
{
    return refused_certificate(c, c.ending.by) && !certificate_came(c, peer(c.ending.by)) &&
           (c.gaps.any() || c.transport == Transport::dtls);
}

// Only what has been sent can have been refused.
static std::string what_the_server_sent(const Conversation &c)
{
    if (lacks_refused_certificate(c))
        return "the server's certificate or its signature, which the capture lacks";
    if (c.ending.stage <= Stage::client_hello)
        return "the client gave up, or was stopped";
    if (c.ending.stage <= Stage::second_hello)
        return "the group or the cookie that the HelloRetryRequest asks for";
    std::vector<std::string> sent;
    const bool certificate =
        (c.chain[Side::server] && !c.chain[Side::server]->empty()) || certificate_is_unreadable(c, Side::server);
    if (certificate && !c.resumed)
        sent.emplace_back("the server's certificate or its signature");
    if (c.client_hello && c.client_hello->extended_master_secret && c.server_hello && !c.tls13() &&
        !c.server_hello->extended_master_secret)
        sent.emplace_back("the ServerHello without extended_master_secret");
    if (c.certificate_request)
        sent.emplace_back("the server's request for a certificate");
    sent.emplace_back("the parameters that the server chose");
    return join(sent, ", or ");
}

static std::string what_the_client_sent(const Conversation &c)
{
    if (lacks_refused_certificate(c))
        return "the client's certificate or its signature, which the capture lacks";
    if (c.ending.stage == Stage::nothing)
        return "what came of the ClientHello, which is not complete";
    if (c.ending.stage <= Stage::hello_retry && c.client_hello)
        return what_is_refused(c);
    if (c.ending.stage == Stage::second_hello)
        return "the key share or the cookie in the second ClientHello, or " + what_was_offered(*c.client_hello);
    if (c.ending.stage < Stage::client_flight && !client_began_flight(c))
        return "a fault of the server while it built its flight (its certificate, its private key, its lists)";
    const ClientAuth asked = c.client_auth();
    return asked == ClientAuth::sent    ? "the client's certificate or its signature, its key exchange or its Finished"
           : asked == ClientAuth::empty ? "the missing client certificate"
                                        : "the client's key exchange or its Finished";
}

static bool said(const Conversation &c, std::initializer_list<std::string_view> names)
{
    return ended_by_alert(c, c.ending.by, names);
}

// EAP-Failure names no reason: what can be one depends on what had been said.
static std::string why_eap_fails(const Conversation &c)
{
    const std::string policy = "the server's policy for this user or method";
    if (c.ending.stage <= Stage::client_hello)
        return c.client_hello ? policy + ", or a ClientHello that it refuses: " + what_was_offered(*c.client_hello)
                              : policy;
    if (c.ending.stage == Stage::server_hello || c.incomplete[Side::server])
        return "a limit on EAP rounds or on time, while the server was sending its certificates";
    if (c.ending.stage == Stage::server_flight)
        return "the client gave up after the server's flight without an alert, or a limit on EAP rounds or on time";
    const ClientAuth auth = c.client_auth();
    if (auth == ClientAuth::sent)
        return "the server does not accept the client's certificate, or its policy for this user";
    return auth == ClientAuth::none ? policy : policy + ", or the client's certificate";
}

static std::string candidates(const Conversation &c)
{
    const Side by = c.ending.by;
    const std::string other{name(peer(by))};
    std::string sent = by == Side::client ? what_the_server_sent(c) : what_the_client_sent(c);
    if (c.ending.reason == EndReason::quic_close && c.ending.by == Side::client && c.server_hello)
        return "the server's certificate, its name or its signature, which some clients refuse with an error that is "
               "no alert; or a fault in the transport or in the application";
    if (c.ending.reason == EndReason::quic_close)
        return "a fault in the transport or in the application: QUIC's error codes do not tell more";
    if (c.ending.reason == EndReason::eap_failure)
        return why_eap_fails(c);
    if (said(c, {"bad_record_mac", "decryption_failed"}))
        return "a record was changed on its way (a network card, a device on the path), or the two sides have "
               "different keys (a faulty TLS stack or crypto hardware)";
    if (said(c, {"decrypt_error"})) {
        const bool signature = by == Side::client ? !c.resumed : c.client_auth() == ClientAuth::sent;
        return (signature ? "the " + other + "'s private key does not match its certificate, or " : "") +
               "something on the path changed the handshake";
    }
    if (said(c, {"internal_error"}))
        return "a fault in the " + std::string{name(by)} +
               "'s configuration (its certificate, its private key, its lists)";
    if (by == Side::server && c.ending.stage == Stage::client_hello && said(c, {"illegal_parameter"}))
        return "a field of the ClientHello that contradicts another or is not allowed (a key share, a pre-shared key, "
               "an extension)";
    if (said(c,
             {"decode_error", "unexpected_message", "record_overflow", "missing_extension", "unsupported_extension"}))
        return "a message of the " + other + " that the " + std::string{name(by)} +
               " cannot read or does not expect at this point";
    return sent;
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::vague;
}

} // namespace tlsdiag
