// Recognizes the PROXY protocol's header (haproxy's proxy-protocol.txt, 2.1 and 2.2).
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/proxy_header.hpp"

#include <algorithm>
#include <string_view>

namespace tlsdiag {

using namespace std::string_view_literals;

constexpr std::string_view signature = "\r\n\r\n\0\r\nQUIT\n"sv; // of version 2
constexpr std::size_t longest_line = 107;                        // of version 1

unsigned proxy_header_version(Bytes bytes)
{
    const std::string_view text{reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    if (text.starts_with("PROXY TCP4 ") || text.starts_with("PROXY TCP6 ") || text.starts_with("PROXY UNKNOWN"))
        return 1;
    return text.starts_with(signature) ? 2 : 0;
}

std::size_t proxy_header_size(Bytes bytes)
{
    const std::string_view text{reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    switch (proxy_header_version(bytes)) {
    case 1: {
        const std::size_t end = text.substr(0, longest_line).find('\n');
        return end == text.npos ? longest_line : end + 1;
    }
    case 2: {
        Reader reader{bytes.subspan(signature.size())};
        reader.u16();
        const std::size_t length = reader.u16();
        return signature.size() + 4 + (reader.ok() ? length : 0);
    }
    default:
        return 0;
    }
}

} // namespace tlsdiag
