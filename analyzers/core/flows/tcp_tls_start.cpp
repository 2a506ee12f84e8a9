// Finds where TLS starts in a TCP stream, and which side is the client.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_flow.hpp"
#include "core/net/starttls.hpp"
#include "core/net/tls_detection.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

// Bytes before TLS: TLS starts at a segment that looks like a ClientHello (RFC 8446, 5.1; STARTTLS, CONNECT).
void TcpFlow::plaintext(unsigned d, Bytes bytes)
{
    if (given_up_)
        return;
    Octets &pending = directions_[d].pending;
    pending.insert(pending.end(), bytes.begin(), bytes.end());
    const Octets together = std::exchange(pending, {});
    if (may_begin_client_hello(together)) {
        pending = together;
    } else if (RecordReader::looks_like_client_hello(together) || RecordReader::looks_like_sslv2_hello(together)) {
        begin(d, false);
        tls_->feed(Side::client, together, 0);
    } else if (!opening_seen() && is_tls_midway(together)) {
        begin_midway(d, together);
    } else if (turns_.size() == 1 && turns_[0].first != d && refuses_plaintext(together)) {
        begin_after_plaintext(1 - d, turns_[0].second);
        tls_->feed(Side::server, together, 0);
    } else {
        remember_turn(d, together);
    }
}

// The capture contains the start of both directions: TLS can only start with a ClientHello.
bool TcpFlow::opening_seen() const
{
    return directions_[0].stream.saw_syn() && directions_[1].stream.saw_syn() && directions_[0].seen &&
           directions_[1].seen;
}

void TcpFlow::remember_turn(unsigned d, Bytes bytes)
{
    if (turns_.size() < max_turns && (turns_.empty() || turns_.back().first != d)) {
        const Bytes first = bytes.first(std::min(bytes.size(), max_turn));
        turns_.emplace_back(d, Seen<Octets>{capture_.frame().moment, Octets{first.begin(), first.end()}});
        note_starttls(d);
    }
    directions_[d].before_tls += bytes.size();
    plaintext_bytes_ += bytes.size();
    if (plaintext_bytes_ <= max_plaintext)
        return;
    given_up_ = true;
    for (Direction &direction : directions_)
        direction.stream.stop_keeping();
}

// A refusal of TLS is valid unless the client asks again (HTTP: with credentials; FTP: AUTH SSL).
void TcpFlow::note_starttls(unsigned d)
{
    const Octets &said = turns_.back().second.what;
    const bool whole_line = std::ranges::find(said, '\n') != said.end();
    if (refused_ && d == client_ && whole_line && !cut_short_ && asks_for_starttls(said).empty())
        refused_->stays_in_plain_text();
    if (turns_.size() < 2 || plaintext_gap_ > 0 || !refuses_starttls(turns_[turns_.size() - 2].second.what, said))
        return;
    if (!refused_)
        refused_ = &start(1 - d);
    refused_->conversation().plaintext_before = turns_said();
    refused_->starttls_refused();
}

std::vector<Seen<Octets>> TcpFlow::turns_said() const
{
    std::vector<Seen<Octets>> said;
    for (const auto &[who, what] : turns_)
        said.push_back(what);
    return said;
}

HandshakeTracker &TcpFlow::start(unsigned client)
{
    client_ = client;
    HandshakeTracker &tracker =
        capture_.start(Transport::tcp, stream_, directions_[client].end, directions_[1 - client].end);
    Conversation &c = tracker.conversation();
    c.tcp_syn = syn_;
    c.tcp_syn_ack = syn_ack_;
    c.tcp_ack = ack_;
    c.plaintext_before = turns_said();
    c.plaintext_first = turns_.empty() ? Side::client : side(turns_.front().first);
    capture_.adopt(syn_, c.number);
    capture_.adopt(syn_ack_, c.number);
    for (const Seen<Octets> &said : c.plaintext_before)
        capture_.adopt(said.at, c.number);
    for (const unsigned d : {0u, 1u})
        if (directions_[d].seen && d != now_)
            capture_.touch(tracker, side(d));
    capture_.touch(tracker, side(now_));
    return tracker;
}

void TcpFlow::begin(unsigned client, bool midway)
{
    HandshakeTracker &tracker = refused_ && !refused_->over() ? *refused_ : start(client);
    tracker.conversation().gaps.started_midway = midway;
    tracker.conversation().starttls_refused = {};
    tls_.emplace(tracker);
    if (!by_dissector_ && server_spoke_too_early(client))
        tls_->feed(Side::server, {}, unknown_loss);
    if (plaintext_gap_ == capture_.frame().moment.frame) // the server's bytes since then were treated as plain text
        note_missing(1 - client, 1);
}

// Packets are out of order: the server's next bytes answer plain text, or its answer to the ClientHello was already
// captured.
bool TcpFlow::server_spoke_too_early(unsigned client) const
{
    return std::ranges::any_of(turns_, [&](const auto &turn) {
        return turn.first == client ? &turn == &turns_.back() : is_tls_midway(turn.second.what);
    });
}

// The capture started after the ClientHello. The sender's role follows from a message, else from the SYN, else from the
// higher port.
void TcpFlow::begin_midway(unsigned d, Bytes bytes)
{
    unsigned client = directions_[0].end.port >= directions_[1].end.port ? 0 : 1;
    if (const auto role = role_of_sender(bytes))
        client = *role == Side::client ? d : 1 - d;
    begin(client, true);
    tls_->feed(peer(side(d)), {}, unknown_loss); // its next bytes may be in the middle of a record
    tls_->feed(side(d), bytes, 0);
}

// The client sent plain text to a TLS server, which answers with a TLS alert or an error page, or closes.
void TcpFlow::begin_after_plaintext(unsigned client, const Seen<Octets> &said)
{
    const Octets first = said.what;
    turns_.clear();
    begin(client, false);
    tls_->tracker().record_event(Side::client, NotTls{first});
}

bool TcpFlow::plaintext_to_tls_port(unsigned closer) const
{
    return !tls_ && !given_up_ && turns_.size() == 1 && turns_[0].first != closer &&
           directions_[turns_[0].first].sent_syn && is_implicit_tls_port(directions_[closer].end.port) &&
           is_plain_request(turns_[0].second.what);
}

} // namespace tlsdiag
