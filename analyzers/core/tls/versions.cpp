// Classifies version and cipher suite numbers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/versions.hpp"

namespace tlsdiag {

bool is_grease(std::uint16_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

bool is_signalling(CipherSuite suite)
{
    return suite == 0x00ff || suite == 0x5600;
}

bool is_dtls(Version version)
{
    return version == 0x0100 || (version >= 0xfefc && version <= 0xfeff && version != 0xfefe);
}

bool is_draft(Version version)
{
    return version >> 8 == 0x7f || version >> 8 == 0xfb;
}

bool is_tls13(Version version)
{
    return version == 0x0304 || version == 0xfefc || is_draft(version);
}

bool is_known_version(Version version)
{
    return version == 0x0002 || (version >= 0x0300 && version <= 0x0304) || is_dtls(version) || is_draft(version);
}

bool is_reserved_quic_version(std::uint32_t version)
{
    return (version & 0x0f0f'0f0f) == 0x0a0a'0a0a;
}

Version comparable_version(Version version)
{
    switch (version) {
    case 0x0100: // like 0xfeff, from before the RFC
    case 0xfeff:
        return 0x0302; // RFC 4347 is a delta to TLS 1.1
    case 0xfefd:
        return 0x0303;
    default:
        return is_tls13(version) ? Version{0x0304} : version;
    }
}

} // namespace tlsdiag
