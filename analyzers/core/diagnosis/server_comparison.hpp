// A refused ClientHello beside what the same server accepted from others in this capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

bool offers(const ClientHello &hello, Version version);

// The server ended it, and neither a ServerHello nor a HelloRetryRequest had come.
bool refused_at_once(const Conversation &conversation);
// The same, with an alert that stacks use where they and the client have nothing in common.
bool refused_at_once_by_alert(const Conversation &conversation);

enum class Part : std::uint8_t { version, cipher_suite, group, signature_scheme, sni };

// A part of which the client offers nothing that the server chose with others.
struct Lack {
    Part part;
    std::string chosen; // "TLS_AES_128_GCM_SHA256 (frame 6)"
    std::vector<std::uint32_t> frames;
};

struct Comparison {
    std::uint32_t completed = 0; // frame of another client's handshake that the comparison rests on; 0: there is none
    std::vector<Lack> lacks;     // a name is looked at where all else fits

    const Lack *only(Part part) const; // nullptr: something else is lacking as well, or not this
    bool all_fits() const { return completed && lacks.empty(); }
};
Comparison compare_with_others(const Conversation &conversation);

// How sure a lack is as the reason: strong beside an alert that fits, a guess where the server only left, nothing
// beside an alert that says another thing.
std::optional<Certainty> certainty_of_lack(const Conversation &conversation);

} // namespace tlsdiag
