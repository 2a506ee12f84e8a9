// The two sides have different pre-shared keys, or one does not know the other's.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"
#include "core/tls/iana_names.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis psk_mismatch{
    .title = "The pre-shared key or its identity does not match",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "TLS 1.3: a ClientHello with a pre_shared_key that comes from no ticket (obfuscated_ticket_age 0) is "
            "answered with illegal_parameter, decrypt_error, unknown_psk_identity or handshake_failure. Up to TLS 1.2: "
            "a PSK cipher suite is chosen, and the client's Finished is answered with bad_record_mac or decrypt_error; "
            "in DTLS it is not answered, and the last flights repeat.",
    .remedy =
        "Compare the identity and the key on both sides, byte by byte (hexadecimal or text, line ends), and enter "
        "the same on both.",
    .sources = {"RFC 8446, 4.2.11", "RFC 4279, 2", "RFC 9257 (external PSKs)", "RFC 6347, 4.1.2.7 (invalid records)"},
    .examine = examine,
    .explains = explains,
};

struct Sign {
    Certainty certainty;
    std::string why;
};

static bool psk_suite(const Conversation &c)
{
    return c.server_hello && !c.tls13() &&
           known_cipher_suite(c.server_hello->cipher_suite).find("_PSK_") != std::string_view::npos;
}

// The binder in the ClientHello proves the key, so the server notices at once (OpenSSL: illegal_parameter).
static std::optional<Sign> in_hello(const Conversation &c)
{
    const bool at_once = c.client_hello && !c.server_hello && ended_by(c, Side::server);
    if (!at_once || !c.client_hello->external_psk)
        return std::nullopt;
    if (ended_by_alert(c, Side::server, {"illegal_parameter", "decrypt_error"}))
        return Sign{Certainty::strong,
                    "the binder that the client computed with its key does not verify at the server"};
    if (ended_by_alert(c, Side::server, {"handshake_failure"}))
        return Sign{Certainty::guess,
                    "the server may not know the identity that the client offers, and have no certificate"};
    return std::nullopt;
}

static bool both_repeat(const Conversation &c)
{
    return c.transport == Transport::dtls && c.retransmissions[Side::client] > 0 && c.retransmissions[Side::server] > 0;
}

// Only the Finished shows the key, and it is encrypted with what was derived from it.
static std::optional<Sign> in_finished(const Conversation &c)
{
    if (!psk_suite(c) || !client_began_flight(c) || c.finished[Side::server])
        return std::nullopt;
    const std::string suite = cipher_suite_name(c.server_hello->cipher_suite);
    if (ended_by_alert(c, c.ending.by, {"bad_record_mac", "decrypt_error", "decryption_failed"}))
        return Sign{Certainty::strong,
                    "the Finished did not decrypt with the key that the other side derived (" + suite + ")"};
    const bool silently = c.ending.reason == EndReason::silence || c.ending.reason == EndReason::closed;
    if (silently && both_repeat(c))
        return Sign{Certainty::strong,
                    "the client's Finished is never answered, and both last flights repeat: DTLS drops "
                    "records that do not decrypt (" +
                        suite + ")"};
    return std::nullopt;
}

static std::optional<Sign> find_sign(const Conversation &c)
{
    if (ended_by_alert(c, c.ending.by, {"unknown_psk_identity"}))
        return Sign{Certainty::proven, "the " + std::string{name(c.ending.by)} + " does not know the identity"};
    const auto sign = in_hello(c);
    return sign ? sign : in_finished(c);
}

static Findings examine(const Conversation &c, const Event &)
{
    const auto sign = find_sign(c);
    if (!sign)
        return {};
    Finding finding;
    finding.side = Party::client;
    finding.certainty = sign->certainty;
    finding.because = "the pre-shared keys or their identities differ: " + sign->why;
    finding.detail =
        sign->why +
        (c.ending.alert ? "; " + alert_text(*c.ending.alert) + " from the " + std::string{name(c.ending.by)} : "") +
        "; either side's identity or key can be the wrong one";
    finding.evidence = {c.client_hello.at.frame, c.server_hello.at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (finding.certainty == Certainty::guess)
        return Fit::possible;
    return c.ending.alert && ended_by_alert(c, c.ending.by, {"unknown_psk_identity"}) ? Fit::exact : Fit::good;
}

} // namespace tlsdiag
