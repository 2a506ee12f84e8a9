// Tests a TCP flow alone: with a host and an observer of the test's own.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_flow.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <memory>

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

class Listener final : public HandshakeObserver {
public:
    void frame(const Moment &) override {}
    void message(const Moment &, Side by, const Message &, bool, CertificateCache &) override { add(by, "message"); }
    void alert(const Moment &, Side by, Alert, bool) override { add(by, "alert"); }
    void encrypted(const Moment &, Side by, const RecordSeen &, bool) override { add(by, "encrypted"); }
    void change_cipher_spec(const Moment &, Side by) override { add(by, "change_cipher_spec"); }
    void too_long(const Moment &, Side by, const HandshakeTooLong &) override { add(by, "too_long"); }
    void not_tls(const Moment &, Side by, const NotTls &) override { add(by, "not_tls"); }
    void missing(const Moment &, Side by, std::uint64_t count) override { add(by, "missing " + std::to_string(count)); }
    void transport(const Moment &, const TransportEvent &event) override
    {
        if (const auto *closed = std::get_if<SideClosed>(&event))
            add(closed->by, "closed");
        else if (const auto *reset = std::get_if<SideReset>(&event))
            add(reset->by, "reset");
        else if (const auto *again = std::get_if<SentAgain>(&event))
            add(again->by, "sent again");
        else
            add(Side::client, "?");
    }

    std::vector<std::string> heard;

private:
    void add(Side by, const std::string &what) { heard.push_back(std::string{name(by)} + ": " + what); }
};

class Host final : public FlowHost {
public:
    Host() { history.certificates = &certificates; }

    const Frame &frame() const override { return now; }
    HandshakeTracker &start(const ConversationStart &begun) override
    {
        const auto number = static_cast<std::uint32_t>(trackers.size());
        trackers.push_back(std::make_unique<HandshakeTracker>(
            history, [](Conversation &, const Event &) {}, number, begun));
        trackers.back()->observe(&listener);
        return *trackers.back();
    }
    void touch(HandshakeTracker &tracker, Side from) override { tracker.begin_frame(from, now.moment); }
    void adopt(const Moment &earlier, std::uint32_t) override { adopted.push_back(earlier.frame); }

    Host &segment(Side from, std::uint8_t flags, const Octets &payload = {}, std::uint32_t skipped = 0)
    {
        using namespace bytes;
        ++now.moment.frame;
        now.moment.time += second / 1000;
        now.source = ends[from];
        now.destination = ends[peer(from)];
        next[from] += skipped;
        const Octets header = cat(u16(ends[from].port), u16(ends[peer(from)].port), u32(next[from]),
                                  u32(next[peer(from)]), u8(0x50), u8(flags), u16(8192), u16(0), u16(0));
        flow.segment(header, payload, payload.size());
        const bool counts = flags & (flag::syn | flag::fin);
        next[from] += static_cast<std::uint32_t>(payload.size() + (counts ? 1 : 0));
        return *this;
    }
    void end_frame()
    {
        flow.end_frame();
        for (const auto &tracker : trackers)
            tracker->end_frame();
    }

    Frame now;
    PerSide<Endpoint> ends{{Endpoint{{10, 0, 0, 1}, 4, 40000}, Endpoint{{10, 0, 0, 2}, 4, 443}}};
    PerSide<std::uint32_t> next{{1000, 5000}};
    CertificateCache certificates;
    CaptureHistory history;
    Listener listener;
    std::vector<std::unique_ptr<HandshakeTracker>> trackers;
    std::vector<std::uint32_t> adopted;
    TcpFlow flow{*this, 7};
};

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("A TCP flow starts a conversation at its host, whose observer hears what happens")
{
    Host host;
    host.segment(Side::client, flag::syn);
    host.segment(Side::server, flag::syn | flag::ack);
    host.segment(Side::client, flag::ack);
    CHECK(host.trackers.empty());
    host.segment(Side::client, flag::ack, hello12());
    REQUIRE(host.trackers.size() == 1);
    const Conversation &c = host.trackers[0]->conversation();
    CHECK(c.stream == 7);
    CHECK(c.client == host.ends[Side::client]);
    CHECK(c.tcp_syn.frame == 1);
    CHECK(c.tcp_syn_ack.frame == 2);
    CHECK(c.tcp_ack.frame == 3);
    CHECK(host.adopted == std::vector<std::uint32_t>{1, 2});

    host.segment(Side::server, flag::ack, server_flight12());
    host.segment(Side::client, flag::ack, client_flight12());
    host.segment(Side::server, flag::ack, finished12());
    CHECK(host.trackers[0]->outcome_known());
    host.segment(Side::client, flag::fin | flag::ack).end_frame();
    CHECK(host.listener.heard == Words{"client: message", "server: message", "server: message", "client: message",
                                       "client: change_cipher_spec", "client: encrypted", "server: change_cipher_spec",
                                       "server: encrypted", "client: closed"});
    CHECK_FALSE(host.trackers[0]->closed());
    CHECK_FALSE(host.flow.closed());
    host.segment(Side::server, flag::fin | flag::ack);
    host.segment(Side::client, flag::ack).end_frame();
    CHECK(host.trackers[0]->closed());
    CHECK(host.flow.closed());
}

TEST_CASE("The observer hears what is missing and what was sent again")
{
    Host host;
    host.segment(Side::client, flag::syn);
    host.segment(Side::server, flag::syn | flag::ack);
    host.segment(Side::client, flag::ack, hello12());
    host.segment(Side::server, flag::ack, {}, 100); // its data was not captured
    host.segment(Side::client, flag::ack);
    host.next[Side::client] -= static_cast<std::uint32_t>(hello12().size());
    host.now.moment.time += second;
    host.segment(Side::client, flag::ack, hello12());
    host.segment(Side::client, flag::rst).end_frame();
    CHECK(host.listener.heard ==
          Words{"client: message", "client: sent again", "server: missing 100", "client: reset"});
}

TEST_CASE("A flow does not want the dissector's records once it reads TLS itself")
{
    Host host;
    CHECK(host.flow.wants_records());
    host.segment(Side::client, flag::ack, hello12());
    CHECK_FALSE(host.flow.wants_records());
    host.flow.record(false, hello12());
    host.flow.message(bytes::client_hello(bytes::tls12_client()));
    host.flow.alert({2, 40});
    CHECK(host.listener.heard == Words{"client: message"});

    SECTION("but inner records begin a conversation of their own")
    {
        host.segment(Side::client, flag::ack, encrypted(400));
        host.flow.record(true, hello13());
        CHECK(host.trackers.size() == 2);
        CHECK(host.trackers[1]->conversation().inner);
    }
}

TEST_CASE("A flow reads the dissector's records if another protocol's packets carry them")
{
    Host host;
    host.segment(Side::client, flag::ack, bytes::cat(bytes::filled(8, 0x12), hello12()));
    CHECK(host.trackers.empty());
    host.flow.record(false, hello12());
    CHECK(host.trackers.size() == 1);
    CHECK(host.flow.wants_records());
    host.segment(Side::server, flag::ack, bytes::cat(bytes::filled(8, 0x12), server_flight12()));
    host.flow.record(false, server_flight12());
    CHECK(host.listener.heard == Words{"client: message", "server: message", "server: message"});
}
