// Tests the diagnosis ca_list_unencodable.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis ca_list_unencodable;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

// ServerHello, Certificate and ServerKeyExchange, and then internal_error.
static Conversation failed12(std::string_view alert = "internal_error", Side by = Side::server)
{
    Conversation c = answered();
    c.server_hello.what.cipher_suite = 0xc02f; // ECDHE
    with_chain(c, Side::server, {pki::self_signed("host.example")});
    c.server_key_exchange = seen(frames::server_key_exchange, ServerKeyExchange{});
    end(c, by, EndReason::alert, alert);
    c.server_hello_done = c.client_key_exchange = {};
    return c;
}

static Conversation failed13(std::initializer_list<std::uint32_t> records)
{
    Conversation c = answered(0x0304);
    for (const std::uint32_t length : records)
        c.encrypted_records.push_back({at(frames::server_hello), Side::server, ContentType::application_data, length});
    end(c, Side::client, EndReason::closed);
    return c;
}

TEST_CASE("ca_list_unencodable: internal_error in place of the CertificateRequest")
{
    Conversation c = failed12();
    const Findings found = play(ca_list_unencodable, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "any other fault inside the server is possible too"));
    CHECK(ca_list_unencodable.explains(c, found[0]) == Fit::possible);
}

TEST_CASE("ca_list_unencodable: in TLS 1.3 by the sizes of the records")
{
    const auto found = [](std::initializer_list<std::uint32_t> records) {
        Conversation c = failed13(records);
        return play(ca_list_unencodable, c).size();
    };
    CHECK(found({23, 19}) == 1);
    CHECK(found({23}) == 0);
    CHECK(found({23, 85}) == 0);
    CHECK(found({19, 19}) == 0);
    CHECK(found({23, 900, 19}) == 0);
    CHECK(found({23, 19, 900}) == 0);
}

TEST_CASE("ca_list_unencodable: near misses")
{
    Conversation other_alert = failed12("handshake_failure");
    CHECK(play(ca_list_unencodable, other_alert).empty());

    Conversation of_client = failed12("internal_error", Side::client);
    CHECK(play(ca_list_unencodable, of_client).empty());

    Conversation no_key = failed12(); // fails where it has to sign
    no_key.server_key_exchange = {};
    CHECK(play(ca_list_unencodable, no_key).empty());

    Conversation later = failed12();
    later.client_key_exchange = at(frames::client_key_exchange);
    CHECK(play(ca_list_unencodable, later).empty());

    Conversation asked = failed12();
    with_request(asked, std::vector<Octets>{});
    CHECK(play(ca_list_unencodable, asked).empty());

    Conversation at_once = hello();
    end(at_once, Side::server, EndReason::alert, "internal_error");
    CHECK(play(ca_list_unencodable, at_once).empty());
}

TEST_CASE("ca_list_unencodable: near misses of TLS 1.2's place, one thing each")
{
    const std::vector<std::pair<const char *, void (*)(Conversation &)>> changes{
        {"the server was done", [](Conversation &c) { c.server_hello_done = at(frames::server_hello_done); }},
        {"the client answered", [](Conversation &c) { with_chain(c, Side::client, {}); }},
        {"no certificate came before", [](Conversation &c) { c.chain[Side::server] = {}; }},
        {"no ServerHello is seen", [](Conversation &c) { c.server_hello = {}; }},
        {"resumed", [](Conversation &c) { c.resumed = true; }},
        {"TLS 1.3, decrypted", [](Conversation &c) { c.server_hello.what.version = 0x0304; }},
    };
    for (const auto &[name, change] : changes) {
        INFO(name);
        Conversation c = failed12();
        change(c);
        CHECK(play(ca_list_unencodable, c).empty());
    }
    Conversation without_exchange = failed12(); // RSA: nothing is due between Certificate and CertificateRequest
    without_exchange.server_hello.what.cipher_suite = 0x009c;
    without_exchange.server_key_exchange = {};
    CHECK(play(ca_list_unencodable, without_exchange).size() == 1);
}

TEST_CASE("ca_list_unencodable: near misses of TLS 1.3's sizes, one thing each")
{
    const std::vector<std::pair<const char *, void (*)(Conversation &)>> changes{
        {"TLS 1.2", [](Conversation &c) { c.server_hello.what.version = 0x0303; }},
        {"resumed", [](Conversation &c) { c.resumed = true; }},
        {"its certificate can be read", [](Conversation &c) { with_chain(c, Side::server, {}); }},
        {"its request can be read", [](Conversation &c) { with_request(c, std::nullopt); }},
        {"bytes are missing", [](Conversation &c) { c.gaps.bytes_missing[Side::server] = 1; }},
        {"silence", [](Conversation &c) { c.ending.reason = EndReason::silence; }},
        {"the client answered the whole flight, in one record",
         [](Conversation &c) { c.record_sizes.client_certificate_at = at(13); }},
    };
    for (const auto &[name, change] : changes) {
        INFO(name);
        Conversation c = failed13({23, 19});
        change(c);
        CHECK(play(ca_list_unencodable, c).empty());
    }
    Conversation reset = failed13({23, 19});
    reset.ending.reason = EndReason::reset;
    CHECK(play(ca_list_unencodable, reset).size() == 1);
    Conversation said = failed13({23, 19}); // QUIC's CONNECTION_CLOSE
    end(said, Side::server, EndReason::alert, "internal_error");
    CHECK(has(play(ca_list_unencodable, said).at(0).detail, "internal_error where"));
}
