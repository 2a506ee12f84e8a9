// Builds phrases that several analyzers use.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/phrases.hpp"

#include "core/base/text.hpp"
#include "core/tls/iana_names.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

std::string since_hello_text(const Conversation &conversation)
{
    const Moment &hello = conversation.client_hello.at;
    return hello ? duration_text(conversation.ending.at.time - hello.time) + " after the ClientHello"
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
    if (names.empty())
        return "at most " + version_name(hello.legacy_version) +
               (hello.sslv2 ? ", in an SSLv2-format ClientHello" : "");
    return names.size() <= 2 ? join(names, ", ") : names.front() + " to " + names.back();
}

std::string few(const std::vector<std::string> &names, std::size_t shown)
{
    if (names.size() <= shown)
        return join(names, ", ");
    const std::vector<std::string> first{names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown)};
    return join(first, ", ") + " and " + digit_groups(names.size() - shown) + " more";
}

} // namespace tlsdiag
