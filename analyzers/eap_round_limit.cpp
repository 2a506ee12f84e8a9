// Authenticators limit the number of EAP rounds, and a long chain takes many.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis eap_round_limit{
    .title = "EAP ended at a limit on the number of rounds",
    .severity = Severity::warning,
    .triggers = EventKind::ended | EventKind::capture_end,
    .wire = "EAP-Failure, or nothing more, after 40 to 50 or about 100 requests from the server, with the handshake "
            "not complete.",
    .remedy = "Shorten the certificate chains and lists of CAs, raise the fragment size (FreeRADIUS: fragment_size), "
              "or raise the authenticator's limit on rounds.",
    .sources = {"RFC 9191, 1 and 3 (40 to 50 round trips)", "FreeRADIUS: Aborting! More than 50 roundtrips",
                "hostapd, EAP_MAX_AUTH_ROUNDS: 50, from 2.10 on 100"},
    .examine = examine,
    .explains = explains,
    .at_end = true,
};

// The identity round and an unfinished round are not counted here.
constexpr std::uint32_t slack = 2;

static bool at_limit(std::uint32_t rounds)
{
    return (rounds >= 40 - slack && rounds <= 50 + slack) || (rounds >= 100 - slack && rounds <= 100 + slack);
}

// A capture can end anywhere, so at its end only the exact limits of implementations count.
static bool stops_here(std::uint32_t rounds)
{
    return rounds == 50 || rounds == 51 || rounds == 100 || rounds == 101;
}

// The rejection may be missing: then the packets simply stop.
static bool gave_up(const Conversation &c)
{
    return !c.completed &&
           (!c.ending || c.ending.reason == EndReason::eap_failure || c.ending.reason == EndReason::silence);
}

static Findings examine(const Conversation &c, const Event &)
{
    const std::uint32_t rounds = c.eap_packets[Side::server];
    if (c.transport != Transport::eap || !gave_up(c) || !at_limit(rounds))
        return {};
    const std::string measured = digit_groups(rounds) + " requests from the server";
    const bool midway = c.incomplete[Side::client] || c.incomplete[Side::server];
    if (!c.ending && !(midway && stops_here(rounds)))
        return {};
    Finding finding;
    finding.side = Party::server;
    finding.certainty = midway && c.ending ? Certainty::strong : Certainty::guess;
    finding.detail =
        measured + (midway ? ", with a message still incomplete" : "") +
        "; authenticators stop after 40 to 50 rounds (FreeRADIUS, hostapd: 50) or 100 (hostapd since 2.10)";
    finding.because = "the exchange reached a limit on the number of rounds (" + measured + ")";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (!gave_up(c))
        return Fit::none;
    return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
