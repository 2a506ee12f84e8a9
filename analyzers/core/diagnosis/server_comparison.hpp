// Compares a refused ClientHello with what the same server accepted from other clients in this capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

bool offers(const ClientHello &hello, Version version);

// Whether the server ended it without a ServerHello or HelloRetryRequest.
bool refused_at_once(const Conversation &conversation);
// The same, with an alert that TLS stacks send if they share no parameters with the client.
bool refused_at_once_by_alert(const Conversation &conversation);

enum class Part : std::uint8_t { version, cipher_suite, group, signature_scheme, sni };

// A part of the ClientHello that contains nothing that the server chose with other clients.
struct Lack {
    Part part;
    std::string chosen; // "TLS_AES_128_GCM_SHA256 (frame 6)"
    std::vector<std::uint32_t> frames;
};

struct Comparison {
    std::uint32_t completed = 0; // frame of another client's handshake used for the comparison; 0: none
    std::vector<Lack> lacks;     // the name is compared only if everything else fits

    const Lack *only(Part part) const; // nullptr if it is not lacking, or not alone
    bool all_fits() const { return completed && lacks.empty(); }
};
Comparison compare_with_others(const Conversation &conversation);

// How certain it is that a lack is the reason: strong with a fitting alert, a guess if the server only closed or reset,
// absent with an alert that means something else.
std::optional<Certainty> certainty_of_lack(const Conversation &conversation);

} // namespace tlsdiag
