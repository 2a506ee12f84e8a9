// Writes addresses and ports as text.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/moment.hpp"

#include "core/base/text.hpp"

#include <arpa/inet.h>

namespace tlsdiag {

static std::string ethernet_text(const Endpoint &endpoint)
{
    std::string text;
    for (std::size_t i = 0; i < 6; ++i)
        text += (i ? ":" : "") + hex(endpoint.address[i], 2).substr(2);
    return text;
}

std::string endpoint_text(const Endpoint &endpoint)
{
    char text[INET6_ADDRSTRLEN] = "";
    switch (endpoint.address_length) {
    case 4:
        inet_ntop(AF_INET, endpoint.address.data(), text, sizeof text);
        return std::string{text} + ":" + std::to_string(endpoint.port);
    case 16:
        inet_ntop(AF_INET6, endpoint.address.data(), text, sizeof text);
        return "[" + std::string{text} + "]:" + std::to_string(endpoint.port);
    case 6:
        return ethernet_text(endpoint);
    default:
        return "unknown:" + std::to_string(endpoint.port);
    }
}

} // namespace tlsdiag
