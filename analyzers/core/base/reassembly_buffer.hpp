// Pieces of a byte sequence that arrived out of order, stored by position. Where pieces overlap, the first one wins.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <cstdint>
#include <map>

namespace tlsdiag {

class ReassemblyBuffer {
public:
    // Stores what is new in a piece: `bytes` were captured, `length` is its full size. Returns whether anything was
    // new.
    bool add(std::uint64_t position, Bytes bytes, std::uint64_t length);
    bool add(std::uint64_t position, Bytes bytes) { return add(position, bytes, bytes.size()); }

    // Appends the contiguous pieces from `position` on to `into` and removes them, up to the first truncated piece.
    // Returns the position where they end.
    std::uint64_t take_run(std::uint64_t position, Octets &into);

    bool empty() const { return pieces_.empty(); }
    std::uint64_t begin() const { return pieces_.begin()->first; } // position of the first piece; only if not empty
    std::size_t bytes() const { return bytes_; }
    std::size_t cost() const { return bytes_ + pieces_.size() * overhead; } // approximate memory use, in bytes

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
