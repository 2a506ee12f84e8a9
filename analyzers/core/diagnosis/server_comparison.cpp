// Finds what a refused ClientHello lacks compared with handshakes that the same server completed.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/server_comparison.hpp"

#include "core/diagnosis/phrases.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

bool offers(const ClientHello &hello, Version version)
{
    if (!hello.supported_versions.empty())
        return std::ranges::find(hello.supported_versions, version) != hello.supported_versions.end();
    return comparable_version(version) <= comparable_version(hello.legacy_version);
}

bool refused_at_once(const Conversation &c)
{
    return c.client_hello && !c.server_hello && !c.hello_retry_request && ended_by(c, Side::server);
}

bool refused_at_once_by_alert(const Conversation &c)
{
    return refused_at_once(c) && ended_by_alert(c, Side::server,
                                                {"handshake_failure", "insufficient_security", "illegal_parameter",
                                                 "internal_error", "access_denied"});
}

// Lists what was chosen, each with its frame; `text` converts it to its name.
template <class Chosen, class Text>
static Lack lack(Part part, const Chosen &chosen, Text text)
{
    Lack result{part, {}, {}};
    std::vector<std::string> names;
    for (const auto &[one, frame] : chosen) {
        names.push_back(text(one) + " (frame " + std::to_string(frame) + ")");
        result.frames.push_back(frame);
    }
    result.chosen = few(names);
    return result;
}

template <class Chosen, class Offered>
static bool none_of(const Chosen &chosen, Offered offered)
{
    return !chosen.empty() && std::ranges::none_of(chosen, [&](const auto &one) { return offered(one.first); });
}

static bool contains(const std::vector<std::uint16_t> &list, std::uint16_t wanted)
{
    return std::ranges::find(list, wanted) != list.end();
}

// Without these extensions the server may choose freely (RFC 8422, 4; RFC 5246, 7.4.1.4.1).
static bool lacks_all(const std::vector<std::uint16_t> &offer, const std::map<std::uint16_t, std::uint32_t> &chosen)
{
    return !offer.empty() && none_of(chosen, [&](std::uint16_t one) { return contains(offer, one); });
}

static void compare_name(const ClientHello &hello, const ServerHistory &others, std::vector<Lack> &lacks)
{
    if (others.names.empty() || (!hello.sni && others.nameless))
        return;
    const bool forgotten = others.names.size() >= ServerHistory::max_names;
    if (!hello.sni || (!forgotten && !others.names.contains(*hello.sni)))
        lacks.push_back(lack(Part::sni, others.names, [](const std::string &name) { return printable(name, 60); }));
}

Comparison compare_with_others(const Conversation &c)
{
    const ServerHistory *others = c.history->server(c.server);
    if (!others || !others->completed || !c.client_hello)
        return {};
    const ClientHello &hello = *c.client_hello;
    Comparison result{others->completed, {}};
    if (none_of(others->versions, [&](Version one) { return offers(hello, one); })) {
        result.lacks.push_back(lack(Part::version, others->versions, version_name)); // everything else depends on it
        return result;
    }
    if (none_of(others->cipher_suites, [&](CipherSuite one) { return contains(hello.cipher_suites, one); }))
        result.lacks.push_back(lack(Part::cipher_suite, others->cipher_suites, cipher_suite_name));
    if (lacks_all(hello.groups, others->groups))
        result.lacks.push_back(lack(Part::group, others->groups, group_name));
    if (lacks_all(hello.signature_algorithms, others->schemes))
        result.lacks.push_back(lack(Part::signature_scheme, others->schemes, signature_scheme_name));
    if (result.lacks.empty())
        compare_name(hello, *others, result.lacks);
    return result;
}

std::optional<Certainty> certainty_of_lack(const Conversation &c)
{
    if (refused_at_once_by_alert(c))
        return Certainty::strong;
    const bool silently = c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset;
    return refused_at_once(c) && silently ? std::optional{Certainty::guess} : std::nullopt;
}

const Lack *Comparison::only(Part part) const
{
    return lacks.size() == 1 && lacks.front().part == part ? &lacks.front() : nullptr;
}

} // namespace tlsdiag
