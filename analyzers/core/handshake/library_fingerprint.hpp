// Which TLS library a side runs, where what it says is that library's alone; a guess that serves hints, never a
// diagnosis. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <string_view>

namespace tlsdiag {

struct LibraryFingerprint {
    std::string_view library;  // a product's name in hints.tsv; empty: not known
    std::string_view evidence; // "its ClientHello"
    explicit operator bool() const { return !library.empty(); }
};

// Nothing where the marks of several libraries, or of none, are seen: a wrong guess is worse than none.
LibraryFingerprint fingerprint_library(const Conversation &conversation, Side side);

} // namespace tlsdiag
