// Recognizes requests for TLS in plain-text protocols, and refusals of them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/starttls.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

using namespace std::string_view_literals;

namespace {

std::string_view text_of(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

bool begins(std::string_view text, std::string_view word) // ignoring case
{
    return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, [](char a, char b) {
               return a == b || (a >= 'a' && a <= 'z' && a - 'a' + 'A' == b);
           });
}

// A three-digit status that does not mean success: SMTP, FTP, NNTP, HTTP. 1xx only announces the answer.
bool bad_status(std::string_view text)
{
    return text.size() >= 4 && text[0] >= '3' && text[0] <= '5' && text[1] >= '0' && text[1] <= '9' && text[2] >= '0' &&
           text[2] <= '9' && (text[3] == ' ' || text[3] == '-' || text[3] == '\r');
}

std::string_view after_word(std::string_view text)
{
    const std::size_t space = text.find(' ');
    return space == text.npos ? std::string_view{} : text.substr(space + 1);
}

// ---- Requests ----

bool asks_starttls(std::string_view text)
{
    return begins(text, "STARTTLS\r\n") || begins(text, "STARTTLS\n");
}
bool asks_imap(std::string_view text)
{
    const std::size_t tag = text.find(' ');
    return tag > 0 && tag < 20 && asks_starttls(after_word(text));
}
bool asks_pop3(std::string_view text)
{
    return begins(text, "STLS\r\n") || begins(text, "STLS\n");
}
bool asks_ftp(std::string_view text)
{
    return begins(text, "AUTH TLS") || begins(text, "AUTH SSL");
}
bool asks_ldap(std::string_view text) // an ExtendedRequest of RFC 4511, 4.14.1
{
    return text.starts_with('\x30') && text.find("1.3.6.1.4.1.1466.20037") != text.npos;
}
bool asks_xmpp(std::string_view text)
{
    return text.find("<starttls") != text.npos;
}
bool asks_postgresql(std::string_view text)
{
    return text == "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv;
}
bool asks_proxy(std::string_view text) // except to the ports of SSH and HTTP
{
    const std::string_view target = text.substr(0, text.find(" HTTP/1."));
    return text.starts_with("CONNECT ") && target.size() < text.size() && !target.ends_with(":22") &&
           !target.ends_with(":80");
}
bool asks_rdp(std::string_view text) // MS-RDPBCGR, 2.2.1.1: a Connection Request that ends with a negotiation request
{
    return text.starts_with("\x03\x00"sv) && text.size() >= 19 && text[5] == '\xe0' &&
           text.substr(text.size() - 8, 4) == "\x01\x00\x08\x00"sv && (text[text.size() - 4] & 3) != 0;
}

// ---- Refusals ----

bool refused_by_status(std::string_view text)
{
    return bad_status(text);
}
bool refused_by_word(std::string_view text) // IMAP after its tag; ManageSieve
{
    const auto no = [](std::string_view word) { return begins(word, "NO") || begins(word, "BAD"); };
    return no(text) || no(after_word(text));
}
bool refused_starttls(std::string_view text)
{
    return bad_status(text) || begins(text, "NO");
}
bool refused_pop3(std::string_view text)
{
    return text.starts_with("-ERR");
}
bool refused_ldap(std::string_view text) // ExtendedResponse (0x78), its resultCode not 0
{
    const std::size_t response = text.find('\x78');
    const std::size_t code = response == text.npos ? text.npos : text.find("\x0a\x01"sv, response);
    return code != text.npos && code + 2 < text.size() && text[code + 2] != 0;
}
bool refused_xmpp(std::string_view text)
{
    return text.find("<failure") != text.npos;
}
bool refused_postgresql(std::string_view text) // 'E': an ErrorResponse of a server that does not know SSLRequest
{
    return text == "N" || text.starts_with("E\x00"sv);
}
bool refused_proxy(std::string_view text)
{
    return text.starts_with("HTTP/1.") && bad_status(after_word(text));
}
bool refused_rdp(std::string_view text) // MS-RDPBCGR, 2.2.1.2.2: RDP_NEG_FAILURE
{
    return text.size() >= 19 && text[5] == '\xd0' && text[11] == '\x03';
}

struct StarttlsForm {
    std::string_view protocol;
    bool (*asks)(std::string_view);
    bool (*refuses)(std::string_view);
};

// RFC 3207, 4642, 5804; 3501; 2595; 4217; 4511; 6120; PostgreSQL's protocol, 55.2.10; RFC 9110, 9.3.6; MS-RDPBCGR.
constexpr std::array forms{
    StarttlsForm{"SMTP, NNTP or ManageSieve", asks_starttls, refused_starttls},
    StarttlsForm{"IMAP", asks_imap, refused_by_word},
    StarttlsForm{"POP3", asks_pop3, refused_pop3},
    StarttlsForm{"FTP", asks_ftp, refused_by_status},
    StarttlsForm{"LDAP", asks_ldap, refused_ldap},
    StarttlsForm{"XMPP", asks_xmpp, refused_xmpp},
    StarttlsForm{"PostgreSQL", asks_postgresql, refused_postgresql},
    StarttlsForm{"HTTP CONNECT", asks_proxy, refused_proxy},
    StarttlsForm{"RDP", asks_rdp, refused_rdp},
};

const StarttlsForm *find(Bytes said)
{
    const std::string_view text = text_of(said);
    const auto found = std::ranges::find_if(forms, [&](const StarttlsForm &one) { return one.asks(text); });
    return found == forms.end() ? nullptr : &*found;
}

} // namespace

std::string_view asks_for_starttls(Bytes said)
{
    const StarttlsForm *form = find(said);
    return form ? form->protocol : std::string_view{};
}

bool refuses_starttls(Bytes asked, Bytes answer)
{
    const StarttlsForm *form = find(asked);
    return form && form->refuses(text_of(answer));
}

} // namespace tlsdiag
