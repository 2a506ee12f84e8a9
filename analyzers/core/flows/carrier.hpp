// A flow that carries TLS, as it takes what the dissector shows in its last packet. What a flow has no use for, it
// ignores.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>

namespace tlsdiag {

class Carrier {
public:
    virtual void record(bool /*inner*/, Bytes /*record*/) {}
    virtual void message(Bytes /*message*/) {}
    virtual void alert(Alert /*alert*/) {}
    virtual void quic_close(std::uint64_t /*code*/, Bytes /*reason*/) {}
    virtual void end_frame() {}

protected:
    Carrier() = default;
    ~Carrier() = default; // nobody owns a flow as a carrier
};

class NoCarrier final : public Carrier {};

} // namespace tlsdiag
