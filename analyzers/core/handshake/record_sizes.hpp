// What TLS 1.3 shows without keys: the messages that its records can hold, by their sizes and their order.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

namespace tlsdiag {

// Reads Conversation::hidden. `possible` is false, and nothing else is set, where sizes tell nothing: not TLS 1.3,
// decrypted, early data, bytes missing. Never says which alert it was.
RecordSizes read_record_sizes(const Conversation &conversation);

} // namespace tlsdiag
