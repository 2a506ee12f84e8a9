// The bounded cursor that all parsers use: it cannot read outside its bytes, and after one failure it stays failed.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tlsdiag {

using Bytes = std::span<const std::uint8_t>;
using Octets = std::vector<std::uint8_t>;

class Reader {
public:
    Reader() = default;
    explicit Reader(Bytes bytes) : rest_{bytes} {}

    bool ok() const { return ok_; }
    bool empty() const { return rest_.empty(); }
    bool done() const { return ok_ && rest_.empty(); } // everything was read, and nothing is left over
    std::size_t left() const { return rest_.size(); }
    Bytes rest() const { return rest_; }

    // When too few bytes are left, each returns 0 or no bytes, and ok() becomes false.
    std::uint8_t u8() { return static_cast<std::uint8_t>(number<1>()); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number<2>()); }
    std::uint32_t u24() { return static_cast<std::uint32_t>(number<3>()); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number<4>()); }
    std::uint64_t u48() { return number<6>(); }

    Bytes take(std::size_t size)
    {
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const Bytes taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }

    // A vector as in RFC 8446, 3.4: opaque<0..2^8-1>, <0..2^16-1>, <0..2^24-1>.
    Reader vector8() { return vector(u8()); }
    Reader vector16() { return vector(u16()); }
    Reader vector24() { return vector(u24()); }

    void fail()
    {
        ok_ = false;
        rest_ = {};
    }

private:
    template <std::size_t size>
    std::uint64_t number()
    {
        const Bytes bytes = take(size);
        return bytes.empty() ? 0 : big_endian(bytes.data(), std::make_index_sequence<size>{});
    }

    // In this form, compilers generate a single load.
    template <std::size_t... at>
    static std::uint64_t big_endian(const std::uint8_t *bytes, std::index_sequence<at...>)
    {
        return (... | (std::uint64_t{bytes[at]} << 8 * (sizeof...(at) - 1 - at)));
    }

    Reader vector(std::size_t size)
    {
        Reader inner{take(size)};
        inner.ok_ = ok_;
        return inner;
    }

    Bytes rest_;
    bool ok_ = true;
};

} // namespace tlsdiag
