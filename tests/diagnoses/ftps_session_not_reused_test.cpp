// Tests the diagnosis ftps_session_not_reused.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis ftps_session_not_reused;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

// A world in which this client has an FTP control connection to this server.
World &with_control()
{
    static World world;
    Conversation control = completed(0x0303, world);
    control.server.port = 21;
    control.ftp_control = true;
    world.history.learn_ftp(control);
    return world;
}

// The server says goodbye right after the handshake.
Conversation data_connection(Version version = 0x0303, World &world = with_control())
{
    Conversation c = completed(version, world);
    c.client.port = 52546;
    c.server.port = 30015;
    c.decrypted = version == 0x0304;
    c.encrypted_records.push_back({at(21), Side::server, ContentType::alert, 26, true});
    c.fin[Side::server] = at(22);
    c.fin[Side::client] = at(23);
    c.last = at(24);
    return c;
}

} // namespace

TEST_CASE("ftps_session_not_reused: a full handshake, and the server closes without data")
{
    for (const Version version : std::initializer_list<Version>{0x0303, 0x0304}) {
        Conversation c = data_connection(version);
        const Findings found = play(ftps_session_not_reused, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == Party::client);
        CHECK(found[0].certainty == Certainty::guess);
        CHECK(has(found[0].detail, "control connection (frame 1)"));
    }
    Conversation reset = data_connection();
    reset.fin.both = {};
    reset.rst[Side::server] = at(22);
    CHECK(play(ftps_session_not_reused, reset).size() == 1);
}

TEST_CASE("ftps_session_not_reused: near misses")
{
    const auto silent = [](Conversation c) { return play(ftps_session_not_reused, c).empty(); };
    Conversation c = data_connection();
    c.resumed = true;
    CHECK(silent(c));
    c = data_connection();
    c.application_data[Side::server] = at(20);
    CHECK(silent(c));
    c = data_connection();
    c.application_data[Side::client] = at(20); // an upload
    CHECK(silent(c));
    c = data_connection();
    c.encrypted_records.insert(c.encrypted_records.begin(), {at(20), Side::client, ContentType::alert, 26, true});
    CHECK(silent(c)); // the client leaves first
    c = data_connection();
    c.fin[Side::client] = at(20);
    CHECK(silent(c));
    c = data_connection();
    c.ftp_control = true; // a control connection itself
    CHECK(silent(c));
    c = data_connection();
    c.server.address[3] = 77; // of another server
    CHECK(silent(c));
    c = data_connection();
    c.gaps.bytes_missing[Side::server] = 1;
    CHECK(silent(c));
    c = data_connection();
    c.fin.both = {}; // still open
    CHECK(silent(c));
    c = data_connection(0x0304);
    c.decrypted = false; // session tickets look like data
    CHECK(silent(c));
    c = data_connection(0x0304);
    c.encrypted_records.push_back({at(20), Side::server, ContentType::application_data, 900, false});
    CHECK(silent(c));
    CHECK(silent(data_connection(0x0303, plain_world()))); // no FTP in the capture
}
