// The server chooses an obsolete version of TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/handshake/library_fingerprint.hpp"
#include "core/tls/versions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis version_obsolete{
    .title = "Obsolete TLS version negotiated",
    .severity = Severity::warning,
    .triggers = EventKind::server_hello,
    .wire = "The ServerHello chooses SSLv2 or SSLv3; in captures from mid-2018 on, also TLS 1.0, TLS 1.1 or DTLS 1.0.",
    .remedy = "Enable TLS 1.2 and 1.3 on the side that lacks them, then disable the older versions on both.",
    .sources = {"RFC 8996 (TLS 1.0, TLS 1.1, DTLS 1.0)", "RFC 7568 (SSLv3)", "RFC 6176 (SSLv2)",
                "PCI DSS: TLS 1.0 not after 30 June 2018"},
    .examine = examine,
    .explains = explains,
};

static constexpr Version tls10 = 0x0301, tls12 = 0x0303;

static Findings examine(const Conversation &c, const Event &event)
{
    constexpr Time mid_2018 = 1'530'316'800 * second;
    const Version version = comparable_version(c.version());
    const Version limit = event.at.time < mid_2018 ? tls10 : tls12;
    if (!c.server_hello || version >= limit)
        return {};
    const bool client_is_old = c.client_hello && comparable_version(c.client_hello->highest_version()) < tls12;
    const std::string offer = c.client_hello
                                  ? "the client offers at most " + version_name(c.client_hello->highest_version())
                                  : "the client's offer is not seen";
    Finding finding;
    const OfferedVersion *earlier = client_is_old ? c.history->higher_offer_before(c) : nullptr;
    const bool client_lacks = client_is_old && !(earlier && earlier->version >= tls12);
    finding.side = client_lacks ? Party::client : Party::server;
    finding.detail = "the server chose " + version_name(c.version()) + "; " + offer + "; at least " +
                     version_name(limit) + " is required";
    finding.because = "the server chose " + version_name(c.version()) + ", which current clients do not accept";
    if (c.client_hello)
        finding.evidence = {c.client_hello.at.frame};
    if (client_is_old && !client_lacks) {
        finding.detail += "; this is a fallback: the same client offered " + version_name(earlier->version) +
                          " to this server in frame " + std::to_string(earlier->frame);
        finding.evidence.push_back(earlier->frame);
    }
    return {finding};
}

// Up to TLS 1.1 the server signs with MD5 and SHA-1, which OpenSSL 3 refuses with internal_error at its usual level.
static bool signature_refused(const Conversation &c)
{
    return comparable_version(c.version()) < tls12 && c.ending.stage >= Stage::server_hello &&
           !client_began_flight(c) && ended_by_alert(c, Side::client, {"internal_error"});
}

// Clients that refuse it silently, or with an alert other than protocol_version, leave right after the ServerHello.
static Fit explains(const Conversation &c, const Finding &)
{
    if (ended_by_alert(c, Side::client, {"insufficient_security"}))
        return Fit::good;
    if (signature_refused(c))
        return fingerprint_library(c, Side::client).library == "OpenSSL" ? Fit::good : Fit::possible;
    const bool left_at_once = ended_by(c, Side::client) && c.ending.stage == Stage::server_hello;
    return left_at_once && (!c.ending.alert || ended_by_alert(c, Side::client, {"handshake_failure"})) ? Fit::possible
                                                                                                       : Fit::none;
}

} // namespace tlsdiag
