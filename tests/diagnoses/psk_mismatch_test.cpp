// Tests the diagnosis psk_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis psk_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation offered(bool external)
{
    Conversation c = hello();
    c.client_hello.what.pre_shared_key = true;
    c.client_hello.what.external_psk = external;
    return c;
}

static Conversation psk_suite(std::uint16_t suite = 0x00a8, Version version = 0x0303) // TLS_PSK_WITH_AES_128_GCM_SHA256
{
    Conversation c = answered(version);
    c.server_hello.what.cipher_suite = suite;
    return c;
}

TEST_CASE("psk_mismatch: in the ClientHello of TLS 1.3")
{
    struct Case {
        const char *story;
        bool external;
        const char *alert;
        Fit fit;
    };
    const Case cases[] = {
        {"OpenSSL: the binder does not verify", true, "illegal_parameter", Fit::good},
        {"others", true, "decrypt_error", Fit::good},
        {"the identity is not known", true, "unknown_psk_identity", Fit::exact},
        {"not known, and the server has no certificate", true, "handshake_failure", Fit::possible},
        {"another fault", true, "protocol_version", Fit::none},
        {"a ticket", false, "illegal_parameter", Fit::none},
        {"a ticket, and no suite", false, "handshake_failure", Fit::none},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        Conversation c = offered(one.external);
        end(c, Side::server, EndReason::alert, one.alert);
        CHECK(fit(psk_mismatch, c) == one.fit);
    }
    Conversation closed = offered(true);
    end(closed, Side::server, EndReason::closed);
    CHECK(play(psk_mismatch, closed).empty());
}

TEST_CASE("psk_mismatch: in the Finished, up to TLS 1.2")
{
    Conversation c = psk_suite();
    end(c, Side::server, EndReason::alert, "bad_record_mac");
    c.finished[Side::server] = {};
    const Findings found = play(psk_mismatch, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(has(found[0].detail, "TLS_PSK_WITH_AES_128_GCM_SHA256"));
    CHECK(psk_mismatch.explains(c, found[0]) == Fit::good);

    Conversation no_psk = psk_suite(0xc02f); // damaged on its way
    end(no_psk, Side::server, EndReason::alert, "bad_record_mac");
    CHECK(play(psk_mismatch, no_psk).empty());
    Conversation before = psk_suite(); // the key was not used yet
    end(before, Side::client, EndReason::alert, "decrypt_error");
    CHECK(play(psk_mismatch, before).empty());
}

TEST_CASE("psk_mismatch: DTLS repeats its last flights")
{
    const auto stalled = [](std::uint32_t client, std::uint32_t server, Transport transport = Transport::dtls) {
        Conversation c = psk_suite(0x00a8, 0xfefd);
        c.transport = transport;
        client_flight(c);
        c.retransmissions = {{client, server}};
        end(c, Side::server, EndReason::silence);
        return fit(psk_mismatch, c);
    };
    CHECK(stalled(3, 3) == Fit::good);
    CHECK(stalled(3, 0) == Fit::none); // the way back, or the server, is gone
    CHECK(stalled(0, 0) == Fit::none);
    CHECK(stalled(3, 3, Transport::tcp) == Fit::none);
}
