// What the first bytes of a TCP segment give away.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <optional>

namespace tlsdiag {

// Too few bytes to tell, and all that there are can begin a ClientHello.
bool may_begin_client_hello(Bytes bytes);

// A record that can only be TLS under way: known type and version, a sensible length and, in plaintext handshake
// records, a message that follows a ClientHello.
bool is_tls_midway(Bytes bytes);

// Who sends such a record, where its message tells.
std::optional<Side> role_of_sender(Bytes bytes);

// A server's answer to plain text on a TLS port: a TLS alert, or an error page that says so.
bool refuses_plaintext(Bytes bytes);

// Plain text with which a client of a text protocol begins ("GET / HTTP/1.1").
bool is_plain_request(Bytes bytes);

// Ports that IANA registers for protocols that begin with TLS (https, ldaps, imaps, ...).
bool is_implicit_tls_port(std::uint16_t port);

} // namespace tlsdiag
