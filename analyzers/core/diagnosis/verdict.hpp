// How a handshake ended, why, how certain that is, and one sentence that a person can act on.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/library_fingerprint.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tlsdiag {

struct ConversationMetrics;

enum class Outcome : std::uint8_t {
    completed,
    failed,
    abandoned,  // the client gave up, and nobody is at fault
    unfinished, // the capture ends before the handshake does
    unseen,     // the capture does not show it
};
std::string_view name(Outcome outcome);
std::string_view name(ClientAuth auth);

struct Verdict {
    Outcome outcome = Outcome::unseen;
    const Diagnosis *cause = nullptr; // nullptr: none, or not known
    Certainty certainty = Certainty::proven;
    std::string sentence; // ends with a full stop; empty if completed: see sentence(Summary)
    Moment at;            // where the outcome became known; frame 0: not yet
    CompletionSign completion = CompletionSign::seen;
};

// The finding that explains the ending best so far.
struct Cause {
    const Finding *finding = nullptr;
    Fit fit = Fit::none;
};
Cause find_cause(const Conversation &conversation);

Outcome outcome(const Conversation &conversation); // so far

// The verdict so far. With `at_end`, no more packets follow.
Verdict judge(const Conversation &conversation, bool at_end);

// What is kept of a conversation when its packets are forgotten, and everything that lists of conversations show.
struct Summary {
    std::uint32_t number = 0;
    Transport transport = Transport::tcp;
    std::optional<std::uint32_t> stream;
    Endpoint client, server;
    Moment first, last;
    std::string sni;     // printable; empty: none
    Version version = 0; // 0: unknown
    std::optional<CipherSuite> cipher_suite;
    ClientAuth client_auth = ClientAuth::unknown;
    bool resumed = false;
    bool external_psk = false;
    double seconds = -1; // duration of the handshake; below 0: unknown
    Verdict verdict;
    Findings findings;                                  // in the order of their frames
    PerSide<LibraryFingerprint> stacks;                 // only if there are findings
    std::optional<Side> ended_by;                       // if it did not complete, or was refused afterwards
    std::shared_ptr<const ConversationMetrics> metrics; // null: not needed
};
Summary summarize(const Conversation &conversation, Verdict verdict);
std::string sentence(const Summary &summary);
std::string version_text(const Summary &summary); // "TLS 1.2"; empty: unknown
std::string cipher_text(const Summary &summary);

} // namespace tlsdiag
