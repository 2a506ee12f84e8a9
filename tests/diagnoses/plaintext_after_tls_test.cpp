// Tests the diagnosis plaintext_after_tls.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis plaintext_after_tls;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Findings said(Side side, const Octets &words, ContentType last = ContentType::application_data)
{
    Conversation c = completed();
    c.last_record[side] = {last, 0x0303, 40, true};
    c.plain_after[side] = seen(19, NotTls{words});
    return ask(plaintext_after_tls, c, {EventKind::plain_after_tls, side, at(19)});
}

TEST_CASE("plaintext_after_tls: the words are told")
{
    const Findings found = said(Side::server, bytes::text("421 Timeout.\r\n"));
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail, "the server sent SMTP or FTP where a TLS record was due: \"421 Timeout.\""));
    CHECK(said(Side::client, bytes::from_hex("30050201024200")).size() == 1); // LDAP: unbind
    CHECK(said(Side::server, bytes::cat(bytes::from_hex("16000002ff1304"), bytes::text("#08S01Bad"))).size() ==
          1); // MySQL
}

TEST_CASE("plaintext_after_tls: near misses")
{
    CHECK(said(Side::client, bytes::text("NOOP\r\n"), ContentType::alert).empty()); // after its close_notify
    CHECK(said(Side::client, bytes::from_hex("5e8046405a69")).empty());             // unknown bytes
}
