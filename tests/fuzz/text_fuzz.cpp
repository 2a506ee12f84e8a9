// Fuzzes text: printed text must be valid UTF-8 on one line, bounded, and must not change when it is printed again.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/text.hpp"
#include "core/tls/iana_names.hpp"

#include "sane_text.hpp"

using namespace tlsdiag;

static void numbers(Reader reader)
{
    const std::uint16_t number = reader.u16();
    const auto low = static_cast<std::uint8_t>(number);
    for (const std::string &name :
         {version_name(number), cipher_suite_name(number), group_name(number), signature_scheme_name(number),
          alert_name(low), handshake_type_name(low), sslv2_kind_name(number), hex(number), digit_groups(number)}) {
        require(!name.empty());
        require_sane(name);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Bytes bytes{data, size};
    for (const std::size_t limit : {std::size_t{7}, std::size_t{256}}) {
        const std::string shown = printable(bytes, limit);
        require_sane(shown);
        require(shown.size() <= limit * 4 + 3); // \xNN for a byte
        require(printable(shown, shown.size()) == shown);
    }
    hex_bytes(bytes);
    numbers(Reader{bytes});
    return 0;
}
