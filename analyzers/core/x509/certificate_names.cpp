// Compares and prints distinguished names, and matches host names against a certificate.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_names.hpp"

#include "core/base/text.hpp"
#include "core/x509/x509.hpp"

#include <openssl/objects.h>

#include <algorithm>

namespace tlsdiag {

using openssl::ErrorQueue;
using openssl::NameOwner;

static NameOwner parse_name(Bytes der)
{
    return openssl::decode<NameOwner>(der, d2i_X509_NAME);
}

NameMatch match_name(Bytes one, Bytes other)
{
    if (std::ranges::equal(one, other))
        return NameMatch::exact;
    const ErrorQueue queue;
    const NameOwner left = parse_name(one);
    const NameOwner right = left ? parse_name(other) : nullptr;
    return right && X509_NAME_cmp(left.get(), right.get()) == 0 ? NameMatch::differs_in_encoding : NameMatch::none;
}

NameMatch find_name(Bytes name, std::span<const Octets> names)
{
    if (std::ranges::any_of(names, [&](const Octets &other) { return std::ranges::equal(name, other); }))
        return NameMatch::exact;
    const ErrorQueue queue;
    const NameOwner wanted = parse_name(name);
    const auto matches = [&](const Octets &other) {
        const NameOwner parsed = parse_name(other);
        return parsed && X509_NAME_cmp(wanted.get(), parsed.get()) == 0;
    };
    return wanted && std::ranges::any_of(names, matches) ? NameMatch::differs_in_encoding : NameMatch::none;
}

std::string name_text(Bytes name)
{
    const ErrorQueue queue;
    const NameOwner parsed = parse_name(name);
    return parsed ? openssl::text_of(parsed.get()) : "(unreadable name)";
}

std::string organization_of(Bytes name)
{
    const ErrorQueue queue;
    const NameOwner parsed = parse_name(name);
    const int place = parsed ? X509_NAME_get_index_by_NID(parsed.get(), NID_organizationName, -1) : -1;
    return place < 0 ? std::string{}
                     : openssl::text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(parsed.get(), place)));
}

// For X509_check_host, a name that starts with a dot means "any host below"; SNI has no such form.
static bool is_host_name(std::string_view name)
{
    constexpr std::size_t longest = 255; // RFC 1035, 2.3.4
    return !name.empty() && name.size() <= longest && name.front() != '.' && name.find('\0') == std::string_view::npos;
}

HostMatch match_host(const Certificate &leaf, std::string_view name)
{
    if (!is_host_name(name))
        return {};
    const ErrorQueue queue;
    const std::shared_ptr<X509> x509 = openssl::x509_of(leaf);
    if (!x509)
        return {};
    if (name.ends_with('.'))
        name.remove_suffix(1);

    constexpr int not_an_address = -2;
    const int address = X509_check_ip_asc(x509.get(), std::string{name}.c_str(), 0);
    if (address != not_an_address)
        return {.matches = address == 1};
    constexpr unsigned flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS; // RFC 9525, 6.3: "b*.example" is no wildcard
    const bool matches = X509_check_host(x509.get(), name.data(), name.size(), flags, nullptr) == 1;
    return {.matches = matches, .common_name_only = matches && leaf.dns_names.empty()};
}

static NameLimits::Verdict verdict_of(int result)
{
    switch (result) {
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
        return NameLimits::Verdict::violated;
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        return NameLimits::Verdict::incomparable;
    default:
        return NameLimits::Verdict::within;
    }
}

static std::string text_of_address(Bytes address)
{
    std::string text;
    for (const std::uint8_t byte : address)
        text += (text.empty()          ? ""
                 : address.size() == 4 ? "."
                                       : " ") +
                (address.size() == 4 ? std::to_string(byte) : hex(byte, 2).substr(2));
    return text;
}

static std::string text_of(const GENERAL_NAME &name)
{
    constexpr std::size_t longest = 80;
    switch (name.type) {
    case GEN_DNS:
        return "dNSName " + printable(openssl::bytes_of(name.d.dNSName), longest);
    case GEN_EMAIL:
        return "rfc822Name " + printable(openssl::bytes_of(name.d.rfc822Name), longest);
    case GEN_URI:
        return "URI " + printable(openssl::bytes_of(name.d.uniformResourceIdentifier), longest);
    case GEN_IPADD:
        return "iPAddress " + printable(text_of_address(openssl::bytes_of(name.d.iPAddress)), longest);
    case GEN_DIRNAME:
        return "directoryName " + printable(openssl::text_of(name.d.directoryName), longest);
    default:
        return "name";
    }
}

// OpenSSL's judgement of one name alone: a certificate with nothing else is made for it.
static int limits_of_one(const NAME_CONSTRAINTS &limits, GENERAL_NAME *name)
{
    const openssl::X509Owner alone{X509_new()};
    const openssl::GeneralNamesOwner names{sk_GENERAL_NAME_new_null()};
    if (!alone || !names || sk_GENERAL_NAME_push(names.get(), name) <= 0)
        return X509_V_OK;
    const bool added = X509_add1_ext_i2d(alone.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_APPEND) == 1;
    sk_GENERAL_NAME_pop(names.get()); // it is not ours
    if (!added)
        return X509_V_OK;
    X509_check_purpose(alone.get(), -1, 0); // fills in what the next call reads
    return NAME_CONSTRAINTS_check(alone.get(), const_cast<NAME_CONSTRAINTS *>(&limits));
}

NameLimits check_name_limits(const Certificate &authority, const Certificate &certificate)
{
    constexpr int max_comparisons = 16'384, max_named = 64;
    if (!authority.has_name_constraints)
        return {};
    const ErrorQueue queue;
    const std::shared_ptr<X509> above = openssl::x509_of(authority);
    const std::shared_ptr<X509> below = openssl::x509_with_key(certificate);
    if (!above || !below)
        return {};
    const openssl::NameConstraintsOwner limits{
        static_cast<NAME_CONSTRAINTS *>(X509_get_ext_d2i(above.get(), NID_name_constraints, nullptr, nullptr))};
    const openssl::GeneralNamesOwner names{
        static_cast<GENERAL_NAMES *>(X509_get_ext_d2i(below.get(), NID_subject_alt_name, nullptr, nullptr))};
    if (!limits)
        return {};
    const int subtrees = std::max(sk_GENERAL_SUBTREE_num(limits->permittedSubtrees), 0) +
                         std::max(sk_GENERAL_SUBTREE_num(limits->excludedSubtrees), 0);
    const int count = std::max(sk_GENERAL_NAME_num(names.get()), 0);
    if (subtrees == 0 || count > max_comparisons / subtrees || X509_check_purpose(below.get(), -1, 0) != 1)
        return {};
    const int result = NAME_CONSTRAINTS_check(below.get(), limits.get());
    NameLimits found{.verdict = verdict_of(result), .excluded = result == X509_V_ERR_EXCLUDED_VIOLATION, .name = {}};
    if (found.verdict == NameLimits::Verdict::within)
        return found;
    for (int i = 0; i < std::min(count, max_named) && found.name.empty(); ++i) {
        GENERAL_NAME *name = sk_GENERAL_NAME_value(names.get(), i);
        if (limits_of_one(*limits, name) == result)
            found.name = text_of(*name);
    }
    if (found.name.empty())
        found.name = count > max_named ? "name" : "subject";
    return found;
}

namespace openssl {

std::uint32_t hash_of(const X509_NAME *name)
{
    return static_cast<std::uint32_t>(X509_NAME_hash_ex(name, nullptr, nullptr, nullptr));
}

// Most encoders write the common name last, some first. People look for it at the front.
static bool common_name_comes_first(const X509_NAME *name)
{
    const X509_NAME_ENTRY *first = X509_NAME_get_entry(name, 0);
    return first && OBJ_obj2nid(X509_NAME_ENTRY_get_object(first)) == NID_commonName;
}

// As in RFC 4514, but with a space after each comma, unescaped non-ASCII letters, and the text of unknown attributes.
std::string text_of(const X509_NAME *name)
{
    constexpr unsigned long unwanted =
        XN_FLAG_SEP_MASK | XN_FLAG_DN_REV | XN_FLAG_DUMP_UNKNOWN_FIELDS | ASN1_STRFLGS_ESC_MSB;
    const unsigned long style =
        (XN_FLAG_RFC2253 & ~unwanted) | XN_FLAG_SEP_CPLUS_SPC | (common_name_comes_first(name) ? 0 : XN_FLAG_DN_REV);
    const BioOwner bio{BIO_new(BIO_s_mem())};
    if (!bio || X509_NAME_print_ex(bio.get(), name, 0, style) < 0)
        return "(unreadable name)";
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return printable(std::string_view{data, static_cast<std::size_t>(size)});
}

std::string text_of(const ASN1_STRING *string)
{
    unsigned char *utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, string);
    const MemoryOwner owner{utf8};
    return printable(size < 0 ? bytes_of(string) : Bytes{utf8, static_cast<std::size_t>(size)});
}

std::string text_of(const ASN1_OBJECT *object)
{
    char text[80] = "";
    OBJ_obj2txt(text, sizeof text, object, 0);
    return printable(std::string_view{text});
}

} // namespace openssl
} // namespace tlsdiag
