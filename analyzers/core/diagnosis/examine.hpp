// Asks the analyzers.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

// All that need this event, in the catalogue's order. New findings are added to the conversation's.
void examine_all(Conversation &conversation, const Event &event);

// One of them. What it throws costs only its own findings.
void examine_one(const Diagnosis &diagnosis, Conversation &conversation, const Event &event);

constexpr std::size_t max_findings = 64;  // of a conversation
constexpr std::size_t max_evidence = 16;  // frames of a finding
constexpr std::size_t max_detail = 1'000; // bytes of a detail

} // namespace tlsdiag
