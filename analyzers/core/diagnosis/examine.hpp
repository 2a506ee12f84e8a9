// Runs the analyzers on a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

// Runs all analyzers that need this event, in the catalogue's order, and adds new findings to the conversation.
void examine_all(Conversation &conversation, const Event &event);

// Runs one analyzer. If it throws, only its own findings are lost.
void examine_one(const Diagnosis &diagnosis, Conversation &conversation, const Event &event);

constexpr std::size_t max_findings = 64;  // of a conversation
constexpr std::size_t max_evidence = 16;  // frames of a finding
constexpr std::size_t max_detail = 1'000; // bytes of a detail

} // namespace tlsdiag
