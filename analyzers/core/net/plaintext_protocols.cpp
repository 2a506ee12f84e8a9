// Recognizes protocols by the bytes that they start with.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/plaintext_protocols.hpp"

#include "core/base/text.hpp"
#include "core/net/proxy_header.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

using namespace std::string_view_literals;

struct Opening {
    std::string_view begins;
    std::string_view protocol;
    std::size_t at = 0; // offset
};

// Longer entries come before their prefixes.
static constexpr std::array openings{
    Opening{"HTTP/", "HTTP"},
    Opening{"GET ", "HTTP"},
    Opening{"POST ", "HTTP"},
    Opening{"HEAD ", "HTTP"},
    Opening{"PUT ", "HTTP"},
    Opening{"DELETE ", "HTTP"},
    Opening{"OPTIONS ", "HTTP"},
    Opening{"PATCH ", "HTTP"},
    Opening{"CONNECT ", "HTTP (a request to a proxy)"},
    Opening{"PRI * HTTP/2", "HTTP/2"},
    Opening{"<!DOCTYPE", "HTML"},
    Opening{"<html", "HTML"},
    Opening{"<stream:stream", "XMPP"},
    Opening{"<?xml", "XML"},
    Opening{"SSH-", "SSH"},
    Opening{"RFB ", "VNC"},
    Opening{"EHLO ", "SMTP"},
    Opening{"HELO ", "SMTP"},
    Opening{"220 ", "SMTP or FTP"},
    Opening{"220-", "SMTP or FTP"},
    Opening{"421 ", "SMTP or FTP"},
    Opening{"421-", "SMTP or FTP"},
    Opening{"554 ", "SMTP"},
    Opening{"AUTH TLS", "FTP"},
    Opening{"+OK", "POP3"},
    Opening{"-ERR", "POP3 or Redis"},
    Opening{"* OK", "IMAP"},
    Opening{"* PREAUTH", "IMAP"},
    Opening{"* BYE", "IMAP"},
    Opening{"AMQP", "AMQP"},
    Opening{"TSH ", "IBM MQ"},
    Opening{"PESIT", "PeSIT"},
    Opening{"\xd7\xc5\xe2\xc9\xe3", "PeSIT"}, // in EBCDIC
    Opening{"PESIT", "PeSIT", 2},             // after the message's length
    Opening{"\xd7\xc5\xe2\xc9\xe3", "PeSIT", 2},
    Opening{"\x00\x00\x00\x08\x04\xd2\x16\x2f"sv, "PostgreSQL"}, // SSLRequest
    Opening{"\x00\x03\x00\x00"sv, "PostgreSQL", 4},              // StartupMessage
    Opening{"\x00\x00\x0a"sv, "MySQL", 2},                       // greeting: length, packet 0, protocol 10
    Opening{"MQTT", "MQTT", 4},
    Opening{"\xff"
            "SMB",
            "SMB", 4},
    Opening{"\xfe"
            "SMB",
            "SMB", 4},
    Opening{"\x03\x00\x00"sv, "RDP (TPKT)"}, // RFC 1006
};

static std::string_view characters(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

static std::string_view first_line(Bytes bytes)
{
    const std::string_view text = characters(bytes);
    return text.substr(0, text.find_first_of("\r\n"));
}

// RFC 4511, 4.1.1: a SEQUENCE of the message's number (INTEGER) and an operation ([APPLICATION n]).
static bool is_ldap(Bytes bytes)
{
    constexpr std::uint8_t sequence = 0x30, integer = 0x02, application = 0x40, application_class = 0xc0;
    Reader reader{bytes};
    if (reader.u8() != sequence)
        return false;
    const std::uint8_t length = reader.u8();
    reader.take(length > 0x80 && length <= 0x84 ? length - 0x80u : 0u);
    if (reader.u8() != integer)
        return false;
    const std::uint8_t size = reader.u8();
    reader.take(size);
    const std::uint8_t operation = reader.u8();
    return reader.ok() && size >= 1 && size <= 4 && (operation & application_class) == application;
}

// A packet of the server after its greeting: the length, the packet's number, 0xff, the error's number.
static bool is_mysql_error(Bytes bytes)
{
    return bytes.size() > 8 && bytes[1] < 4 && bytes[2] == 0 && bytes[4] == 0xff && begins_with_text(bytes.subspan(7));
}

std::string_view protocol_of(Bytes first)
{
    const std::string_view text = characters(first);
    const auto known = std::ranges::find_if(openings, [&](const Opening &opening) {
        return text.size() >= opening.at && text.substr(opening.at).starts_with(opening.begins);
    });
    if (known != openings.end())
        return known->protocol;
    if (proxy_header_version(first) > 0)
        return "PROXY protocol";
    if (is_ldap(first))
        return "LDAP";
    if (is_mysql_error(first))
        return "MySQL";
    return begins_with_text(first) ? "plain text" : "binary data";
}

bool is_known_protocol(Bytes first)
{
    const std::string_view protocol = protocol_of(first);
    return protocol != "plain text" && protocol != "binary data";
}

std::string opening_of(Bytes first)
{
    return begins_with_text(first) ? "\"" + printable(first_line(first), 64) + "\"" : hex_bytes(first, 16);
}

} // namespace tlsdiag
