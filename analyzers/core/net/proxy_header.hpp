// The PROXY protocol's header, which a load balancer sends before the client's own bytes.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

namespace tlsdiag {

// Version 1 is a line of text, version 2 binary. 0: no header; more than there are bytes: the rest is not there.
std::size_t proxy_header_size(Bytes bytes);
unsigned proxy_header_version(Bytes bytes); // 0: no header

} // namespace tlsdiag
