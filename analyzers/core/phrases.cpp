// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/phrases.hpp"

#include "core/names.hpp"
#include "core/parse.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace tlsdiag {

std::string seconds_text(Time duration)
{
    const Time milliseconds = std::max<Time>(duration, 0) / (second / 1000);
    const std::string fraction = std::to_string(1000 + milliseconds % 1000).substr(1);
    return digit_groups(static_cast<std::uint64_t>(milliseconds / 1000)) + "." + fraction + " s";
}

std::string since_hello_text(const Conversation &conversation)
{
    const Moment &hello = conversation.client_hello.at;
    return hello ? seconds_text(conversation.ending.at.time - hello.time) + " after the ClientHello"
                 : std::string{stage_text(conversation.ending.stage)};
}

std::string alert_text(const Alert &alert)
{
    return alert_name(alert.description) + " (" + std::to_string(alert.description) + ")";
}

std::string offered_versions_text(const ClientHello &hello)
{
    std::vector<std::string> names;
    for (const Version version : hello.supported_versions)
        if (is_known_version(version))
            names.push_back(version_name(version));
    return names.empty() ? "at most " + version_name(hello.legacy_version) : few(names, 5);
}

std::string few(const std::vector<std::string> &names, std::size_t shown)
{
    if (names.size() <= shown)
        return join(names, ", ");
    const std::vector<std::string> first{names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown)};
    return join(first, ", ") + " and " + digit_groups(names.size() - shown) + " more";
}

} // namespace tlsdiag
