// The table of receivers and the largest handshake message or CA list that each accepts (sizes.tsv; each row has its
// source).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tlsdiag {

enum class SizeUnit : std::uint8_t {
    message, // of a handshake message with its 4-byte header
    names,   // of the DN list in a CertificateRequest
    flight,  // of the server's complete first flight
};

struct ReceiverLimit {
    std::string receiver; // "Java (JSSE)"
    SizeUnit unit;
    std::uint32_t limit;              // the largest accepted size, in bytes
    std::vector<std::uint8_t> alerts; // what it sends when the limit is exceeded; empty: not known, or nothing
    std::string setting;              // what changes it: "jdk.tls.maxHandshakeMessageSize"; empty: none
    std::string source;
};

class ReceiverLimits {
public:
    // The built-in table (analyzers/sizes.tsv, compiled in).
    static ReceiverLimits builtin();

    // A user's table in the same form. On failure the result is the built-in table, and `error` is one line with the
    // file name, the line number and the problem.
    static ReceiverLimits load(const std::string &file, std::string &error);

    // The receivers for which a message or a list of this size (in bytes) is too long; the smallest limit first.
    std::vector<const ReceiverLimit *> too_long_for(std::uint32_t message_bytes, std::uint32_t names_bytes) const;
    const std::vector<ReceiverLimit> &limits() const { return limits_; }

private:
    std::vector<ReceiverLimit> limits_;
};

} // namespace tlsdiag
