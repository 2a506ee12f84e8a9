// Answers questions about hello messages.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/messages.hpp"

#include <algorithm>

namespace tlsdiag {

static bool contains(const std::vector<std::uint16_t> &extensions, ExtensionType type)
{
    return std::find(extensions.begin(), extensions.end(), static_cast<std::uint16_t>(type)) != extensions.end();
}

bool ClientHello::has(ExtensionType type) const
{
    return contains(extensions, type);
}

bool ServerHello::has(ExtensionType type) const
{
    return contains(extensions, type);
}

Version ClientHello::highest_version() const
{
    // RFC 8446, 4.2.1: with the extension, legacy_version has no meaning.
    Version final = 0, draft = 0;
    for (const Version version : supported_versions) {
        if (is_draft(version))
            draft = std::max(draft, version);
        else if (is_known_version(version) && comparable_version(version) > comparable_version(final))
            final = version;
    }
    if (final != 0)
        return final;
    return draft != 0 ? draft : legacy_version;
}

} // namespace tlsdiag
