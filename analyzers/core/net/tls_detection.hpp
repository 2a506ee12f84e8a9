// What the first bytes of a TCP segment tell about it: TLS, the start of TLS, or plain text.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"
#include "core/base/reader.hpp"

#include <optional>

namespace tlsdiag {

// Whether there are too few bytes to decide, and they can be the start of a ClientHello.
bool may_begin_client_hello(Bytes bytes);

// How many bytes come before a ClientHello in the same data: a PROXY protocol header, MySQL's SSLRequest, another short
// preamble; 0: none, or no ClientHello.
std::size_t size_before_hello(Bytes bytes);

// Whether this is a record from the middle of a TLS connection: known type and version, a plausible length and, in
// plaintext handshake records, a message that follows a ClientHello.
bool is_tls_midway(Bytes bytes);

// The side that sent such a record, if its message determines it.
std::optional<Side> role_of_sender(Bytes bytes);

// Whether this is a server's answer to plain text on a TLS port: a TLS alert, or a known error page.
bool refuses_plaintext(Bytes bytes);

// Whether this is plain text as the client of a text protocol sends it first ("GET / HTTP/1.1").
bool is_plain_request(Bytes bytes);

// Whether this port is registered with IANA for a protocol that starts with TLS (https, ldaps, imaps, ...).
bool is_implicit_tls_port(std::uint16_t port);

} // namespace tlsdiag
