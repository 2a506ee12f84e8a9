// Tests the record reader when bytes are missing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/records.hpp"

#include "support/catch.hpp"
#include "support/record_listener.hpp"

using namespace tlsdiag;
using namespace tlsdiag::bytes;

TEST_CASE("a loss inside a record leaves its end known")
{
    struct Case {
        const char *what;
        Octets before;
        std::uint64_t missing;
        Octets rest;
        Words events;
    };
    const Octets certificate = handshake(11, filled(1000));
    const Octets done = handshake(14, {});
    const Octets flight = cat(certificate, done);
    const Octets encrypted = tls(23, filled(1000));
    const Octets alerted = tls(21, alert(2, 40));
    const Case cases[] = {
        {"in application data",
         first(100, encrypted),
         300,
         cat(after(400, encrypted), alerted),
         {"record 23 1000 encrypted", "record 21 2", "alert 2 40"}},
        {"up to the end of application data",
         first(100, encrypted),
         905,
         alerted,
         {"record 23 1000 encrypted", "record 21 2", "alert 2 40"}},
        {"in a message: the next one in the record is found",
         first(100, tls(22, flight)),
         300,
         after(400, tls(22, flight)),
         {"record 22 1008", "missing 300 of message 11 (1000)", "message 14 0"}},
        {"up to the end of a message",
         first(100, tls(22, flight)),
         909,
         after(1009, tls(22, flight)),
         {"record 22 1008", "missing 909 of message 11 (1000)", "message 14 0"}},
        {"over the end of a message: the next record is found",
         first(100, tls(22, flight)),
         911,
         cat(after(1011, tls(22, flight)), tls(22, done)),
         {"record 22 1008", "missing 911 of message 11 (1000)", "record 22 4", "message 14 0"}},
        {"over the message's header",
         first(7, tls(22, flight)),
         300,
         cat(after(307, tls(22, flight)), tls(22, done)),
         {"missing 300", "record 22 1008", "record 22 4", "message 14 0"}},
        {"in a message over several records",
         first(100, in_records(certificate, 600)),
         300,
         cat(after(400, in_records(certificate, 600)), tls(22, done)),
         {"record 22 600", "missing 300 of message 11 (1000)", "record 22 404", "record 22 4", "message 14 0"}},
        {"in an alert",
         first(6, alerted),
         1,
         tls(22, done),
         {"missing 1", "record 21 2", "record 22 4", "message 14 0"}},
        {"a ChangeCipherSpec's only byte",
         first(5, change_cipher_spec),
         1,
         tls(22, done),
         {"missing 1", "record 20 1", "record 22 4 encrypted"}},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        RecordListener listener;
        Words heard = listener.hear(each.before);
        const Words rest = listener.hear(each.rest, each.missing);
        heard.insert(heard.end(), rest.begin(), rest.end());
        CHECK(heard == each.events);
        CHECK(listener.reader.in_sync());
    }
}

TEST_CASE("after a loss between records, a segment that begins like a record is where reading goes on")
{
    RecordListener listener;
    const Octets done = tls(22, handshake(14, {}));
    listener.hear(first(300, tls(22, handshake(11, filled(1000)))));
    SECTION("over the end of a record")
    {
        const Words lost{"missing 709 of message 11 (1000)", "record 22 1004"};
        CHECK(listener.hear(text("in the middle"), 719) == Words{"missing 709 of message 11 (1000)", "missing 10"});
        CHECK_FALSE(listener.reader.in_sync());
        CHECK(listener.hear(text("still")).empty());
        CHECK(listener.hear(cat(text("x"), done)).empty());
        CHECK(listener.hear(first(4, done)).empty());
        CHECK(listener.hear(done) == Words{"record 22 4", "message 14 0"});
        CHECK(listener.reader.in_sync());
    }
    SECTION("at once")
    {
        CHECK(listener.hear(done, 719).back() == "message 14 0");
    }
    SECTION("of unknown size")
    {
        const Words words = listener.hear(done, unknown_loss);
        CHECK(words[1] == "missing 0");
        CHECK(words.back() == "message 14 0");
    }
    SECTION("a second loss before that is no news")
    {
        listener.hear({}, 2000);
        CHECK(listener.hear({}, 1).empty());
    }
}

TEST_CASE("reading goes on only where no doubt is")
{
    struct Case {
        const char *what;
        Octets octets;
        bool found;
    };
    const Octets record_of_3 = tls(23, filled(3));
    const Case cases[] = {
        {"a record", record_of_3, true},
        {"two records", cat(record_of_3, record_of_3), true},
        {"its beginning", first(6, record_of_3), true},
        {"only its header", first(5, record_of_3), true},
        {"less than a header", first(4, record_of_3), false},
        {"a record, and what is none", cat(record_of_3, text("x")), false},
        {"an empty one", tls(23, {}), false},
        {"version 3.5", record(23, 0x0305, filled(3)), false},
        {"a ChangeCipherSpec of 2 bytes", tls(20, {1, 1}), false},
        {"an alert of 1 byte", tls(21, {2}), false},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        RecordListener listener;
        CHECK(listener.hear(each.octets, unknown_loss).front() == "missing 0");
        CHECK(listener.reader.in_sync() == each.found);
    }
}

TEST_CASE("a capture that begins after the keys were changed")
{
    struct Case {
        const char *what;
        Octets body;
        Words events;
    };
    const Octets finished =
        from_hex("8c2f9d11 02030405 06070809 0a0b0c0d 0e0f1011 12131415 16171819 1a1b1c1d 1e1f2021 22232425");
    const Case cases[] = {
        {"an encrypted Finished", finished, {"missing 0", "record 22 40 encrypted"}},
        {"a known type by chance", cat(Octets{11, 0xa0}, after(2, finished)), {"missing 0", "record 22 40 encrypted"}},
        {"a Certificate in small records", first(40, handshake(11, filled(3000))), {"missing 0", "record 22 40"}},
        {"a CertificateRequest over 65,536 bytes",
         first(16'384, handshake(13, filled(70'000))),
         {"missing 0", "record 22 16384"}},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        CHECK(RecordListener{}.hear(tls(22, each.body), unknown_loss) == each.events);
    }
}

TEST_CASE("a reader that skims follows the records and keeps nothing")
{
    RecordListener listener;
    listener.hear(first(30, tls(22, handshake(11, filled(100)))));
    listener.reader.headers_only();
    CHECK_FALSE(listener.reader.mid_message());
    CHECK(listener.hear(after(30, tls(22, handshake(11, filled(100))))).empty());
    CHECK(listener.hear(tls(22, handshake(14, {}))) == Words{"record 22 4"});
    CHECK(listener.hear(tls(23, filled(10))) == Words{"record 23 10 encrypted"});
    CHECK(listener.hear(tls(21, alert(1, 0))) == Words{"record 21 2", "alert 1 0"});
    CHECK(listener.hear(first(8, tls(23, filled(10)))).empty());
    CHECK(listener.hear({}, 7) == Words{"record 23 10 encrypted"});
}
