// Tests what record sizes reveal in TLS 1.3 and, above all, where they reveal nothing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/record_sizes.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using builders::at;

namespace {

struct Record {
    Side by;
    std::uint32_t length;
};
constexpr Side S = Side::server, C = Side::client;

// Each record has its own frame, starting with frame 10.
Conversation with_records(const std::vector<Record> &records, CipherSuite suite = 0x1301)
{
    Conversation c = builders::answered(0x0304);
    c.server_hello.what.cipher_suite = suite;
    std::uint32_t frame = 10;
    for (const Record &record : records)
        c.encrypted_records.push_back({at(frame++), record.by, ContentType::application_data, record.length});
    return c;
}

const std::vector<Record> openssl_asks = {{S, 23}, {S, 221}, {S, 1890}, {S, 281}, {S, 53}};
const std::vector<Record> openssl_does_not_ask = {{S, 23}, {S, 1890}, {S, 281}, {S, 53}};

std::vector<Record> after(std::vector<Record> first, const std::vector<Record> &then)
{
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

} // namespace

TEST_CASE("sizes: a request has its place before the big Certificate")
{
    struct Case {
        const char *story;
        std::vector<Record> flight;
        CipherSuite suite;
        std::uint32_t request; // frame, 0: none
        ClientAuth auth;
    };
    const std::vector<Case> cases = {
        {"OpenSSL asks", openssl_asks, 0x1301, 11, ClientAuth::unknown},
        {"OpenSSL does not", openssl_does_not_ask, 0x1301, 0, ClientAuth::none},
        {"SHA-384", {{S, 23}, {S, 85}, {S, 900}, {S, 96}, {S, 69}}, 0x1302, 11, ClientAuth::unknown},
        {"CCM_8's tag is shorter", {{S, 15}, {S, 77}, {S, 900}, {S, 88}, {S, 45}}, 0x1305, 11, ClientAuth::unknown},
        {"JSSE pads", {{S, 65}, {S, 129}, {S, 906}, {S, 297}, {S, 69}}, 0x1301, 11, ClientAuth::unknown},
        {"an early draft of TLS 1.3", {{S, 32}, {S, 85}, {S, 397}, {S, 97}, {S, 53}}, 0xcca9, 11, ClientAuth::unknown},
        {"a list over three records",
         {{S, 23}, {S, 16401}, {S, 16401}, {S, 836}, {S, 1890}, {S, 281}, {S, 53}},
         0x1301,
         11,
         ClientAuth::unknown},
        {"Go's tickets follow the Finished", after(openssl_does_not_ask, {{S, 147}}), 0x1301, 0, ClientAuth::none},
        {"more than five messages", after(openssl_asks, {{S, 300}, {S, 53}}), 0x1301, 11, ClientAuth::unknown},
        {"six before the Finished",
         {{S, 23}, {S, 221}, {S, 1890}, {S, 281}, {S, 99}, {S, 53}},
         0x1301,
         0,
         ClientAuth::unknown},
        {"the flight is not whole", {{S, 23}, {S, 221}, {S, 1890}, {S, 281}}, 0x1301, 0, ClientAuth::unknown},
        {"NSS packs it into one record", {{S, 2100}}, 0x1301, 0, ClientAuth::unknown},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        const RecordSizes reading = read_record_sizes(with_records(one.flight, one.suite));
        CHECK(reading.possible);
        CHECK(reading.request.frame == one.request);
        CHECK(reading.client_certificate == one.auth);
        CHECK_FALSE(reading.client_finished);
    }
}

TEST_CASE("sizes: the client's flight")
{
    struct Case {
        const char *story;
        std::vector<Record> records;
        CipherSuite suite;
        ClientAuth auth;
        std::uint32_t finished, alert;
    };
    const std::vector<Case> cases = {
        {"Finished alone", after(openssl_does_not_ask, {{C, 53}}), 0x1301, ClientAuth::none, 14, 0},
        {"empty, Finished", after(openssl_asks, {{C, 25}, {C, 53}}), 0x1301, ClientAuth::empty, 16, 0},
        {"empty, and no Finished yet", after(openssl_asks, {{C, 25}}), 0x1301, ClientAuth::empty, 0, 0},
        {"JSSE's padded ones", after(openssl_asks, {{C, 41}, {C, 69}}), 0x1301, ClientAuth::empty, 16, 0},
        {"SHA-384", {{S, 2100}, {C, 25}, {C, 69}}, 0x1302, ClientAuth::empty, 12, 0},
        {"NSS packs", {{S, 2100}, {C, 61}}, 0x1301, ClientAuth::empty, 11, 0},
        {"NSS packs, SHA-384", {{S, 2100}, {C, 77}}, 0x1302, ClientAuth::empty, 11, 0},
        {"sent", after(openssl_asks, {{C, 923}, {C, 281}, {C, 53}}), 0x1301, ClientAuth::sent, 17, 0},
        {"sent, not yet whole", after(openssl_asks, {{C, 923}, {C, 281}}), 0x1301, ClientAuth::sent, 0, 0},
        {"sent in one record, and answered", {{S, 2100}, {C, 1250}, {S, 19}}, 0x1301, ClientAuth::sent, 11, 0},
        {"sent in one record, no answer", {{S, 2100}, {C, 1250}}, 0x1301, ClientAuth::sent, 0, 0},
        {"the smallest certificate", after(openssl_asks, {{C, 217}}), 0x1301, ClientAuth::sent, 0, 0},
        {"it refused the flight", after(openssl_does_not_ask, {{C, 19}}), 0x1301, ClientAuth::none, 0, 14},
        {"JSSE refused it", after(openssl_asks, {{C, 35}}), 0x1301, ClientAuth::unknown, 0, 15},
        {"CCM_8 refused it", {{S, 2100}, {C, 11}}, 0x1305, ClientAuth::unknown, 0, 11},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        const RecordSizes reading = read_record_sizes(with_records(one.records, one.suite));
        CHECK(reading.possible);
        CHECK(reading.client_certificate == one.auth);
        CHECK(reading.client_finished.frame == one.finished);
        CHECK(reading.client_alert.frame == one.alert);
    }
}

TEST_CASE("sizes: the server's answer")
{
    const std::vector<Record> sent = after(openssl_asks, {{C, 923}, {C, 281}, {C, 53}}); // up to frame 17
    struct Case {
        const char *story;
        std::vector<Record> then;
        std::uint32_t alert, data;
    };
    const std::vector<Case> cases = {
        {"refused", {{S, 19}}, 18, 0},
        {"refused by JSSE", {{S, 35}}, 18, 0},
        {"refused while the client already sent data", {{C, 99}, {S, 19}}, 19, 0},
        {"a ticket", {{S, 250}}, 0, 18},
        {"a ticket, then close_notify", {{S, 250}, {S, 19}}, 0, 18},
        {"two bytes of data, then more", {{S, 19}, {S, 300}}, 0, 19},
        {"an alert, then close_notify", {{S, 19}, {S, 19}}, 18, 0},
        {"close_notify in return for the client's", {{C, 19}, {S, 19}}, 0, 0},
        {"18 bytes of data, of a client that does not pad", {{C, 35}, {S, 19}}, 19, 0},
        {"key update is no alert", {{S, 22}}, 0, 18},
        {"nothing", {}, 0, 0},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        const RecordSizes reading = read_record_sizes(with_records(after(sent, one.then)));
        CHECK(reading.server_alert.frame == one.alert);
        CHECK(reading.server_data.frame == one.data);
    }
    Conversation c = with_records(after(sent, {{S, 19}}));
    c.fin[Side::client] = at(17);
    CHECK_FALSE(read_record_sizes(c).server_alert);
    for (const std::uint32_t not_before : std::initializer_list<std::uint32_t>{18, 19}) {
        c.fin[Side::client] = at(not_before);
        CHECK(read_record_sizes(c).server_alert);
    }
}

TEST_CASE("sizes: where they tell nothing")
{
    const std::vector<Record> refused = after(openssl_asks, {{C, 25}, {C, 53}, {S, 19}});
    const auto changed = [&](auto &&change) {
        Conversation c = with_records(refused);
        change(c);
        return c;
    };
    CHECK(read_record_sizes(with_records(refused)).possible);
    const std::vector<std::pair<const char *, Conversation>> cases = {
        {"TLS 1.2", changed([](Conversation &c) { c.server_hello.what.version = 0x0303; })},
        {"no ServerHello", changed([](Conversation &c) { c.server_hello = {}; })},
        {"no ClientHello", changed([](Conversation &c) { c.client_hello = {}; })},
        {"early data", changed([](Conversation &c) { c.client_hello.what.early_data = true; })},
        {"decrypted", changed([](Conversation &c) { c.decrypted = true; })},
        {"bytes missing", changed([](Conversation &c) { c.gaps.bytes_missing[Side::server] = 1; })},
        {"an unknown suite", changed([](Conversation &c) { c.server_hello.what.cipher_suite = 0x00c6; })},
        {"padded to one size", with_records({{S, 528}, {S, 2064}, {S, 528}, {S, 528}, {C, 150}, {S, 150}})},
        {"packets are cut short", changed([](Conversation &c) { c.gaps.truncated = true; })},
        {"not all records were kept", changed([](Conversation &c) {
             c.encrypted_records.resize(max_encrypted_records, c.encrypted_records.front());
         })},
        {"what is smaller than any certificate", with_records(after(openssl_asks, {{C, 216}, {C, 53}}))},
        {"an empty certificate that nobody asked for", with_records(after(openssl_does_not_ask, {{C, 25}, {C, 53}}))},
        {"the same, packed", with_records(after(openssl_does_not_ask, {{C, 61}}))},
        {"a certificate that nobody asked for", with_records(after(openssl_does_not_ask, {{C, 923}, {S, 19}}))},
    };
    for (const auto &[story, c] : cases) {
        INFO(story);
        const RecordSizes reading = read_record_sizes(c);
        CHECK_FALSE(reading.possible);
        CHECK(reading.client_certificate == ClientAuth::unknown);
        CHECK_FALSE(reading.client_finished);
        CHECK_FALSE(reading.server_alert);
        CHECK_FALSE(reading.server_data);
    }
}

TEST_CASE("sizes: with a pre-shared key nobody shows a certificate")
{
    Conversation c = with_records({{S, 23}, {S, 53}});
    c.server_hello.what.pre_shared_key = true;
    CHECK(read_record_sizes(c).client_certificate == ClientAuth::none);
    Conversation like_a_request = with_records(openssl_asks);
    like_a_request.server_hello.what.pre_shared_key = true;
    CHECK_FALSE(read_record_sizes(like_a_request).request);
}
