// Fuzzes the parsers of what surrounds TLS: TCP options, ICMP errors, the first bytes of a connection, STARTTLS
// requests.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/text.hpp"
#include "core/net/eap.hpp"
#include "core/net/icmp.hpp"
#include "core/net/plaintext_protocols.hpp"
#include "core/net/starttls.hpp"
#include "core/net/tcp_options.hpp"
#include "core/net/tls_detection.hpp"
#include "core/tls/records.hpp"

#include <algorithm>
#include <cstdlib>

using namespace tlsdiag;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

static void transport(Bytes bytes)
{
    Reader reader{bytes};
    const std::uint32_t acknowledged = reader.u32();
    maximum_segment_size(reader.rest());
    acknowledges_selectively(reader.rest(), acknowledged);
    for (const bool v6 : {false, true}) {
        require(!icmp_text(static_cast<std::uint16_t>(acknowledged), v6).empty());
        packet_too_big(v6, bytes);
        if (const auto quoted = quoted_packet(v6, bytes))
            require(quoted->source.address_length == (v6 ? 16 : 4));
    }
}

static void first_words(Bytes bytes)
{
    if (may_begin_client_hello(bytes))
        require(bytes.size() < 64); // otherwise the core would wait for it forever
    is_tls_midway(bytes);
    role_of_sender(bytes);
    refuses_plaintext(bytes);
    is_plain_request(bytes);
    RecordReader::looks_like_record(bytes);
    RecordReader::looks_like_client_hello(bytes);
    RecordReader::looks_like_sslv2_hello(bytes);
    require(!protocol_of(bytes).empty());
    const std::string opening = opening_of(bytes);
    require(opening.size() < 1500 && printable(opening, opening.size()) == opening);
}

static void upgrades(Reader reader)
{
    const Bytes asked = reader.vector8().rest();
    if (asks_for_starttls(asked).empty())
        require(!refuses_starttls(asked, reader.rest()));
    refuses_starttls(asked, reader.rest());
}

static void eap(Bytes bytes)
{
    const auto parsed = parse_eap(bytes, bytes.size());
    require(!parsed || parsed->tls.size() <= bytes.size());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Bytes bytes{data, size};
    transport(bytes);
    first_words(bytes);
    upgrades(Reader{bytes});
    eap(bytes);
    return 0;
}
