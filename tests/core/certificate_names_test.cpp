// Tests distinguished names and host names: which of them match, and how they are printed.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_cache.hpp"
#include "core/x509/certificate_names.hpp"
#include "support/catch.hpp"
#include "support/pki.hpp"

using namespace tlsdiag;

TEST_CASE("names match as RFC 5280, 7.1 says", "[names]")
{
    struct Row {
        std::string one, other;
        int type, other_type;
        NameMatch expected;
    };
    constexpr int utf8 = MBSTRING_UTF8, printable_string = V_ASN1_PRINTABLESTRING, t61 = V_ASN1_T61STRING;
    constexpr int ia5 = V_ASN1_IA5STRING, bmp = V_ASN1_BMPSTRING;
    const auto row = GENERATE_COPY(values<Row>({
        {"C=DE,CN=Lab Root", "C=DE,CN=Lab Root", utf8, utf8, NameMatch::exact},
        {"CN=Lab Root", "CN=Lab Root", utf8, printable_string, NameMatch::differs_in_encoding},
        {"CN=Lab Root", "CN=Lab Root", t61, printable_string, NameMatch::differs_in_encoding},
        {"CN=Lab Root", "CN=Lab Root", t61, utf8, NameMatch::differs_in_encoding},
        {"CN=Lab Root", "CN=Lab Root", ia5, utf8, NameMatch::differs_in_encoding},
        {"CN=Lab Root", std::string{"CN=\0L\0a\0b\0 \0R\0o\0o\0t", 19}, utf8, bmp, NameMatch::differs_in_encoding},
        {"CN=M\xfcller", "CN=M\xc3\xbcller", t61, utf8, NameMatch::differs_in_encoding}, // T61 is read as Latin-1
        {"CN=Lab Root", "CN=LAB  root ", utf8, utf8, NameMatch::differs_in_encoding},
        {"CN=Lab Root", "CN=Lab Root 2", utf8, utf8, NameMatch::none},
        {"CN=Lab Root", "O=Lab Root", utf8, utf8, NameMatch::none},
        {"C=DE,CN=Lab Root", "CN=Lab Root,C=DE", utf8, utf8, NameMatch::none}, // the order counts
        {"CN=Lab Root", "", utf8, utf8, NameMatch::none},
    }));
    CAPTURE(row.one, row.other, row.type, row.other_type);
    const Octets one = pki::name_der(row.one, row.type), other = pki::name_der(row.other, row.other_type);
    CHECK(match_name(one, other) == row.expected);
    CHECK(match_name(other, one) == row.expected);
    CHECK(find_name(one, std::vector{pki::name_der("CN=Else"), other}) == row.expected);
}

TEST_CASE("an exact match in a list comes before one that differs in encoding", "[names]")
{
    const Octets name = pki::name_der("Lab Root");
    const std::vector names{pki::name_der("Lab Root", V_ASN1_PRINTABLESTRING), Octets{0x30}, name};
    CHECK(find_name(name, names) == NameMatch::exact);
    CHECK(find_name(name, {}) == NameMatch::none);
    CHECK(find_name({}, std::vector<Octets>{name}) == NameMatch::none);
}

TEST_CASE("what is no name matches nothing, and says so", "[names]")
{
    const Octets name = pki::name_der("Lab Root");
    Octets longer = name;
    longer.push_back(0);
    const Octets shorter{name.begin(), name.end() - 1};
    for (const Octets &broken : {longer, shorter, Octets{}, Octets{0x30}, Octets(20, 0xff)}) {
        CHECK(match_name(name, broken) == NameMatch::none);
        CHECK(name_text(broken) == "(unreadable name)");
    }
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("names read as their owners write them", "[names]")
{
    struct Row {
        std::string der, text;
        int type = MBSTRING_UTF8;
    };
    const auto row = GENERATE(values<Row>({
        {"C=DE,O=Lab,OU=Test,CN=Lab Root", "CN=Lab Root, OU=Test, O=Lab, C=DE"},
        {"CN=Lab Root,O=Lab,C=DE", "CN=Lab Root, O=Lab, C=DE"}, // as some CAs encode it
        {"CN=M\xc3\xbcller", "CN=M\xc3\xbcller"},
        {"CN=M\xfcller", "CN=M\xc3\xbcller", V_ASN1_T61STRING},
        {"organizationIdentifier=VATDE-1,CN=x", "CN=x, organizationIdentifier=VATDE-1"},
        {"1.2.3.4=odd,CN=x", "CN=x, 1.2.3.4=odd"},
        {"", ""},
    }));
    CAPTURE(row.der);
    CHECK(name_text(pki::name_der(row.der, row.type)) == row.text);
}

TEST_CASE("host names", "[names]")
{
    struct Row {
        std::vector<std::string> sans;
        std::string common_name, host;
        bool matches;
        bool common_name_only = false;
    };
    const auto row = GENERATE(values<Row>({
        {{"host.example"}, "x", "host.example", true},
        {{"host.example"}, "x", "HOST.example", true},
        {{"host.example"}, "x", "host.example.", true}, // a trailing dot is not part of the name
        {{"host.example"}, "x", "other.example", false},
        {{"*.host.example"}, "x", "a.host.example", true},
        {{"*.host.example"}, "x", "a.b.host.example", false},
        {{"*.host.example"}, "x", "host.example", false},
        {{"ba*.host.example"}, "x", "bar.host.example", false}, // RFC 9525, 6.3: no partial wildcards
        {{"*r.host.example"}, "x", "bar.host.example", false},
        {{"other.example"}, "host.example", "host.example", false}, // with a DNS name, the common name does not count
        {{}, "host.example", "host.example", true, true},
        {{"IP:192.0.2.1"}, "host.example", "host.example", true, true},
        {{"IP:192.0.2.1"}, "x", "192.0.2.1", true},
        {{"IP:192.0.2.1"}, "x", "192.0.2.2", false},
        {{"IP:2001:db8::1"}, "x", "2001:db8::1", true},
        {{}, "192.0.2.1", "192.0.2.1", false},
        {{"a.host.example"}, "x", ".host.example", false}, // X509_check_host would match any host below
        {{"host.example"}, "x", "", false},
        {{"host.example"}, "x", ".", false},
        {{"host.example"}, "x", std::string{"host.example\0", 13}, false},
        {{"host.example"}, "x", std::string(256, 'a'), false},
    }));
    CAPTURE(row.sans, row.common_name, row.host);
    CertificateCache cache;
    const Certificate *leaf = cache.parse(pki::self_signed(row.common_name, {.sans = row.sans}).der);
    const HostMatch match = match_host(*leaf, row.host);
    CHECK(match.matches == row.matches);
    CHECK(match.common_name_only == row.common_name_only);
    CHECK(ERR_peek_error() == 0);
}
