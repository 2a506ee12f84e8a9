// Parses the lists that several messages contain.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse_parts.hpp"

namespace tlsdiag {

std::optional<std::vector<std::uint16_t>> read_numbers(Reader list, bool *grease)
{
    std::vector<std::uint16_t> numbers;
    numbers.reserve(list.left() / 2);
    while (!list.empty()) {
        const std::uint16_t value = list.u16();
        if (!is_grease(value))
            numbers.push_back(value);
        else if (grease != nullptr)
            *grease = true;
    }
    if (!list.ok())
        return std::nullopt;
    return numbers;
}

std::optional<CaList> read_ca_list(Reader list)
{
    CaList authorities;
    authorities.bytes = size_of(list.rest());
    while (!list.empty()) {
        const Bytes name = list.vector16().rest();
        ++authorities.count;
        if (authorities.names.size() < max_ca_names)
            authorities.names.push_back(octets(name));
    }
    if (!list.ok())
        return std::nullopt;
    return authorities;
}

std::optional<std::vector<std::string>> read_protocols(Reader extension)
{
    std::vector<std::string> protocols;
    Reader list = extension.vector16();
    while (!list.empty()) {
        const Bytes protocol = list.vector8().rest();
        const bool grease =
            protocol.size() == 2 && is_grease(static_cast<std::uint16_t>(protocol[0] << 8 | protocol[1]));
        if (!grease)
            protocols.push_back(characters(protocol));
    }
    if (!list.ok())
        return std::nullopt;
    return protocols;
}

std::optional<CertificateStatus> read_certificate_status(Reader status)
{
    constexpr std::uint8_t ocsp = 1, ocsp_multi = 2;
    CertificateStatus read;
    read.type = status.u8();
    if (read.type == ocsp) {
        read.response = octets(status.vector24().rest());
    } else if (read.type == ocsp_multi) {
        Reader list = status.vector24();
        read.response = octets(list.vector24().rest());
        if (!list.ok())
            return std::nullopt;
    }
    if (!status.ok())
        return std::nullopt;
    return read;
}

} // namespace tlsdiag
