// Recognizes requests for TLS in plain-text protocols, and refusals of them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/starttls.hpp"

#include "core/base/text.hpp"
#include "core/net/plaintext_protocols.hpp"
#include "core/net/tds.hpp"

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
Bytes bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

// ---- RDP ----

// The negotiation in an X.224 Connection Request or Confirm (MS-RDPBCGR, 2.2.1.1 and 2.2.1.2): a routing token or
// cookie may precede it, correlation data may follow it.
struct RdpNegotiation {
    std::uint8_t type; // 1 request, 2 response, 3 failure
    std::uint32_t value;
};
constexpr std::uint8_t rdp_request = 1, rdp_failure = 3;
constexpr std::size_t rdp_header = 11; // TPKT and X.224

bool is_rdp(std::string_view text, char x224)
{
    return text.starts_with("\x03\x00"sv) && text.size() >= rdp_header && text[5] == x224;
}

std::optional<RdpNegotiation> rdp_negotiation(std::string_view text)
{
    std::size_t at = rdp_header;
    if (const std::size_t cookie = text.find("\r\n", at); cookie != text.npos && text[at] > rdp_failure)
        at = cookie + 2;
    Reader reader{bytes_of(text.substr(std::min(at, text.size())))};
    const std::uint8_t type = reader.u8();
    reader.u8(); // flags
    const bool sized = reader.u8() == 8 && reader.u8() == 0;
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 8)
        value |= static_cast<std::uint32_t>(reader.u8()) << shift;
    if (!reader.ok() || !sized || type < rdp_request || type > rdp_failure)
        return std::nullopt;
    return RdpNegotiation{type, value};
}

bool asks_rdp(std::string_view text) // for TLS, or for a choice without it: a server may insist on TLS
{
    const auto asked = is_rdp(text, '\xe0') ? rdp_negotiation(text) : std::nullopt;
    return asked && asked->type == rdp_request;
}

// ---- SQL Server ----

bool asks_tds(std::string_view text)
{
    const auto wants = text.starts_with('\x12') ? tds_encryption(bytes_of(text)) : std::nullopt;
    return wants == TdsEncryption::on || wants == TdsEncryption::required;
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
// An ExtendedResponse (RFC 4511, 4.12): its resultCode and diagnosticMessage.
struct LdapAnswer {
    std::uint8_t code;
    std::string_view message;
};
std::optional<LdapAnswer> ldap_answer(std::string_view text)
{
    const std::size_t response = text.find('\x78');
    const std::size_t code = response == text.npos ? text.npos : text.find("\x0a\x01"sv, response);
    if (code == text.npos || code + 2 >= text.size())
        return std::nullopt;
    Reader reader{bytes_of(text.substr(code + 2))};
    LdapAnswer answer{.code = reader.u8(), .message = {}};
    reader.u8();
    reader.vector8(); // matchedDN
    if (reader.u8() == 4) {
        const std::size_t size = reader.u8();
        answer.message = text_of(reader.take(std::min(size, reader.left())));
    }
    return answer;
}
bool refused_ldap(std::string_view text)
{
    const auto answer = ldap_answer(text);
    return answer && answer->code != 0;
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
bool refused_rdp(std::string_view text) // a server that predates the negotiation sends none
{
    const auto answer = is_rdp(text, '\xd0') ? rdp_negotiation(text) : std::nullopt;
    return is_rdp(text, '\xd0') && (!answer || answer->type == rdp_failure || answer->value == 0);
}
bool refused_tds(std::string_view text)
{
    return text.starts_with('\x04') && tds_encryption(bytes_of(text)) == TdsEncryption::not_supported;
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
    StarttlsForm{"SQL Server", asks_tds, refused_tds},
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

bool speaks_in_lines(std::string_view protocol)
{
    return protocol != "LDAP" && protocol != "PostgreSQL" && protocol != "RDP";
}

bool takes_leave(Bytes said)
{
    const std::string_view text = text_of(said);
    const bool unbinds = text.size() >= 7 && text[0] == '\x30' && text[2] == '\x02' && text[5] == '\x42';
    const bool terminates = text.starts_with("X\x00\x00\x00\x04"sv); // PostgreSQL
    return unbinds || terminates || begins(text, "QUIT") || begins(after_word(text), "LOGOUT") ||
           begins(text, "LOGOUT") || text.starts_with("</stream");
}

// A client that asks for RDP without TLS is not refused by a server that agrees.
static bool agreed_without_tls(std::string_view asked, std::string_view answer)
{
    const auto wanted = is_rdp(asked, '\xe0') ? rdp_negotiation(asked) : std::nullopt;
    const auto given = wanted ? rdp_negotiation(answer) : std::nullopt;
    return wanted && wanted->value == 0 && !(given && given->type == rdp_failure);
}

bool refuses_starttls(Bytes asked, Bytes answer)
{
    const StarttlsForm *form = find(asked);
    return form && form->refuses(text_of(answer)) && !agreed_without_tls(text_of(asked), text_of(answer));
}

// ---- What a refusal says ----

using Lack = StarttlsRefusal::Lack;

static StarttlsRefusal rdp_refusal(std::string_view text) // MS-RDPBCGR, 2.2.1.2.2
{
    const auto answer = rdp_negotiation(text);
    if (!answer || answer->type != rdp_failure)
        return {"standard RDP security, which has no TLS", Lack::server,
                "Set the security layer of the RDP server to Negotiate or SSL, and give it a certificate."};
    switch (answer->value) {
    case 1:
        return {"SSL_REQUIRED_BY_SERVER (1): it accepts only TLS, which the client did not offer", Lack::client,
                "Let the client offer TLS (enhanced RDP security)."};
    case 2:
        return {"SSL_NOT_ALLOWED_BY_SERVER (2): it is set to standard RDP security", Lack::server,
                "Set the security layer of the RDP server to Negotiate or SSL."};
    case 3:
        return {"SSL_CERT_NOT_ON_SERVER (3): it has no certificate", Lack::server,
                "Install a certificate with its private key for the RDP server."};
    case 4:
        return {"INCONSISTENT_FLAGS (4): it finds the client's request contradictory", Lack::client, ""};
    case 5:
        return {"HYBRID_REQUIRED_BY_SERVER (5): it requires Network Level Authentication (CredSSP, which runs in TLS), "
                "and the client did not offer it",
                Lack::client,
                "Enable Network Level Authentication (CredSSP) in the client, or stop requiring it on the "
                "server."};
    case 6:
        return {"SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER (6): it requires TLS with a client certificate", Lack::client,
                "Let the client offer TLS with a client certificate or smart card."};
    default:
        return {"the RDP failure code " + std::to_string(answer->value), Lack::server, ""};
    }
}

static std::string_view ldap_result_name(std::uint8_t code) // RFC 4511, 4.1.9 and appendix A
{
    switch (code) {
    case 1:
        return "operationsError";
    case 2:
        return "protocolError: it does not know StartTLS";
    case 8:
        return "strongerAuthRequired";
    case 10:
        return "referral";
    case 50:
        return "insufficientAccessRights";
    case 51:
        return "busy";
    case 52:
        return "unavailable";
    case 53:
        return "unwillingToPerform";
    case 80:
        return "other";
    default:
        return "";
    }
}

static StarttlsRefusal ldap_refusal(std::string_view text)
{
    const LdapAnswer answer = *ldap_answer(text);
    const std::string_view name = ldap_result_name(answer.code);
    std::string words = "the LDAP result " + std::to_string(answer.code);
    words += name.empty() ? "" : " (" + std::string{name} + ")";
    if (!answer.message.empty())
        words += ", \"" + printable(answer.message, 64) + "\"";
    return {words, Lack::server, ""};
}

static StarttlsRefusal proxy_refusal(std::string_view text) // RFC 9110, 15
{
    const std::string words = opening_of(bytes_of(text));
    const std::string_view status = after_word(text).substr(0, 3);
    if (status == "407")
        return {words + ": it wants the client's credentials first", Lack::client,
                "Configure the client with the credentials for the proxy."};
    if (status.starts_with('5'))
        return {words + ": it could not reach the server behind it", Lack::proxy,
                "Check from the proxy why it does not reach the target (name resolution, routes, firewalls), and "
                "whether the target is up."};
    return {words + ": its rules do not allow this target", Lack::proxy,
            "Allow this target in the rules of the proxy, or let the client go around it."};
}

StarttlsRefusal read_refusal(Bytes asked, Bytes answer)
{
    const StarttlsForm *form = find(asked);
    const std::string_view text = text_of(answer);
    if (form && form->asks == asks_rdp)
        return rdp_refusal(text);
    if (form && form->asks == asks_ldap && ldap_answer(text))
        return ldap_refusal(text);
    if (form && form->asks == asks_proxy)
        return proxy_refusal(text);
    if (form && form->asks == asks_tds)
        return {
            "ENCRYPT_NOT_SUP: it does not support encryption", Lack::server,
            "Give SQL Server a certificate and enable encryption; or let the client ask for none (Encrypt=optional)."};
    if (form && form->asks == asks_postgresql && text == "N")
        return {"\"N\": no TLS", Lack::server, ""};
    return {opening_of(answer), Lack::server, ""};
}

} // namespace tlsdiag
