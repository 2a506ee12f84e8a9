// TLS on a byte stream: one record reader for each side, and the tracker that receives what they find.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_tracker.hpp"
#include "core/tls/records.hpp"

namespace tlsdiag {

class TlsStream {
public:
    explicit TlsStream(HandshakeTracker &tracker) : tracker_{&tracker} {}
    TlsStream(const TlsStream &other, HandshakeTracker &tracker) : TlsStream{other} { tracker_ = &tracker; }

    HandshakeTracker &tracker() { return *tracker_; }
    bool outcome_known() const { return tracker_->outcome_known(); }

    // Bytes in order; `missing` bytes before them are lost.
    void deliver(Side side, Bytes bytes, std::uint64_t missing);

    // What the dissector shows. Used only if it was encrypted.
    void dissected(Side side, Bytes message);
    void dissected(Side side, Alert alert);

    void end_frame(); // reports which message of each side is incomplete

private:
    void follow_tls13();

    HandshakeTracker *tracker_;
    PerSide<RecordReader> readers_;
    bool tls13_ = false;
};

} // namespace tlsdiag
