// Stores out-of-order pieces of a byte sequence.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/reassembly_buffer.hpp"

#include <algorithm>

namespace tlsdiag {

bool ReassemblyBuffer::add(std::uint64_t position, Bytes bytes, std::uint64_t length)
{
    const std::uint64_t end = position + length;
    const std::uint64_t start = position;
    bool anything_new = false;

    auto next = pieces_.upper_bound(position);
    if (next != pieces_.begin()) {
        const auto &[before, piece] = *std::prev(next);
        position = std::max(position, before + piece.length);
    }
    while (position < end) {
        const std::uint64_t stop = next == pieces_.end() ? end : std::min(end, next->first);
        if (position < stop) {
            const auto from = std::min<std::uint64_t>(position - start, bytes.size());
            keep(position, bytes.subspan(static_cast<std::size_t>(from)), stop - position);
            anything_new = true;
        }
        if (next == pieces_.end())
            break;
        position = std::max(stop, next->first + next->second.length);
        ++next;
    }
    return anything_new;
}

void ReassemblyBuffer::keep(std::uint64_t position, Bytes bytes, std::uint64_t length)
{
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), length));
    pieces_.emplace(position, Piece{Octets(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)), length});
    bytes_ += size;
}

std::uint64_t ReassemblyBuffer::take_run(std::uint64_t position, Octets &into)
{
    while (!pieces_.empty() && begin() == position) {
        const auto piece = pieces_.extract(pieces_.begin()).mapped();
        into.insert(into.end(), piece.bytes.begin(), piece.bytes.end());
        bytes_ -= piece.bytes.size();
        position += piece.length;
        if (piece.bytes.size() < piece.length)
            break;
    }
    return position;
}

} // namespace tlsdiag
