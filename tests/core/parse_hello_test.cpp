// Tests the parsers of ClientHello, ServerHello and their extensions.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using namespace tlsdiag::bytes;

static Message parse_client(const ClientHelloFields &fields, const ParseContext &context = {})
{
    return parse_message(1, client_hello_body(fields), context);
}

static Message parse_server(const ServerHelloFields &fields, const ParseContext &context = {})
{
    return parse_message(2, server_hello_body(fields), context);
}

static bool is_malformed(const Message &message)
{
    const auto *opaque = std::get_if<OpaqueMessage>(&message);
    return opaque != nullptr && opaque->malformed;
}

TEST_CASE("a ClientHello of today", "[parse]")
{
    ClientHelloFields fields = tls13_client("www.example");
    fields.cipher_suites = {0x2a2a, 0x1301, 0xc02f, 0x00ff, 0x5600};
    fields.extensions = {{
        extension(0x3a3a),
        sni_extension("www.example"),
        extension(ExtensionType::extended_master_secret),
        extension(ExtensionType::renegotiation_info, u8(0)),
        supported_groups_extension({0x4a4a, 0x11ec, 0x001d}),
        extension(ExtensionType::session_ticket, filled(192)),
        alpn_extension({"\x0a\x0a", "h2", "http/1.1"}),
        extension(ExtensionType::status_request, from_hex("0100000000")),
        signature_algorithms_extension({0x0403, 0x0804}),
        extension(ExtensionType::signature_algorithms_cert, vector16(u16_list({0x0401}))),
        key_share_extension({0x4a4a, 0x001d}),
        supported_versions_extension({0x5a5a, 0x0304, 0x0303}),
        certificate_authorities_extension({name("a"), name("bc")}),
        extension(ExtensionType::early_data),
        extension(ExtensionType::encrypted_client_hello, filled(100)),
        extension(0x1234, filled(3)),
        extension(ExtensionType::pre_shared_key, cat(vector16(cat(vector16(filled(50)), u32(0x1234))), filled(35))),
    }};
    const Octets body = client_hello_body(fields);
    const auto hello = std::get<ClientHello>(parse_message(1, body, {}));

    CHECK(hello.legacy_version == 0x0303);
    CHECK(hello.random == filled(32, 0x11));
    CHECK(hello.session_id == filled(32, 0x22));
    CHECK(hello.cipher_suites == std::vector<CipherSuite>{0x1301, 0xc02f, 0x00ff, 0x5600});
    CHECK(hello.compression_methods == Octets{0});
    CHECK(hello.extensions.size() == 16);
    CHECK(hello.extensions.front() == 0);
    CHECK(hello.broken_extensions.empty());
    CHECK(hello.sni == "www.example");
    CHECK(hello.supported_versions == std::vector<Version>{0x0304, 0x0303});
    CHECK(hello.groups == std::vector<Group>{0x11ec, 0x001d});
    CHECK(hello.key_shares == std::vector<Group>{0x001d});
    CHECK(hello.signature_algorithms == std::vector<SignatureScheme>{0x0403, 0x0804});
    CHECK(hello.signature_algorithms_cert == std::vector<SignatureScheme>{0x0401});
    CHECK(hello.alpn == std::vector<std::string>{"h2", "http/1.1"});
    REQUIRE(hello.certificate_authorities);
    CHECK(hello.certificate_authorities->names == std::vector<Octets>{name("a"), name("bc")});
    CHECK(hello.certificate_authorities->bytes == name("a").size() + name("bc").size() + 4);
    CHECK(hello.size == body.size());
    CHECK(hello.session_ticket_size == 192);
    CHECK(hello.grease);
    CHECK(hello.status_request);
    CHECK(hello.session_ticket);
    CHECK(hello.pre_shared_key);
    CHECK_FALSE(hello.external_psk);
    CHECK(hello.early_data);
    CHECK(hello.extended_master_secret);
    CHECK(hello.renegotiation_info);
    CHECK_FALSE(hello.renegotiating);
    CHECK(hello.fallback_scsv);
    CHECK(hello.encrypted_client_hello);
    CHECK_FALSE(hello.sslv2);
    CHECK(hello.has(ExtensionType::key_share));
    CHECK_FALSE(hello.has(ExtensionType::cookie));
    CHECK(hello.highest_version() == 0x0304);
}

TEST_CASE("pre-shared keys: of a ticket, agreed on otherwise, and none", "[parse]")
{
    struct Case {
        const char *story;
        Octets identities;
        bool external, broken;
    };
    const Case cases[] = {
        {"a ticket, by its obfuscated age", vector16(cat(vector16(filled(200)), u32(0x89abcdef))), false, false},
        {"an identity that was agreed on", vector16(cat(vector16(text("Client_identity")), u32(0))), true, false},
        {"both", vector16(cat(vector16(filled(200)), u32(77), vector16(text("id")), u32(0))), true, false},
        {"no identity", vector16({}), false, true},
        {"nothing", {}, false, true},
        {"an identity without its age", vector16(vector16(text("id"))), false, true},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        const Octets content = one.identities.empty() ? Octets{} : cat(one.identities, vector16(filled(33)));
        const auto hello =
            std::get<ClientHello>(parse_client({.extensions = {{extension(ExtensionType::pre_shared_key, content)}}}));
        CHECK(hello.pre_shared_key);
        CHECK(hello.external_psk == one.external);
        CHECK(hello.broken_extensions.empty() != one.broken);
    }
}

TEST_CASE("a hello of an unknown version is not malformed, it is not known", "[parse]")
{
    for (const auto &[version, malformed] : {std::pair{std::uint16_t{0x0303}, true},
                                             {std::uint16_t{0x0305}, false},
                                             {std::uint16_t{0x7f12}, false},
                                             {std::uint16_t{0x7e01}, false}}) {
        INFO(version);
        const auto hello = std::get<OpaqueMessage>(parse_message(2, cat(u16(version), filled(10)), {}));
        CHECK(hello.malformed == malformed);
    }
    CHECK_FALSE(std::get<OpaqueMessage>(parse_message(13, filled(3), {.version = 0x0399})).malformed);
}

TEST_CASE("a ClientHello without extensions", "[parse]")
{
    const auto hello = std::get<ClientHello>(parse_client({.version = 0x0301, .extensions = std::nullopt}));
    CHECK(hello.legacy_version == 0x0301);
    CHECK(hello.extensions.empty());
    CHECK_FALSE(hello.sni);
    CHECK_FALSE(hello.grease);
    CHECK_FALSE(hello.renegotiation_info);
    CHECK(hello.highest_version() == 0x0301);
}

TEST_CASE("the signalling suite and a renegotiation's own data", "[parse]")
{
    const auto scsv = std::get<ClientHello>(parse_client({.cipher_suites = {0x002f, 0x00ff}}));
    CHECK(scsv.renegotiation_info);
    CHECK_FALSE(scsv.renegotiating);
    const auto again = std::get<ClientHello>(
        parse_client({.extensions = {{extension(ExtensionType::renegotiation_info, vector8(filled(12)))}}}));
    CHECK(again.renegotiating);
}

TEST_CASE("the best version that a client offers", "[parse]")
{
    struct Case {
        Version legacy;
        std::vector<Version> offered;
        Version best;
    };
    const Case cases[] = {
        {0x0303, {}, 0x0303},
        {0x0303, {0x0303, 0x0304}, 0x0304},
        {0x0303, {0x7f1c, 0x0303}, 0x0303},
        {0x0303, {0x7f17, 0x7f1c}, 0x7f1c},
        {0x0303, {0x0302, 0x0301}, 0x0302}, // legacy_version has no meaning beside the extension
        {0x0303, {0x1234}, 0x0303},
        {0xfefd, {0xfeff, 0xfefc, 0xfefd}, 0xfefc},
    };
    for (const Case &each : cases) {
        ClientHello hello;
        hello.legacy_version = each.legacy;
        hello.supported_versions = each.offered;
        CHECK(hello.highest_version() == each.best);
    }
}

TEST_CASE("a ClientHello of DTLS has a cookie", "[parse]")
{
    const ClientHelloFields fields{
        .version = 0xfefd, .cookie = filled(20, 0xcc), .extensions = {{sni_extension("host.example")}}};
    for (const bool told : {true, false}) { // its version indicates it too
        const auto hello = std::get<ClientHello>(parse_client(fields, {.dtls = told}));
        CHECK(hello.cookie == filled(20, 0xcc));
        CHECK(hello.cipher_suites.size() == 3);
        CHECK(hello.sni == "host.example");
    }
    const auto request = parse_message(3, cat(u16(0xfeff), vector8(filled(20, 0xcc))), {.dtls = true});
    CHECK(std::get<HelloVerifyRequest>(request).cookie == filled(20, 0xcc));
    CHECK(is_malformed(parse_message(3, cat(u16(0xfeff), u8(21), filled(20)), {.dtls = true})));
}

TEST_CASE("key shares of the drafts have another number", "[parse]")
{
    const Octets shares = vector16(cat(u16(0x001d), vector16(filled(32))));
    const auto client = std::get<ClientHello>(parse_client({.extensions = {{extension(40, shares)}}}));
    CHECK(client.key_shares == std::vector<Group>{0x001d});
}

TEST_CASE("an extension that breaks its own lengths costs only itself", "[parse]")
{
    struct Case {
        const char *what;
        Octets extension;
    };
    const Case cases[] = {
        {"server_name", extension(ExtensionType::server_name, from_hex("0009 00 0006 686f7374"))},
        {"supported_groups", extension(ExtensionType::supported_groups, from_hex("0003 001d00"))},
        {"supported_versions", extension(ExtensionType::supported_versions, from_hex("04 0304"))},
        {"alpn", extension(ExtensionType::alpn, from_hex("0003 05 6832"))},
        {"key_share", extension(ExtensionType::key_share, from_hex("0006 001d 0020 0000"))},
        {"certificate_authorities", extension(ExtensionType::certificate_authorities, from_hex("0003 0005 30"))},
        {"renegotiation_info", extension(ExtensionType::renegotiation_info, from_hex("0c 00"))},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        const auto hello = std::get<ClientHello>(
            parse_client({.extensions = {{each.extension, extension(ExtensionType::extended_master_secret)}}}));
        REQUIRE(hello.broken_extensions.size() == 1);
        CHECK(hello.broken_extensions[0] == hello.extensions[0]);
        CHECK(hello.extended_master_secret);
        CHECK_FALSE(hello.sni);
        CHECK(hello.groups.empty());
        CHECK(hello.key_shares.empty());
        CHECK_FALSE(hello.certificate_authorities);
    }
}

TEST_CASE("a ClientHello cut anywhere is malformed, but where it may end", "[parse]")
{
    const Octets body = client_hello_body(tls13_client());
    const Octets without = client_hello_body({.session_id = filled(32, 0x22),
                                              .cipher_suites = {0x1301, 0x1302, 0x1303, 0xc02f, 0xc030},
                                              .extensions = std::nullopt});
    for (std::size_t size = 0; size < body.size(); ++size) {
        INFO(size);
        const Message message = parse_message(1, Bytes{body}.first(size), {});
        CHECK(is_malformed(message) == (size != without.size()));
    }
}

TEST_CASE("bytes after a ClientHello: forbidden from TLS 1.2 on", "[parse]")
{
    for (const Version version : std::vector<Version>{0x0301, 0x0302, 0x0303}) {
        const Octets body =
            cat(client_hello_body({.version = version, .extensions = std::nullopt}), from_hex("010203"));
        CHECK(is_malformed(parse_message(1, body, {})) == (version == 0x0303));
    }
}

TEST_CASE("a ServerHello of TLS 1.2", "[parse]")
{
    const auto hello = std::get<ServerHello>(parse_server({.extensions = {{
                                                               extension(ExtensionType::renegotiation_info, u8(0)),
                                                               extension(ExtensionType::server_name),
                                                               extension(ExtensionType::extended_master_secret),
                                                               extension(ExtensionType::session_ticket),
                                                               extension(ExtensionType::status_request),
                                                               alpn_extension({"h2"}),
                                                           }}}));
    CHECK(hello.version == 0x0303);
    CHECK(hello.legacy_version == 0x0303);
    CHECK(hello.random == filled(32, 0x33));
    CHECK(hello.session_id == filled(32, 0x22));
    CHECK(hello.cipher_suite == 0xc02f);
    CHECK(hello.extensions.size() == 6);
    CHECK(hello.renegotiation_info);
    CHECK(hello.sni);
    CHECK(hello.extended_master_secret);
    CHECK(hello.session_ticket);
    CHECK(hello.status_request);
    CHECK(hello.alpn == "h2");
    CHECK_FALSE(hello.hello_retry_request);
    CHECK_FALSE(hello.group);
    CHECK_FALSE(hello.pre_shared_key);
}

TEST_CASE("a ServerHello of TLS 1.3", "[parse]")
{
    const auto hello = std::get<ServerHello>(parse_server(tls13_server()));
    CHECK(hello.legacy_version == 0x0303);
    CHECK(hello.version == 0x0304);
    CHECK(hello.group == Group{0x001d});
    CHECK(hello.has(ExtensionType::supported_versions));
    CHECK_FALSE(hello.hello_retry_request);
}

TEST_CASE("a HelloRetryRequest asks for a group", "[parse]")
{
    const auto hello = std::get<ServerHello>(parse_server(hello_retry_request(0x0018)));
    CHECK(hello.hello_retry_request);
    CHECK(hello.version == 0x0304);
    CHECK(hello.group == Group{0x0018});
}

TEST_CASE("the drafts' ServerHello and HelloRetryRequest", "[parse]")
{
    const Octets share = extension(40, cat(u16(0x001d), vector16(filled(32))));
    const Octets draft18 = cat(u16(0x7f12), filled(32, 0x33), u16(0x1301), vector16(share));
    const auto hello = std::get<ServerHello>(parse_message(2, draft18, {}));
    CHECK(hello.version == 0x7f12);
    CHECK(hello.cipher_suite == 0x1301);
    CHECK(hello.group == Group{0x001d});
    CHECK(hello.session_id.empty());

    const auto draft23 = std::get<ServerHello>(parse_server(
        {.cipher_suite = 0x1302, .extensions = {{extension(ExtensionType::supported_versions, u16(0x7f17)), share}}}));
    CHECK(draft23.legacy_version == 0x0303);
    CHECK(draft23.version == 0x7f17);

    const Octets group = vector16(extension(40, u16(0x0017)));
    const auto retry18 = std::get<ServerHello>(parse_message(6, cat(u16(0x7f12), group), {}));
    CHECK(retry18.hello_retry_request);
    CHECK(retry18.group == Group{0x0017});
    const auto retry19 = std::get<ServerHello>(parse_message(6, cat(u16(0x7f13), u16(0x1301), group), {}));
    CHECK(retry19.cipher_suite == 0x1301);
    CHECK(retry19.group == Group{0x0017});
}

TEST_CASE("a ServerHello that breaks its lengths", "[parse]")
{
    const Octets body = server_hello_body(tls13_server());
    const std::size_t without_extensions = 2 + 32 + 1 + 32 + 2 + 1;
    for (std::size_t size = 0; size < body.size(); ++size) {
        INFO(size);
        CHECK(is_malformed(parse_message(2, Bytes{body}.first(size), {})) == (size != without_extensions));
    }
    CHECK(is_malformed(parse_message(2, cat(body, u8(0)), {})));
    const auto tls10 = std::get<ServerHello>(parse_server({.version = 0x0301, .extensions = std::nullopt}));
    CHECK(tls10.version == 0x0301);
}

TEST_CASE("EncryptedExtensions", "[parse]")
{
    const Octets body = encrypted_extensions_body({alpn_extension({"h2"}), extension(ExtensionType::early_data),
                                                   extension(ExtensionType::server_name), extension(0x0a0b)});
    const auto message = std::get<EncryptedExtensions>(parse_message(8, body, {.tls13 = true}));
    CHECK(message.extensions == std::vector<std::uint16_t>{16, 42, 0, 0x0a0b});
    CHECK(message.alpn == "h2");
    CHECK(message.early_data);
    CHECK(message.sni);
    CHECK(is_malformed(parse_message(8, cat(body, u8(0)), {.tls13 = true})));
    CHECK(is_malformed(parse_message(8, {}, {.tls13 = true})));
}

TEST_CASE("an SSLv2-format ClientHello of a TLS client", "[parse]")
{
    const Octets specs = from_hex("010080 0700c0 000035 0000ff 005600");
    const Octets body = cat(u8(1), u16(0x0301), u16(specs.size()), u16(0), u16(16), specs, filled(16, 0xcc));
    const auto hello = std::get<ClientHello>(parse_sslv2(body));
    CHECK(hello.sslv2);
    CHECK(hello.highest_version() == 0x0301);
    CHECK(hello.cipher_suites == std::vector<CipherSuite>{0x0035, 0x00ff, 0x5600});
    CHECK(hello.sslv2_kinds == std::vector<std::uint32_t>{0x010080, 0x0700c0});
    CHECK(hello.random == cat(filled(16), filled(16, 0xcc)));
    CHECK(hello.renegotiation_info);
    CHECK(hello.fallback_scsv);
    CHECK(hello.size == body.size());
    for (std::size_t size = 1; size < body.size(); ++size)
        CHECK(is_malformed(parse_sslv2(Bytes{body}.first(size))));
    CHECK(is_malformed(parse_sslv2(cat(body, u8(0)))));
}

TEST_CASE("an SSLv2 ServerHello", "[parse]")
{
    const Octets der = filled(40, 0x30);
    const Octets body = cat(u8(4), u8(0), u8(1), u16(0x0002), u16(der.size()), u16(3), u16(16), der, from_hex("010080"),
                            filled(16, 0x11));
    const auto hello = std::get<ServerHello>(parse_sslv2(body));
    CHECK(hello.sslv2);
    CHECK(hello.version == 0x0002);
    CHECK(hello.sslv2_certificate == der);
    CHECK(hello.session_id == filled(16, 0x11));
    CHECK(is_malformed(parse_sslv2(Bytes{body}.first(body.size() - 1))));

    const Message error = parse_sslv2(from_hex("00 0001"));
    CHECK_FALSE(is_malformed(error));
    CHECK(std::get<OpaqueMessage>(error).type == 0);
    CHECK_FALSE(is_malformed(parse_sslv2({})));
}

TEST_CASE("what the numbers of versions mean", "[parse]")
{
    CHECK(is_grease(0x0a0a));
    CHECK(is_grease(0xfafa));
    CHECK_FALSE(is_grease(0x0a1a));
    CHECK_FALSE(is_grease(0x0b0b));
    CHECK(is_tls13(0x0304));
    CHECK(is_tls13(0x7f12));
    CHECK(is_tls13(0xfefc));
    CHECK_FALSE(is_tls13(0x0303));
    CHECK_FALSE(is_tls13(0xfefd));
    CHECK(is_known_version(0x0002));
    CHECK(is_known_version(0xfeff));
    CHECK_FALSE(is_known_version(0xfefe)); // never used
    CHECK_FALSE(is_known_version(0x0305));
    CHECK(comparable_version(0xfeff) == 0x0302);
    CHECK(comparable_version(0xfefd) == 0x0303);
    CHECK(comparable_version(0xfefc) == 0x0304);
    CHECK(comparable_version(0x7f17) == 0x0304);
    CHECK(comparable_version(0x0301) == 0x0301);
}
