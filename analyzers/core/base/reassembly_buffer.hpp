// Pieces of a byte sequence that came before what precedes them, kept by position. Where pieces overlap, the first
// wins. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>
#include <map>

namespace tlsdiag {

class ReassemblyBuffer {
public:
    // Keeps what is new in a piece: `bytes` are there, `length` there should be. Returns whether anything was new.
    bool add(std::uint64_t position, Bytes bytes, std::uint64_t length);
    bool add(std::uint64_t position, Bytes bytes) { return add(position, bytes, bytes.size()); }

    // Moves the pieces that follow each other from `position` on to the end of `into`, up to the first that is cut
    // short. Returns where they end.
    std::uint64_t take_run(std::uint64_t position, Octets &into);

    bool empty() const { return pieces_.empty(); }
    std::uint64_t begin() const { return pieces_.begin()->first; } // of the first piece; only where there is one
    std::size_t bytes() const { return bytes_; }
    std::size_t cost() const { return bytes_ + pieces_.size() * overhead; } // the memory that this takes, about

    static constexpr std::size_t overhead = 128; // of one piece

private:
    struct Piece {
        Octets bytes;
        std::uint64_t length;
    };

    void keep(std::uint64_t position, Bytes bytes, std::uint64_t length);

    std::map<std::uint64_t, Piece> pieces_;
    std::size_t bytes_ = 0;
};

} // namespace tlsdiag
