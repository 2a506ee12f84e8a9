// Summarizes a TLS message in a few words.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/message_words.hpp"

#include "core/diagnosis/phrases.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

// ---- Names and certificates ----

constexpr std::size_t longest_name = 72;

// People know a certificate by its common name; if there is none, the beginning of the whole name stands in.
static std::string common_name(const std::string &name)
{
    if (name.empty())
        return "(no name)";
    const std::size_t found = name.starts_with("CN=") ? 0 : name.find(", CN=");
    if (found == std::string::npos)
        return printable(name, longest_name);
    const std::string_view common = std::string_view{name}.substr(found == 0 ? 0 : found + 2);
    return printable(common.substr(0, common.find(", ")), longest_name);
}

static std::string name_of(const Certificate &certificate)
{
    if (!certificate.readable)
        return "(unreadable certificate)";
    const bool only_names = certificate.subject_text.empty() && !certificate.dns_names.empty();
    return only_names ? printable(certificate.dns_names.front(), longest_name) : common_name(certificate.subject_text);
}

std::string path_text(const Path &path)
{
    constexpr std::size_t most = 6;
    std::vector<std::string> names;
    for (const Certificate *certificate : path.certificates) {
        if (names.size() == most) {
            names.push_back("...");
            break;
        }
        names.push_back(name_of(*certificate));
    }
    if (path.top && path.top->readable)
        names.push_back(path.ends_in_root ? "itself" : common_name(path.top->issuer_text) + " (not sent)");
    return join(names, " <- ");
}

static Path path_of(const CertificateMessage &message, CertificateCache &certificates)
{
    std::vector<const Certificate *> chain;
    for (const Octets &der : message.certificates)
        chain.push_back(certificates.parse(der));
    return certificates.path(chain);
}

static void say_leaf(const Certificate &leaf, std::vector<std::string> &words)
{
    if (!leaf.readable)
        return;
    std::vector<std::string> names;
    for (const std::string &name : leaf.dns_names)
        names.push_back(printable(name, longest_name));
    if (!names.empty())
        words.push_back("for " + few(names));
    words.push_back("valid " + day_text(leaf.not_before) + " to " + day_text(leaf.not_after));
    words.push_back(key_text(leaf) + ", " + leaf.signature_algorithm);
}

std::string authorities_text(const CaList &authorities)
{
    if (authorities.count == 0)
        return "no CA names: any CA is acceptable";
    constexpr std::size_t shown = 3;
    std::vector<std::string> names;
    for (const Octets &name : authorities.names) {
        if (names.size() == shown)
            break;
        names.push_back(common_name(name_text(name)));
    }
    std::string text = plural(authorities.count, "CA name", "CA names") + ", " +
                       plural(authorities.bytes, "byte", "bytes") + ": " + join(names, "; ");
    if (authorities.count > names.size())
        text += " and " + digit_groups(authorities.count - names.size()) + " more";
    return text;
}

// ---- Hellos ----

template <class Numbers, class Name>
static std::string few_of(const Numbers &numbers, Name name)
{
    std::vector<std::string> names;
    for (const auto &number : numbers)
        names.push_back(name(number));
    return few(names);
}

static std::string suites_text(const ClientHello &hello)
{
    if (hello.cipher_suites.empty() && !hello.sslv2_kinds.empty())
        return plural(hello.sslv2_kinds.size(), "SSLv2 cipher", "SSLv2 ciphers");
    std::string text = plural(hello.cipher_suites.size(), "cipher suite", "cipher suites");
    if (!hello.cipher_suites.empty())
        text += hello.cipher_suites.size() <= 3 ? ": " + few_of(hello.cipher_suites, cipher_suite_name)
                                                : ", the first " + cipher_suite_name(hello.cipher_suites.front());
    return text;
}

static std::string protocols_text(const std::vector<std::string> &protocols)
{
    return "ALPN " + few_of(protocols, [](const std::string &protocol) { return printable(protocol, 32); });
}

static void say_peculiarities(const ClientHello &hello, std::vector<std::string> &words)
{
    if (hello.pre_shared_key)
        words.push_back("resumes with a pre-shared key");
    else if (hello.session_ticket_size > 0)
        words.push_back("resumes with a ticket");
    else if (!hello.session_id.empty() && hello.supported_versions.empty())
        words.push_back("resumes by session ID");
    if (hello.early_data)
        words.push_back("early data");
    if (hello.fallback_scsv)
        words.push_back("fallback (TLS_FALLBACK_SCSV)");
    if (hello.encrypted_client_hello)
        words.push_back("encrypted ClientHello");
    if (hello.renegotiating)
        words.push_back("renegotiates");
    if (!hello.cookie.empty())
        words.push_back("returns the cookie");
    constexpr std::uint32_t one_segment = 1'400;
    if (hello.size > one_segment)
        words.push_back(digit_groups(hello.size) + " bytes");
}

static Said describe(const ClientHello &hello)
{
    Said said{"ClientHello", {}, EventKind::client_hello};
    said.words.push_back(hello.sni ? "for " + printable(*hello.sni, longest_name) : "no server name");
    said.words.push_back(offered_versions_text(hello));
    said.words.push_back(suites_text(hello));
    if (!hello.groups.empty())
        said.words.push_back("groups " + few_of(hello.groups, group_name));
    if (!hello.key_shares.empty())
        said.words.push_back("key shares " + few_of(hello.key_shares, group_name));
    if (!hello.alpn.empty())
        said.words.push_back(protocols_text(hello.alpn));
    say_peculiarities(hello, said.words);
    return said;
}

static Said describe(const ServerHello &hello)
{
    if (hello.hello_retry_request) {
        Said said{"HelloRetryRequest", {version_name(hello.version)}, EventKind::server_hello};
        if (hello.group)
            said.words.push_back("requests group " + group_name(*hello.group));
        said.words.push_back(cipher_suite_name(hello.cipher_suite));
        return said;
    }
    Said said{"ServerHello", {version_name(hello.version)}, EventKind::server_hello};
    if (!hello.sslv2)
        said.words.push_back(cipher_suite_name(hello.cipher_suite));
    if (hello.group)
        said.words.push_back("group " + group_name(*hello.group));
    if (hello.alpn)
        said.words.push_back(protocols_text({*hello.alpn}));
    if (hello.pre_shared_key)
        said.words.push_back("accepts the pre-shared key");
    return said;
}

static Said describe(const HelloVerifyRequest &request)
{
    return {"HelloVerifyRequest",
            {"asks the client to return a cookie of " + plural(request.cookie.size(), "byte", "bytes")}};
}

static Said describe(const EncryptedExtensions &extensions)
{
    Said said{"EncryptedExtensions", {}};
    if (extensions.alpn)
        said.words.push_back(protocols_text({*extensions.alpn}));
    if (extensions.early_data)
        said.words.push_back("accepts early data");
    return said;
}

// ---- Keys and the rest ----

static Said describe(const CertificateRequest &request)
{
    Said said{"CertificateRequest", {"requests a client certificate"}, EventKind::certificate_request};
    said.words.push_back(request.authorities ? authorities_text(*request.authorities)
                                             : "no CA names: any CA is acceptable");
    return said;
}

static Said describe(const CertificateStatus &status)
{
    return {"CertificateStatus",
            {"OCSP response, " + plural(status.response.size(), "byte", "bytes")},
            EventKind::certificate_status};
}

static Said describe(const ServerKeyExchange &exchange)
{
    Said said{"ServerKeyExchange", {}, EventKind::server_key_exchange};
    if (exchange.named_group)
        said.words.push_back("group " + group_name(*exchange.named_group));
    if (exchange.dh_bits)
        said.words.push_back("DHE, " + digit_groups(*exchange.dh_bits) + " bits");
    if (exchange.scheme)
        said.words.push_back("signed with " + signature_scheme_name(*exchange.scheme));
    return said;
}

static Said describe(const CertificateVerify &verify)
{
    Said said{"CertificateVerify", {}, EventKind::certificate_verify};
    if (verify.scheme)
        said.words.push_back("signed with " + signature_scheme_name(*verify.scheme));
    return said;
}

static Said describe(const NewSessionTicket &ticket)
{
    return {"NewSessionTicket", {"lifetime " + digit_groups(ticket.lifetime) + " s"}};
}

static Said describe(const ClientKeyExchange &)
{
    return {"ClientKeyExchange", {}, EventKind::client_flight};
}

static Said describe(const Finished &)
{
    return {"Finished", {}};
}

static Said describe(const EmptyMessage &message)
{
    return {handshake_type_name(static_cast<std::uint8_t>(message.type)), {}};
}

static Said describe(const OpaqueMessage &message)
{
    Said said{handshake_type_name(message.type), {plural(message.size, "byte", "bytes")}};
    if (message.malformed) {
        said.words.insert(said.words.begin(), "malformed: its inner lengths do not add up");
        said.event = EventKind::malformed;
    }
    return said;
}

static Said describe(const CompressedCertificate &message)
{
    return {"CompressedCertificate",
            {plural(message.size, "byte", "bytes") + ", " + certificate_compression_name(message.algorithm) +
             ", not decompressed here"}};
}

static Said say_certificates(const CertificateMessage &message, CertificateCache &certificates)
{
    Said said{"Certificate", {}, EventKind::certificate};
    if (message.count == 0) {
        said.words = {"empty: no certificate sent"};
        return said;
    }
    const Path path = path_of(message, certificates);
    said.words.push_back(path_text(path));
    said.words.push_back(plural(message.count, "certificate", "certificates") + ", " +
                         plural(message.size, "byte", "bytes"));
    if (message.compression)
        said.words.push_back("compressed with " + certificate_compression_name(message.compression));
    if (!path.certificates.empty())
        say_leaf(*path.certificates.front(), said.words);
    if (message.ocsp_response)
        said.words.push_back("OCSP response, " + plural(message.ocsp_response->size(), "byte", "bytes"));
    return said;
}

Said said_by(const Message &message, CertificateCache &certificates)
{
    if (const auto *chain = std::get_if<CertificateMessage>(&message))
        return say_certificates(*chain, certificates);
    return std::visit(
        [](const auto &one) {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, CertificateMessage>)
                return Said{};
            else
                return describe(one);
        },
        message);
}

Said said_by(const Alert &alert)
{
    return {"Alert " + alert_text(alert), {alert.fatal() ? "fatal" : "warning"}, EventKind::alert};
}

} // namespace tlsdiag
