// One side requires extended_master_secret, and the other does not have it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis extended_master_secret_missing{
    .title = "Extended master secret required by one side only",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "Up to TLS 1.2, the ClientHello or the ServerHello lacks the extension extended_master_secret (23), and the "
        "other side ends the handshake with handshake_failure before it sends anything that depends on it.",
    .remedy =
        "Update the TLS stack of the side that lacks the extension, or use TLS 1.3 on both, which does not need it; "
        "as a workaround, lift the requirement of the other side (Java: jdk.tls.allowLegacyMasterSecret).",
    .sources = {"RFC 7627, 5.2 and 5.3", "FIPS 140-3 IG, D.Q (TLS 1.2 KDF)", "JDK 8u161 release notes",
                "Red Hat Enterprise Linux 9 security hardening, FIPS mode"},
    .examine = examine,
    .explains = explains,
};

static constexpr Version tls12 = 0x0303, tls13 = 0x0304;

static Finding about(const Conversation &c, Side lacking)
{
    const std::string who{name(lacking)}, other{name(peer(lacking))};
    const std::string hello = lacking == Side::client ? "ClientHello" : "ServerHello";
    Finding finding;
    finding.side = party(lacking);
    finding.certainty = Certainty::guess;
    finding.because = "the " + hello +
                      " lacks extended_master_secret, which some peers require (FIPS mode, Java with "
                      "jdk.tls.allowLegacyMasterSecret=false)";
    finding.detail = "the " + who + "'s " + hello + " lacks extended_master_secret, and the " + other +
                     " ended it with " + alert_text(*c.ending.alert) +
                     "; some stacks require the extension (OpenSSL 3 in FIPS mode, Java with "
                     "jdk.tls.allowLegacyMasterSecret=false); the reason can also be another part of the offer or of "
                     "the choice";
    finding.evidence = {c.client_hello.at.frame, c.server_hello.at.frame};
    return finding;
}

static bool has(const std::vector<std::uint16_t> &list, std::uint16_t wanted)
{
    return std::ranges::find(list, wanted) != list.end();
}

// A current offer apart from that: otherwise an old stack lacks much more.
static bool lacks_nothing_else(const ClientHello &hello)
{
    constexpr std::uint16_t x25519 = 0x001d, secp256r1 = 0x0017;
    const bool group = has(hello.groups, x25519) || has(hello.groups, secp256r1);
    const bool suite = has(hello.cipher_suites, 0xc02f) || has(hello.cipher_suites, 0xc030); // ECDHE, RSA, AES-GCM
    return group && suite && hello.sni && hello.renegotiation_info &&
           comparable_version(hello.highest_version()) == tls12;
}

// TLS 1.3 does not use it, so a client that offers TLS 1.3 may lack it.
static bool client_lacks(const Conversation &c)
{
    return refused_at_once(c) && ended_by_alert(c, Side::server, {"handshake_failure"}) &&
           !c.client_hello->extended_master_secret && !offers(*c.client_hello, tls13) &&
           lacks_nothing_else(*c.client_hello);
}

// The check comes with the ServerHello, or when the key is derived; certificates have alerts of their own.
static bool server_lacks(const Conversation &c)
{
    return c.server_hello && c.client_hello && !c.tls13() && c.client_hello->extended_master_secret &&
           !c.server_hello->extended_master_secret && !c.server_hello->sslv2 && !c.certificate_request &&
           !client_began_flight(c) && ended_by_alert(c, Side::client, {"handshake_failure"});
}

static Findings examine(const Conversation &c, const Event &)
{
    if (c.gaps.any() || explained(c) >= Fit::possible)
        return {};
    if (server_lacks(c))
        return {about(c, Side::server)};
    return client_lacks(c) ? Findings{about(c, Side::client)} : Findings{};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return c.ending ? Fit::possible : Fit::none;
}

} // namespace tlsdiag
