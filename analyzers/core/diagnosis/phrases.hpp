// Phrases that several analyzers use.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/time_text.hpp"
#include "core/handshake/conversation.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tlsdiag {

std::string since_hello_text(const Conversation &conversation); // when it ended: "45.3 ms after the ClientHello"
std::string_view eap_refusal(const Conversation &conversation); // "EAP-Failure", or what RADIUS sent in its place
std::string alert_text(const Alert &alert);                     // "unknown_ca (48)"
std::string
offered_versions_text(const ClientHello &hello); // "TLS 1.3, TLS 1.2", "TLS 1.3 to TLS 1.0", "at most TLS 1.0"

// "1", "draft 29", "0x1a2a3a4a (reserved)"; of a list, only the versions that are real.
std::string quic_version_text(std::uint32_t version);
std::string quic_versions_text(const std::vector<std::uint32_t> &versions);

// The first few names and the number of the others: "a, b and 12 more".
std::string few(const std::vector<std::string> &names, std::size_t shown = 3);

} // namespace tlsdiag
