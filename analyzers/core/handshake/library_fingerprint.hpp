// Guesses which TLS library a side uses, if its messages are specific to that library. The guess is used for
// hints, and for what an alert can mean; never as the only evidence of a diagnosis.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <string_view>

namespace tlsdiag {

struct LibraryFingerprint {
    std::string_view library;  // a product's name in hints.tsv; empty: not known
    std::string_view evidence; // "its ClientHello"
    explicit operator bool() const { return !library.empty(); }
};

// Empty if the messages match several libraries, or none: a wrong guess is worse than no guess.
LibraryFingerprint fingerprint_library(const Conversation &conversation, Side side);

} // namespace tlsdiag
