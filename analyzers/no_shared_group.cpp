// The client and the server have no group for the key exchange in common.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis no_shared_group{
    .title = "No common group for the key exchange",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "The server requests or uses a named group that the client did not offer, and the client ends the handshake; "
        "or the server answers a ClientHello without groups with missing_extension; or it refuses the client before "
        "its ServerHello, and the client lacks only the group that the server used in other conversations.",
    .remedy =
        "Enable a named group on one side that the other supports; nearly all stacks support x25519 and secp256r1.",
    .sources = {"RFC 8446, 4.1.1, 4.1.4, 4.2.7 and 9.1", "RFC 8422, 4 and 5.1"},
    .examine = examine,
    .explains = explains,
};

static std::string offer_text(const ClientHello &hello)
{
    std::vector<std::string> names;
    for (const Group group : hello.groups)
        names.push_back(group_name(group));
    return names.empty() ? "no groups" : (names.size() == 1 ? "the group " : "the groups ") + few(names, 6);
}

static bool has_group(const ClientHello &hello, Group group)
{
    return std::ranges::find(hello.groups, group) != hello.groups.end();
}

static Finding finding_of(const Conversation &c, Certainty certainty, const std::string &why)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = "the client offers " + offer_text(*c.client_hello) + "; " + why;
    finding.because = "the two sides have no group for the key exchange in common: the client offers " +
                      offer_text(*c.client_hello) + "; " + why;
    finding.evidence = {c.client_hello.at.frame};
    return finding;
}

struct ChosenGroup {
    Group group;
    std::uint32_t frame;
};

// The last group that the server named.
static std::optional<ChosenGroup> chosen(const Conversation &c)
{
    if (c.server_key_exchange && c.server_key_exchange->named_group)
        return ChosenGroup{*c.server_key_exchange->named_group, c.server_key_exchange.at.frame};
    for (const Seen<ServerHello> *hello : {&c.server_hello, &c.hello_retry_request})
        if (*hello && (*hello)->group)
            return ChosenGroup{*(*hello)->group, hello->at.frame};
    return std::nullopt;
}

static std::optional<Finding> chosen_without_offer(const Conversation &c)
{
    const std::optional<ChosenGroup> choice = chosen(c);
    if (!choice || c.client_hello->groups.empty() || has_group(*c.client_hello, choice->group))
        return std::nullopt;
    Finding finding = finding_of(c, ended_by(c, Side::client) && c.ending.alert ? Certainty::proven : Certainty::strong,
                                 "the server insists on " + group_name(choice->group));
    finding.side = Party::server;
    finding.evidence.push_back(choice->frame);
    return finding;
}

// TLS 1.3 requires a group, and its servers support secp256r1, most of them x25519 as well (RFC 8446, 9.1 and 9.2).
// Below TLS 1.3, a server that supports neither can still use a cipher suite without a group.
static bool offers_unusual_groups_only(const ClientHello &hello)
{
    constexpr Group secp256r1 = 23, x25519 = 29;
    constexpr Version tls13 = 0x0304;
    constexpr CipherSuite aes_128_gcm = 0x1301; // RFC 8446, 9.1: every server supports it
    return hello.supported_versions == std::vector<Version>{tls13} && !hello.groups.empty() &&
           !has_group(hello, secp256r1) && !has_group(hello, x25519) &&
           std::ranges::find(hello.cipher_suites, aes_128_gcm) != hello.cipher_suites.end();
}

static std::optional<Finding> refused(const Conversation &c)
{
    if (ended_by_alert(c, Side::server, {"missing_extension"}) && c.client_hello->groups.empty())
        return finding_of(c, Certainty::strong, "the server reports a missing extension (109)");
    const Comparison others = compare_with_others(c);
    const auto certainty = certainty_of_lack(c);
    if (const Lack *group = others.only(Part::group); group && certainty) {
        Finding finding = finding_of(c, *certainty, "in other conversations this server used " + group->chosen);
        finding.evidence.insert(finding.evidence.end(), group->frames.begin(), group->frames.end());
        return finding;
    }
    if (others.lacks.empty() && !others.completed && ended_by_alert(c, Side::server, {"handshake_failure"}) &&
        offers_unusual_groups_only(*c.client_hello))
        return finding_of(c, Certainty::guess, "few servers support any of these");
    return std::nullopt;
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.client_hello)
        return {};
    const auto found = refused_at_once(c) ? refused(c) : chosen_without_offer(c);
    return found ? Findings{*found} : Findings{};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (refused_at_once(c))
        return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
    if (!ended_by(c, Side::client))
        return Fit::possible;
    return c.ending.alert ? Fit::exact : Fit::good;
}

} // namespace tlsdiag
