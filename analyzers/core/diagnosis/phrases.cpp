// Builds phrases that several analyzers use.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/phrases.hpp"

#include "core/base/text.hpp"
#include "core/tls/iana_names.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

static std::string with_tenths(std::uint64_t tenths)
{
    return digit_groups(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string duration_text(Time duration)
{
    constexpr Time millisecond = second / 1000;
    const auto in_tenths_of = [&](Time unit) {
        return static_cast<std::uint64_t>(std::max<Time>(duration, 0) / (unit / 10));
    };
    if (duration >= second)
        return with_tenths(in_tenths_of(second)) + " s";
    if (duration >= 10 * millisecond)
        return std::to_string(in_tenths_of(millisecond) / 10) + " ms";
    return with_tenths(in_tenths_of(millisecond)) + " ms";
}

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
