// The options of a TCP header (RFC 9293, 3.2; RFC 2018, 3; RFC 7323).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

namespace tlsdiag {

// The MSS option of a SYN, in bytes; 0: absent.
std::uint16_t maximum_segment_size(Bytes options);

// RFC 7323, 3.2.
bool has_timestamps(Bytes options);

// Whether the SACK option reports data after the acknowledgment number, with a gap before it.
bool acknowledges_selectively(Bytes options, std::uint32_t acknowledged);

} // namespace tlsdiag
