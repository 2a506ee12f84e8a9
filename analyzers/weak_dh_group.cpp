// The server's Diffie-Hellman group is so short that current clients refuse it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis weak_dh_group{
    .title = "The Diffie-Hellman group is too short",
    .severity = Severity::warning,
    .triggers = EventKind::server_key_exchange,
    .wire = "The prime in a DHE ServerKeyExchange has fewer than 2,048 bits (in captures from 2016 on). OpenSSL's "
            "client calls it \"dh key too small\" and sends handshake_failure.",
    .remedy = "Configure a group of 2,048 bits or more (ffdhe2048) on the server, or let it prefer ECDHE suites; Java "
              "servers: jdk.tls.ephemeralDHKeySize=2048.",
    .sources = {"RFC 9325, 4.4", "RFC 7919, 4", "weakdh.org (Logjam, 2015)",
                "OpenSSL, SSL_CTX_set_security_level (level 2: 112 bits)"},
    .examine = examine,
    .explains = explains,
};

constexpr std::uint32_t least_bits = 2'048;

static Findings examine(const Conversation &c, const Event &event)
{
    const std::uint32_t bits = c.server_key_exchange->dh_bits.value_or(least_bits);
    if (bits >= least_bits || !is_sane(event.at.time) || event.at.time < beginning_of(2016))
        return {};
    Finding finding;
    finding.detail = "the server's Diffie-Hellman group has " + digit_groups(bits) + " bits; at least " +
                     digit_groups(least_bits) + " are required";
    finding.because = "the server's Diffie-Hellman group has only " + digit_groups(bits) + " bits";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    const bool came_to_it = ended_by(c, Side::client) && c.ending.stage == Stage::server_flight;
    if (!came_to_it)
        return Fit::none;
    if (!c.ending.alert)
        return Fit::possible;
    if (ended_by_alert(c, Side::client, {"insufficient_security"}))
        return Fit::exact;
    return ended_by_alert(c, Side::client, {"handshake_failure", "illegal_parameter"}) ? Fit::good : Fit::none;
}

} // namespace tlsdiag
