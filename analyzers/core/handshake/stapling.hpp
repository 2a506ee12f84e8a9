// The OCSP response that a side sends along with its certificate.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"
#include "core/x509/ocsp.hpp"

#include <optional>
#include <string_view>

namespace tlsdiag {

struct Stapled {
    Moment at;
    OcspStaple said;
};

// Read with the issuer that the chain has or another conversation showed. Nothing where none was sent, or the
// certificate cannot be read.
std::optional<Stapled> stapled(const Conversation &conversation, Side side);

// The response counts: it is of this certificate, and nothing speaks against its signature.
bool is_authentic(const OcspStaple &staple);

} // namespace tlsdiag
