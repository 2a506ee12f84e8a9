// Values that the text report and the JSON share.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"

#include <array>
#include <string>
#include <string_view>

namespace tlsdiag {

inline std::string_view transport_name(Transport transport)
{
    constexpr std::array<std::string_view, 5> names{"TCP", "DTLS", "QUIC", "EAP", "OpenVPN"};
    return names.at(static_cast<std::size_t>(transport));
}

// Wireshark numbers TCP and UDP streams; EAP outside RADIUS has no stream number.
inline std::string_view stream_protocol(const Summary &summary)
{
    if (summary.transport == Transport::tcp)
        return "tcp";
    return summary.transport == Transport::eap && !summary.stream ? "eap" : "udp";
}

// A display filter for the conversation; empty: there is none.
inline std::string stream_filter(const Summary &summary)
{
    return summary.stream ? std::string{stream_protocol(summary)} + ".stream == " + std::to_string(*summary.stream)
                          : std::string{};
}

// Whether the report has a block for it.
bool has_problem(const Summary &summary);

inline std::string_view remedy_of(const Finding &finding)
{
    return finding.remedy.empty() ? finding.diagnosis->remedy : std::string_view{finding.remedy};
}

} // namespace tlsdiag
