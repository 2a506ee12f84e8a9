// Tests the diagnosis ech_rejected.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis ech_rejected, hostname_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

// The server's flight can be read, and the certificate is for the name in the clear.
Conversation refused(const char *alert, bool retry, Version version = 0x0304)
{
    Conversation c = failed_by(Side::client, alert, version);
    c.client_hello.what.encrypted_client_hello = true;
    if (version == 0x0304) {
        c.decrypted = true;
        c.encrypted_extensions = seen(frames::server_hello, EncryptedExtensions{});
        c.encrypted_extensions.what.encrypted_client_hello = retry;
    }
    const auto root = pki::make_ca("Lab Root");
    with_chain(c, Side::server, {pki::issue(root, "host.example", {.sans = {"host.example"}})});
    return c;
}

} // namespace

TEST_CASE("ech_rejected: the client says so")
{
    for (const bool retry : {true, false}) {
        Conversation c = refused("ech_required", retry);
        const Findings found = play(ech_rejected, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::proven);
        CHECK(ech_rejected.explains(c, found[0]) == Fit::exact);
        CHECK(has(found[0].detail, retry ? "it sent retry configurations" : "it sent no retry configurations"));
        CHECK(has(found[0].detail, "for host.example"));
    }
    Conversation older = refused("ech_required", false, 0x0303);
    CHECK(has(play(ech_rejected, older).at(0).detail, "it chose TLS 1.2, which has no ECH"));
    Conversation unread = refused("ech_required", false);
    unread.encrypted_extensions = {};
    CHECK(has(play(ech_rejected, unread).at(0).detail, "cannot be read"));
}

TEST_CASE("ech_rejected: a guess where the server sent retry configurations and the client refuses otherwise")
{
    Conversation c = refused("bad_certificate", true);
    const Findings found = play(ech_rejected, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(ech_rejected.explains(c, found[0]) == Fit::possible);
    CHECK(has(found[0].detail, "GREASE"));
}

TEST_CASE("ech_rejected: what may be GREASE, or is no refusal of it")
{
    Conversation no_retry = refused("bad_certificate", false);
    CHECK(play(ech_rejected, no_retry).empty());
    Conversation other_alert = refused("handshake_failure", true);
    CHECK(play(ech_rejected, other_alert).empty());
    Conversation other_name = refused("bad_certificate", true);
    with_name(other_name, "other.example");
    REQUIRE(play(hostname_mismatch, other_name).size() == 1);
    CHECK(play(ech_rejected, other_name).empty());
    Conversation not_offered = refused("ech_required", true);
    not_offered.client_hello.what.encrypted_client_hello = false;
    CHECK(play(ech_rejected, not_offered).empty());
    Conversation by_server = answered(0x0304);
    by_server.client_hello.what.encrypted_client_hello = true;
    end(by_server, Side::server, EndReason::alert, "ech_required");
    CHECK(play(ech_rejected, by_server).empty());
    Conversation content = completed(0x0304);
    content.client_hello.what.encrypted_client_hello = true;
    CHECK(play(ech_rejected, content).empty());
}
