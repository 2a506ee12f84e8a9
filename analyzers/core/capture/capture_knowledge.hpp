// The user's settings, what they name, and what the capture has taught so far.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/capture_history.hpp"

#include <string>
#include <vector>

namespace tlsdiag {

struct Settings {
    std::string trust_store = "system";
    std::string size_table; // empty: the built-in one
    Time silence = 3 * second;
};

struct CaptureKnowledge {
    explicit CaptureKnowledge(const Settings &settings);
    CaptureKnowledge(const CaptureKnowledge &) = delete;
    CaptureKnowledge &operator=(const CaptureKnowledge &) = delete;

    CertificateCache certificates;
    TrustStore trust;
    ReceiverLimits receiver_limits;
    CaptureHistory history;         // refers to these
    std::vector<std::string> notes; // remarks about the settings, for the reports
};

} // namespace tlsdiag
