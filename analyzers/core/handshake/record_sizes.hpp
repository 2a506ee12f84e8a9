// Infers the encrypted messages of TLS 1.3 from the sizes and the order of the records.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

namespace tlsdiag {

// Reads Conversation::hidden. If sizes reveal nothing (not TLS 1.3, decrypted, early data, bytes missing), `possible`
// is false and nothing else is set. It never tells which alert was sent.
RecordSizes read_record_sizes(const Conversation &conversation);

} // namespace tlsdiag
