// Any bytes as any handshake message: the parsers stay within them and never throw.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/parse.hpp"
#include "core/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    tlsdiag::Reader reader{{data, size}};
    const auto flags = reader.u8();
    tlsdiag::ParseContext context;
    context.tls13 = flags & 1;
    context.dtls = flags & 2;
    context.version = flags & 4 ? tlsdiag::Version{0} : tlsdiag::Version{0x0303};
    context.cipher_suite = reader.u16();
    const auto type = reader.u8();
    if (flags & 8)
        tlsdiag::parse_sslv2(reader.rest());
    else
        tlsdiag::parse_message(type, reader.rest(), context);
    return 0;
}
