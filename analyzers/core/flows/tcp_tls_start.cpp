// Reads plain text until TLS starts: STARTTLS, a proxy's CONNECT, plain text sent to a TLS port, a capture that started
// late.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_tls_start.hpp"

#include "core/net/starttls.hpp"
#include "core/net/tls_detection.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

void TcpTlsStart::deliver(unsigned d, const TcpData &data)
{
    if (data.kind != TcpData::Kind::bytes)
        return conversations_.deliver(d, data);
    if (conversations_.has_tls()) {
        conversations_.deliver(d, data);
    } else {
        if (data.missing > 0) {
            plaintext_gap_ = host_.frame().moment.frame;
            sides_[d].before_tls += data.missing % unknown_loss;
        }
        if (conversations_.tracker())
            conversations_.report_missing(d, data.missing);
        plaintext(d, data.bytes);
    }
    if (conversations_.has_tls() && conversations_.outcome_known())
        sides_.stop_keeping();
}

// TLS starts at a segment that looks like a ClientHello (RFC 8446, 5.1).
void TcpTlsStart::plaintext(unsigned d, Bytes bytes)
{
    if (given_up_)
        return;
    Octets &pending = pending_[d];
    pending.insert(pending.end(), bytes.begin(), bytes.end());
    const Octets together = std::exchange(pending, {});
    if (may_begin_client_hello(together)) {
        pending = together;
    } else if (RecordReader::looks_like_client_hello(together) || RecordReader::looks_like_sslv2_hello(together)) {
        const unsigned client = begin(d, false);
        conversations_.deliver(client, {.bytes = together});
    } else if (!opening_seen() && is_tls_midway(together)) {
        begin_midway(d, together);
    } else if (turns_.size() == 1 && turns_[0].direction != d && refuses_plaintext(together)) {
        const unsigned client = begin_after_plaintext(1 - d);
        conversations_.deliver(1 - client, {.bytes = together});
    } else {
        remember_turn(d, together);
    }
}

// The capture contains the start of both directions: TLS can only start with a ClientHello.
bool TcpTlsStart::opening_seen() const
{
    return sides_[0].stream.saw_syn() && sides_[1].stream.saw_syn() && sides_[0].seen && sides_[1].seen;
}

void TcpTlsStart::remember_turn(unsigned d, Bytes bytes)
{
    if (turns_.size() < max_turns && (turns_.empty() || turns_.back().direction != d)) {
        const Bytes first = bytes.first(std::min(bytes.size(), max_turn));
        turns_.push_back({d, {host_.frame().moment, Octets{first.begin(), first.end()}}});
        note_starttls(d);
    }
    sides_[d].before_tls += bytes.size();
    plaintext_bytes_ += bytes.size();
    if (plaintext_bytes_ <= max_plaintext)
        return;
    given_up_ = true;
    sides_.stop_keeping();
}

// A refusal of TLS is valid unless the client asks again (HTTP: with credentials; FTP: AUTH SSL).
void TcpTlsStart::note_starttls(unsigned d)
{
    const Octets &said = turns_.back().said.what;
    const bool whole_line = std::ranges::find(said, '\n') != said.end();
    HandshakeTracker *refused = conversations_.tracker();
    if (refused && conversations_.side(d) == Side::client && whole_line && !sides_.cut_short &&
        asks_for_starttls(said).empty())
        refused->transport(StaysPlaintext{});
    if (turns_.size() >= 2 && plaintext_gap_ == 0 && refuses_starttls(turns_[turns_.size() - 2].said.what, said))
        conversations_.refuse_starttls(1 - d, turns_);
}

// ---- TLS starts ----

unsigned TcpTlsStart::begin(unsigned sender, bool midway, bool by_dissector)
{
    const unsigned client = conversations_.start_tls(sender, turns_, midway, by_dissector);
    if (!by_dissector && server_spoke_too_early(sender))
        conversations_.deliver(1 - client, {.bytes = {}, .missing = unknown_loss});
    if (plaintext_gap_ == host_.frame().moment.frame) // the server's bytes since then were treated as plain text
        conversations_.report_missing(1 - sender, 1);
    return client;
}

void TcpTlsStart::found_by_dissector(Bytes record)
{
    if (!conversations_.has_tls() && RecordReader::looks_like_client_hello(record) && record.size() >= 11)
        begin(sides_.sender, false, true);
}

// Packets are out of order: the server's next bytes answer plain text, or its answer to the ClientHello was already
// captured.
bool TcpTlsStart::server_spoke_too_early(unsigned client) const
{
    return std::ranges::any_of(turns_, [&](const PlaintextTurn &turn) {
        return turn.direction == client ? &turn == &turns_.back() : is_tls_midway(turn.said.what);
    });
}

// The capture started after the ClientHello. The sender's role follows from a message, else from the SYN, else from the
// higher port.
void TcpTlsStart::begin_midway(unsigned d, Bytes bytes)
{
    unsigned client = sides_[0].end.port >= sides_[1].end.port ? 0 : 1;
    if (const auto role = role_of_sender(bytes))
        client = *role == Side::client ? d : 1 - d;
    begin(client, true);
    conversations_.deliver(1 - d, {.bytes = {}, .missing = unknown_loss}); // perhaps in the middle of a record
    conversations_.deliver(d, {.bytes = bytes});
}

// The client sent plain text to a TLS server, which answers with a TLS alert or an error page, or closes.
unsigned TcpTlsStart::begin_after_plaintext(unsigned sender)
{
    const Octets first = turns_[0].said.what;
    turns_.clear();
    const unsigned client = begin(sender, false);
    conversations_.tracker()->record_event(Side::client, NotTls{first});
    return client;
}

void TcpTlsStart::closing(unsigned closer)
{
    if (plaintext_to_tls_port(closer))
        begin_after_plaintext(1 - closer);
}

bool TcpTlsStart::plaintext_to_tls_port(unsigned closer) const
{
    return !conversations_.has_tls() && !given_up_ && turns_.size() == 1 && turns_[0].direction != closer &&
           sides_[turns_[0].direction].sent_syn && is_implicit_tls_port(sides_[closer].end.port) &&
           is_plain_request(turns_[0].said.what);
}

} // namespace tlsdiag
