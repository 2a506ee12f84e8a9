// A RecordReader for tests that reports its events as words (events.hpp), and bytes to feed it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/records.hpp"

#include "support/bytes.hpp"
#include "support/events.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tlsdiag::bytes {

using Words = std::vector<std::string>;

struct RecordListener {
    RecordReader reader;

    Words hear(const Octets &octets, std::uint64_t missing = 0)
    {
        Heard heard;
        reader.feed(octets, missing, std::ref(heard));
        return describe(heard.events);
    }
};

inline Octets tls(std::uint8_t type, const Octets &body)
{
    return record(type, 0x0303, body);
}

inline Octets first(std::size_t size, const Octets &octets)
{
    return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)};
}

inline Octets after(std::size_t size, const Octets &octets)
{
    return {octets.begin() + static_cast<std::ptrdiff_t>(size), octets.end()};
}

// One message in records of `size` bytes each.
inline Octets in_records(const Octets &message, std::size_t size)
{
    Octets out;
    for (std::size_t from = 0; from < message.size(); from += size)
        out = cat(out, tls(22, after(from, first(std::min(from + size, message.size()), message))));
    return out;
}

inline const Octets change_cipher_spec = tls(20, {1});

// With plausible lengths: 25 bytes of cipher specs, no session ID, a challenge of 16 bytes.
inline const Octets sslv2_hello = from_hex("802e 01 0301 0015 0000 0010"
                                           "010080 020080 000004 000005 00000a 000009 000064"
                                           "00112233445566778899aabbccddeeff");

} // namespace tlsdiag::bytes
