// Feeds a shipped capture to the core without Wireshark: its TCP segments, whole or cut.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/door/tlsdiag.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <vector>

namespace replay {

struct Segment {
    tlsdiag_frame frame{};
    std::uint32_t stream = 0;
    std::vector<std::uint8_t> header, payload;
    std::size_t offset = 0; // of the payload in the captured packet
    std::size_t length = 0; // of the payload on the wire
};

// The TCP segments of a capture (Ethernet or raw IP). Throws std::runtime_error on any other file.
std::vector<Segment> read(const std::filesystem::path &capture);

struct Closer {
    void operator()(tlsdiag_capture *capture) const { tlsdiag_close(capture); }
};
using Capture = std::unique_ptr<tlsdiag_capture, Closer>;

Capture open();

// `snaplen`: how many bytes of the packet the capture keeps. Before questions: tlsdiag_catch_up() or tlsdiag_end().
void feed(tlsdiag_capture *capture, const Segment &segment,
          std::size_t snaplen = std::numeric_limits<std::size_t>::max());

} // namespace replay
