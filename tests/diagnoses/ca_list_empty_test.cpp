// Tests the diagnosis ca_list_empty.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis ca_list_empty;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("ca_list_empty: an empty list, and lists that are not")
{
    struct Case {
        const char *name;
        Version version;
        std::optional<std::vector<Octets>> names;
        bool found;
    };
    const std::vector<Octets> none, one{pki::name_der("Lab Root")};
    const std::vector<Case> cases{
        {"empty", 0x0303, none, true},
        {"TLS 1.0", 0x0301, none, true},
        {"one name", 0x0303, one, false},
        {"an unreadable name", 0x0303, std::vector<Octets>{{0xff}}, false},
        {"TLS 1.3 without the extension, as it is meant to be", 0x0304, std::nullopt, false},
    };
    for (const Case &each : cases) {
        INFO(each.name);
        Conversation c = completed(each.version);
        with_request(c, each.names);
        CHECK(play(ca_list_empty, c).size() == (each.found ? 1u : 0u));
    }
}

TEST_CASE("ca_list_empty: no request, or one in which CAs do not count")
{
    Conversation nothing_asked = completed();
    CHECK(play(ca_list_empty, nothing_asked).empty());

    Conversation webrtc = completed();
    webrtc.client_hello.what.extensions = {14}; // use_srtp
    with_request(webrtc, std::vector<Octets>{});
    CHECK(play(ca_list_empty, webrtc).empty());
}

TEST_CASE("ca_list_empty: a note is never the cause")
{
    Conversation c = failed_by(Side::server, "handshake_failure");
    with_request(c, std::vector<Octets>{});
    CHECK(fit(ca_list_empty, c) == Fit::none);
}
