// Starts the conversations of a TCP stream, and delivers data to them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_conversations.hpp"

#include "core/net/starttls.hpp"

#include <algorithm>

namespace tlsdiag {

HandshakeTracker *TcpConversations::handshake()
{
    return tls_ && !tls_->outcome_known() ? &tls_->tracker() : nullptr;
}

std::vector<HandshakeTracker *> TcpConversations::all()
{
    std::vector<HandshakeTracker *> all;
    for (HandshakeTracker *one : {refused_, tls_ ? &tls_->tracker() : nullptr, inner_ ? &inner_->tracker() : nullptr})
        if (one && (all.empty() || all.back() != one))
            all.push_back(one);
    return all;
}

// ---- Starting ----

static std::vector<Seen<Octets>> said_in(const PlaintextTurns &turns)
{
    std::vector<Seen<Octets>> said;
    for (const PlaintextTurn &turn : turns)
        said.push_back(turn.said);
    return said;
}

HandshakeTracker &TcpConversations::start(unsigned client, const PlaintextTurns &turns)
{
    client_ = client;
    HandshakeTracker &tracker = host_.start({Transport::tcp,
                                             stream_,
                                             sides_[client].end,
                                             sides_[1 - client].end,
                                             false,
                                             {{sides_[client].hop_limit, sides_[1 - client].hop_limit}}});
    const std::uint32_t number = tracker.conversation().number;
    tracker.transport(sides_.opening);
    host_.adopt(sides_.opening.syn, number);
    host_.adopt(sides_.opening.syn_ack, number);
    tracker.transport(PlaintextBefore{.turns = said_in(turns),
                                      .first = turns.empty() ? Side::client : side(turns.front().direction),
                                      .whole = sides_.opening_seen() && !sides_.plaintext_gap});
    for (const PlaintextTurn &turn : turns)
        host_.adopt(turn.said.at, number);
    for (const unsigned d : {0u, 1u})
        if (sides_[d].seen && d != sides_.sender)
            tracker.transport(EarlierPacketSeen{side(d)});
    host_.touch(tracker, side(sides_.sender));
    return tracker;
}

void TcpConversations::refuse_starttls(unsigned client, const PlaintextTurns &turns)
{
    if (!refused_)
        refused_ = &start(client, turns);
    refused_->transport(StarttlsRefused{said_in(turns)});
}

// RFC 4217. TLS begins after the server's answer to AUTH TLS, or at once on the port of ftps.
static bool is_ftp_control(const PlaintextTurns &turns, std::uint16_t port)
{
    constexpr std::uint16_t ftps = 990;
    return port == ftps || std::ranges::any_of(turns, [](const PlaintextTurn &turn) {
               return asks_for_starttls(turn.said.what) == "FTP";
           });
}

unsigned TcpConversations::start_tls(unsigned client, const PlaintextTurns &turns, bool midway, bool by_dissector)
{
    HandshakeTracker &tracker = refused_ && !refused_->outcome_known() ? *refused_ : start(client, turns);
    tracker.transport(TlsStarts{midway});
    if (is_ftp_control(turns, sides_[1 - client_].end.port))
        tracker.transport(FtpControl{});
    tls_.emplace(tracker);
    by_dissector_ = by_dissector;
    return client_;
}

// ---- Data ----

void TcpConversations::deliver(unsigned d, const TcpData &data)
{
    const bool to_inner = data.kind != TcpData::Kind::bytes && inner_last_ && inner_;
    if (tls_)
        deliver_to(to_inner ? *inner_ : *tls_, tds_, d, data);
}

void TcpConversations::deliver_to(TlsStream &stream, Unwrappers &tds, unsigned d, const TcpData &data) const
{
    switch (data.kind) {
    case TcpData::Kind::bytes:
        if (tds)
            unwrap(stream, (*tds)[d], d, data);
        else if (!by_dissector_)
            stream.deliver(side(d), data.bytes, data.missing);
        return;
    case TcpData::Kind::message:
        return stream.dissected(side(d), data.bytes);
    case TcpData::Kind::alert:
        return stream.dissected(side(d), Alert{.level = data.bytes[0], .description = data.bytes[1]});
    }
}

// If only the login is encrypted, what follows it is not TLS, and not followed.
void TcpConversations::unwrap(TlsStream &stream, TdsUnwrapper &tds, unsigned d, const TcpData &data) const
{
    const bool over = tds.feed(data.bytes, data.missing, stream.outcome_known(),
                               [&](Bytes tls, std::uint64_t missing) { stream.deliver(side(d), tls, missing); });
    if (over && stream.outcome_known())
        stream.deliver(side(d), {}, unknown_loss);
}

void TcpConversations::report_missing(unsigned d, std::uint64_t bytes)
{
    if (bytes == 0)
        return;
    tracker()->record_event(side(d), BytesMissing{.count = bytes < unknown_loss ? bytes : 0});
    if (!tls_)
        tracker()->transport(StarttlsUnclear{});
}

void TcpConversations::record(bool inner, Bytes record)
{
    inner_last_ = inner;
    if (inner)
        inner_record(record);
    else if (tls_ && by_dissector_)
        tls_->deliver(side(sides_.sender), record, 0);
}

void TcpConversations::inner_record(Bytes record)
{
    if (!tls_)
        return;
    if (!inner_ && sides_.sender == client_ && RecordReader::looks_like_client_hello(record) && record.size() >= 11)
        inner_.emplace(host_.start({Transport::tcp, stream_, sides_[client_].end, sides_[1 - client_].end, true}));
    if (inner_) {
        host_.touch(inner_->tracker(), side(sides_.sender));
        inner_->deliver(side(sides_.sender), record, 0);
    }
}

// ---- The end of a frame ----

void TcpConversations::end_frame(bool data_waits)
{
    if (inner_)
        inner_->end_frame();
    if (!tls_)
        return;
    if (!by_dissector_)
        report_bytes();
    if (!handshake())
        return;
    tls_->end_frame();
    report_outstanding(data_waits);
}

// Replaces the sum over records: after the handshake, records captured out of order are not read.
void TcpConversations::report_bytes()
{
    StreamBytes bytes;
    for (const unsigned d : {0u, 1u}) {
        const std::uint64_t all = sides_[d].stream.position();
        bytes.count[side(d)] = all - std::min(all, sides_[d].before_tls);
    }
    tls_->tracker().transport(bytes);
}

void TcpConversations::report_outstanding(bool data_waits)
{
    TcpOutstanding outstanding{.unacknowledged = {}, .gap = {}, .tail_open = false, .gap_open = data_waits};
    for (const unsigned d : {0u, 1u}) {
        const TcpDirection &direction = sides_[d];
        outstanding.unacknowledged[side(d)] = direction.unacknowledged();
        outstanding.gap[side(d)] = direction.stream.gap();
        outstanding.tail_open |= direction.tail_open();
        outstanding.gap_open |= direction.lacks_acknowledged();
    }
    tls_->tracker().transport(outstanding);
}

HandshakeTracker TcpConversations::if_capture_ended(Time now, const std::vector<LeftData> &left)
{
    HandshakeTracker copy = tracker()->detached_copy();
    if (tls_) {
        TlsStream stream{*tls_, copy};
        Unwrappers tds = tds_;
        for (const LeftData &one : left) {
            deliver_to(stream, tds, one.direction, one.data());
            copy.settle();
        }
    }
    copy.end_of_capture(now);
    return copy;
}

} // namespace tlsdiag
