// Phrases that the findings of several analyzers share.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/conversation.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tlsdiag {

std::string seconds_text(Time duration);                        // "0.045 s"
std::string since_hello_text(const Conversation &conversation); // of the ending: "0.045 s after the ClientHello"
std::string alert_text(const Alert &alert);                     // "unknown_ca (48)"
std::string offered_versions_text(const ClientHello &hello);    // "TLS 1.3, TLS 1.2", "at most TLS 1.0"

// The first few, and how many more: "a, b and 12 more".
std::string few(const std::vector<std::string> &names, std::size_t shown = 3);

} // namespace tlsdiag
