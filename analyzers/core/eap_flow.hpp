// EAP methods that carry TLS, between one peer (the client) and its authenticator.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/eap.hpp"
#include "core/tls_stream.hpp"

#include <optional>

namespace tlsdiag {

class Capture;

class EapFlow {
public:
    EapFlow(Capture &capture, std::optional<std::uint32_t> stream) : capture_{capture}, stream_{stream} {}

    void packet(const EapPacket &packet);
    void message(Side from, Bytes message);
    void alert(Side from, Alert alert);
    void end_frame();

private:
    void begin(Side from);

    Capture &capture_;
    std::optional<std::uint32_t> stream_;
    std::optional<TlsStream> tls_;
    PerSide<std::optional<std::uint8_t>> last_identifier_;
};

} // namespace tlsdiag
