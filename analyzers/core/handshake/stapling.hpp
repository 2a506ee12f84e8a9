// The OCSP response that a side sends with its certificate.
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

// The response, read with an issuer from the chain or from another conversation. Absent if none was sent or the
// certificate is not readable.
std::optional<Stapled> stapled(const Conversation &conversation, Side side);

// Whether the response is valid evidence: it covers this certificate, and its signature is not known to be bad.
bool is_authentic(const OcspStaple &staple);

} // namespace tlsdiag
