// When, where and by whom: times, the two sides of a connection, frames, and endpoints.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tlsdiag {

// Nanoseconds since 1970. Times outside its range (years 1678 to 2261) are set to its ends.
using Time = std::int64_t;
constexpr Time second = 1'000'000'000;

enum class Side : std::uint8_t { client, server };
constexpr Side peer(Side side)
{
    return side == Side::client ? Side::server : Side::client;
}
constexpr std::string_view name(Side side)
{
    return side == Side::client ? "client" : "server";
}

template <class T>
struct PerSide {
    std::array<T, 2> both{};
    T &operator[](Side side) { return both[static_cast<std::size_t>(side)]; }
    const T &operator[](Side side) const { return both[static_cast<std::size_t>(side)]; }
};

struct Moment {
    std::uint32_t frame = 0; // 0: never
    Time time = 0;
    explicit operator bool() const { return frame != 0; }
};

// A value, and where it was seen: `if (c.server_hello) use(c.server_hello->version, c.server_hello.at.frame)`.
template <class T>
struct Seen {
    Moment at;
    T what;
    explicit operator bool() const { return static_cast<bool>(at); }
    const T *operator->() const { return &what; }
    const T &operator*() const { return what; }
};

struct Endpoint {
    std::array<std::uint8_t, 16> address{};
    std::uint8_t address_length = 0; // 4, 16, 6 (Ethernet), 0 (unknown)
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint &) const = default;
};
std::string endpoint_text(const Endpoint &endpoint); // "10.0.0.1:443", "[2001:db8::1]:443", "02:00:00:00:00:01"

} // namespace tlsdiag
