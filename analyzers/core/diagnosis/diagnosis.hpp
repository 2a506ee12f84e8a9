// The parts of an analyzer: a Diagnosis (what is known in advance) and the Findings that its `examine` returns.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/text.hpp"
#include "core/handshake/capture_history.hpp"
#include "core/handshake/conversation.hpp"
#include "core/tls/iana_names.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

enum class Severity : std::uint8_t { error, warning, note };

std::string_view name(Severity severity);

// How well a finding explains the conversation's ending. The verdict's cause is the one that fits best; the catalogue's
// order decides between equals.
enum class Fit : std::uint8_t {
    none,    // does not explain it
    symptom, // tells how it ended, not why
    vague,   // tells that there was a reason, not which one
    possible,
    good,
    exact, // the ending names exactly this
};

// What a finding states, which limits how certain it can be (certainty.hpp).
enum class Claim : std::uint8_t {
    presence, // something that stands in the bytes
    absence,  // something that did not come
    refusal,  // a side refused what the other one sent; what is wrong with it is not in the bytes
    ending,   // how the handshake ended; neither the reason nor the side at fault is in the bytes
};

struct Diagnosis {
    std::string_view title;
    Severity severity;
    EventKind triggers;
    std::string_view wire;   // what it looks like on the wire
    std::string_view remedy; // starts with a verb, names who must act
    std::array<std::string_view, 5> sources;
    Findings (*examine)(const Conversation &, const Event &);
    Fit (*explains)(const Conversation &, const Finding &) = nullptr; // nullptr: never the cause
    Claim claim = Claim::presence;
    bool at_end = false;      // found only by silence or at the end of the capture
    bool once_a_side = false; // found at most once per side at fault; otherwise once per conversation
};

// The diagnoses about which others ask. Each is defined in the analyzer with its name.
extern const Diagnosis client_abandoned;
extern const Diagnosis injected_packet;
extern const Diagnosis proxy_header_unexpected;
extern const Diagnosis client_cert_not_in_ca_list;
extern const Diagnosis missing_intermediate;
extern const Diagnosis refused_after_completion;

// The best fit of any finding so far with the ending. Analyzers that report only what no more exact finding explains
// use this.
Fit explained(const Conversation &conversation);

// Questions that several analyzers ask about an ending. Whether a certificate was refused: refusal.hpp.
bool ended_by(const Conversation &conversation, Side side);
bool ended_by_alert(const Conversation &conversation, Side side, std::initializer_list<std::string_view> names);

} // namespace tlsdiag
