// Fuzzes the message parsers: no read out of bounds, and never more kept than was there. The first byte selects the
// message (low 5 bits) and the context (high 3 bits); the rest is the body.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/text.hpp"
#include "core/tls/iana_names.hpp"
#include "core/tls/parse.hpp"

#include <cstdlib>
#include <numeric>

using namespace tlsdiag;

static const ParseContext contexts[8] = {
    {.version = 0x0303, .cipher_suite = 0xc02f},
    {.version = 0x0301, .cipher_suite = 0x0033},
    {.tls13 = true, .version = 0x0304, .cipher_suite = 0x1301},
    {.dtls = true, .version = 0xfefd, .cipher_suite = 0xc035},
    {.version = 0},
    {.tls13 = true, .version = 0x7f12, .cipher_suite = 0x1301},
    {.version = 0x0300, .cipher_suite = 0x0003},
    {.version = 0x0303, .cipher_suite = 0xc01e},
};

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

static void check_list(const std::vector<Octets> &kept, std::uint32_t count, std::size_t most, std::size_t available)
{
    const auto add = [](std::size_t sum, const Octets &octets) { return sum + octets.size(); };
    require(kept.size() == std::min<std::size_t>(count, most));
    require(std::accumulate(kept.begin(), kept.end(), std::size_t{0}, add) <= available);
}

static void check(const ClientHello &hello, std::size_t available)
{
    hello.highest_version();
    hello.has(ExtensionType::key_share);
    require(hello.cipher_suites.size() * 2 <= available);
    require(hello.broken_extensions.size() <= hello.extensions.size());
    for (const std::string &protocol : hello.alpn)
        printable(protocol);
    const std::string shown = printable(hello.sni.value_or(""));
    require(printable(shown, shown.size()) == shown); // harmless text does not change
    if (hello.certificate_authorities)
        check_list(hello.certificate_authorities->names, hello.certificate_authorities->count, max_ca_names, available);
}

static void check(const ServerHello &hello, std::size_t available)
{
    version_name(hello.version);
    cipher_suite_name(hello.cipher_suite);
    require(hello.session_id.size() + hello.sslv2_certificate.size() <= available);
}

static void check(const CertificateMessage &message, std::size_t available)
{
    check_list(message.certificates, message.count, max_chain_length, available);
}

static void check(const CertificateRequest &request, std::size_t available)
{
    if (request.authorities)
        check_list(request.authorities->names, request.authorities->count, max_ca_names, available);
}

static void check(const ServerKeyExchange &message, std::size_t available)
{
    require(message.params.size() + message.signature.size() <= available);
}

template <class Other>
static void check(const Other &, std::size_t)
{
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const Bytes body{data + 1, size - 1};
    const auto type = static_cast<std::uint8_t>(data[0] & 0x1f);
    const auto look = [&](const auto &message) { check(message, body.size()); };
    std::visit(look, parse_message(type, body, contexts[data[0] >> 5]));
    std::visit(look, parse_sslv2(body));
    printable(body);
    hex_bytes(body);
    return 0;
}
