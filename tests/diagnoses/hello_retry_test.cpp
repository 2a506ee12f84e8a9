// Tests the diagnosis hello_retry.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis hello_retry;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation asked_again(std::optional<Group> group, bool cookie)
{
    Conversation c = hello();
    ServerHello retry;
    retry.version = 0x0304;
    retry.hello_retry_request = true;
    retry.group = group;
    if (cookie)
        retry.extensions.push_back(static_cast<std::uint16_t>(ExtensionType::cookie));
    c.hello_retry_request = seen(frames::server_hello, retry);
    return c;
}

static Findings retry(Conversation &c)
{
    return ask(hello_retry, c, {EventKind::server_hello, Side::server, c.hello_retry_request.at});
}

TEST_CASE("hello_retry: what is asked for")
{
    Conversation group = asked_again(0x0018, false);
    Findings found = retry(group);
    REQUIRE(found.size() == 1);
    CHECK(found[0].detail == "the server asks for group secp384r1; key shares in the ClientHello: x25519");
    group.client_hello.what.key_shares.clear();
    CHECK(has(retry(group).at(0).detail, "key shares in the ClientHello: none"));
    Conversation both = asked_again(0x0018, true);
    found = retry(both);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "secp384r1 and for its cookie back"));
    Conversation cookie = asked_again(std::nullopt, true);
    found = retry(cookie);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "the server asks for no group, only for its cookie back"));
}

TEST_CASE("hello_retry: a ServerHello is none")
{
    Conversation c = completed(0x0304);
    CHECK(play(hello_retry, c).empty());
}
