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
                 : std::string{stage_text(conversation, conversation.ending.stage)};
}

std::string_view eap_refusal(const Conversation &conversation)
{
    return conversation.only_radius ? "Access-Reject" : "EAP-Failure";
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

std::string quic_version_text(std::uint32_t version)
{
    if (version == 1)
        return "1";
    if (version == 0x6b33'43cf) // RFC 9369
        return "2";
    if (version >> 8 == 0xff'0000)
        return "draft " + std::to_string(version & 0xff);
    return hex(version, 8) + (is_reserved_quic_version(version) ? " (reserved)" : "");
}

// Servers add reserved versions, so that clients ignore what they do not know (RFC 9000, 6.3).
std::string quic_versions_text(const std::vector<std::uint32_t> &versions)
{
    std::vector<std::string> real;
    for (const std::uint32_t version : versions)
        if (!is_reserved_quic_version(version))
            real.push_back(quic_version_text(version));
    return real.empty() ? "only reserved versions" : few(real, 6);
}

} // namespace tlsdiag
