// Reads plain text until TLS starts: STARTTLS, a proxy's CONNECT, plain text sent to a TLS port, a capture that started
// late.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_tls_start.hpp"

#include "core/net/plaintext_protocols.hpp"
#include "core/net/proxy_header.hpp"
#include "core/net/starttls.hpp"
#include "core/net/tds.hpp"
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
            sides_.plaintext_gap = true;
            sides_[d].before_tls += data.missing % unknown_loss;
        }
        if (conversations_.tracker())
            conversations_.report_missing(d, data.missing);
        if (!given_up_)
            plaintext(d, {{data.bytes.begin(), data.bytes.end()}, data.sequence, data.answers});
    }
    if (conversations_.has_tls() && conversations_.outcome_known())
        sides_.stop_keeping();
}

// TLS starts at a segment that looks like a ClientHello (RFC 8446, 5.1), or behind a header or request in the same
// segment.
void TcpTlsStart::plaintext(unsigned d, Words words)
{
    Words &pending = pending_[d];
    if (!pending.bytes.empty()) {
        pending.bytes.insert(pending.bytes.end(), words.bytes.begin(), words.bytes.end());
        words = std::move(pending);
        pending = {};
    }
    const Bytes together{words.bytes};
    const Bytes in_tds = tds_content(together);
    const bool hello_in_tds = RecordReader::looks_like_client_hello(in_tds) && in_tds.size() > 5;
    if (may_begin_client_hello(together) || (!in_tds.empty() && may_begin_client_hello(in_tds))) {
        pending = std::move(words);
        cut_short_ |= sides_.cut_short;
    } else if (hello_in_tds || RecordReader::looks_like_client_hello(together) ||
               RecordReader::looks_like_sslv2_hello(together)) {
        begin_with_hello(d, words, hello_in_tds);
    } else if (const std::size_t before = turns_.size() < max_turns ? size_before_hello(together) : 0; before > 0) {
        Words rest{{together.begin() + static_cast<std::ptrdiff_t>(before), together.end()}, {}, words.answers};
        if (words.sequence)
            rest.sequence = *words.sequence + static_cast<std::uint32_t>(before);
        words.bytes.resize(before);
        remember_turn(d, words);
        if (!given_up_)
            plaintext(d, std::move(rest));
    } else if (may_begin_midway(together) && (is_tls_midway(together) || is_tls_midway(in_tds))) {
        begin_midway(d, together, in_tds); // otherwise TLS can only start with a ClientHello
    } else if (turns_.size() == 1 && turns_[0].direction != d && !sides_[d].sent_syn && refuses_plaintext(together)) {
        const unsigned client = begin_after_plaintext(1 - d);
        conversations_.deliver(1 - client, {.bytes = together});
    } else {
        remember_turn(d, words);
    }
}

static bool has_gap(const TcpDirection &one)
{
    return one.has_gap || one.lacks_acknowledged();
}

// A ClientHello can be lost. An alert alone may be the answer to plain text.
bool TcpTlsStart::may_begin_midway(Bytes bytes) const
{
    const bool alert = !bytes.empty() && ContentType{bytes[0]} == ContentType::alert;
    return !sides_.opening_seen() || (!alert && (cut_short_ || std::ranges::any_of(sides_.directions, has_gap)));
}

void TcpTlsStart::remember_turn(unsigned d, const Words &words)
{
    const Bytes bytes{words.bytes};
    heard_[d] = words.answers;
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
    HandshakeTracker *refused = conversations_.tracker();
    if (refused && conversations_.side(d) == Side::client && !sides_.cut_short && asks_for_starttls(said).empty()) {
        const std::string_view protocol =
            turns_.size() > 2 ? asks_for_starttls(turns_[turns_.size() - 3].said.what) : "";
        const bool whole_line = std::ranges::find(said, '\n') != said.end();
        if (whole_line || !speaks_in_lines(protocol))
            refused->transport(StaysPlaintext{!takes_leave(said)});
    }
    if (turns_.size() >= 2 && plaintext_gap_ == 0 && refuses_starttls(turns_[turns_.size() - 2].said.what, said))
        conversations_.refuse_starttls(1 - d, turns_);
}

// ---- TLS starts ----

unsigned TcpTlsStart::begin(unsigned sender, bool midway, bool by_dissector)
{
    const unsigned client = conversations_.start_tls(sender, turns_, midway, by_dissector);
    if (plaintext_gap_ == host_.frame().moment.frame) // the server's bytes since then were treated as plain text
        conversations_.report_missing(1 - sender, unknown_loss);
    return client;
}

void TcpTlsStart::begin_with_hello(unsigned sender, const Words &hello, bool in_tds)
{
    const unsigned client = begin(sender, false);
    if (in_tds)
        conversations_.wrapped_in_tds();
    if (client == sender) {
        if (!in_tds)
            hello_ = hello.sequence;
        align_server(1 - client, hello);
    }
    conversations_.deliver(client, {.bytes = hello.bytes});
}

static bool is_behind(std::uint32_t sequence, std::uint32_t other)
{
    const auto ahead = static_cast<std::int32_t>(sequence - other);
    return ahead > 0 && ahead <= TcpReassembly::max_jump;
}

// The server's side of TLS starts with what the client had not received yet when it sent its ClientHello. Earlier bytes
// that the capture lacks were plain text. Bytes that answer the ClientHello, and were taken for plain text because
// packets are out of order, are lost.
void TcpTlsStart::align_server(unsigned server, const Words &hello)
{
    if (hello.answers && !sides_[server].fin)
        sides_[server].before_tls += sides_[server].stream.start_after(*hello.answers);
    if (heard_[server] && hello.sequence && is_behind(*heard_[server], *hello.sequence))
        conversations_.deliver(server, {.bytes = {}, .missing = unknown_loss});
}

void TcpTlsStart::found_by_dissector(Bytes record)
{
    if (!conversations_.has_tls() && RecordReader::looks_like_client_hello(record) && record.size() >= 11)
        begin(sides_.sender, false, true);
}

// The capture lacks the ClientHello. The sender's role follows from a message, else from the SYN, else from the
// higher port.
void TcpTlsStart::begin_midway(unsigned d, Bytes bytes, Bytes in_tds)
{
    unsigned client = sides_[0].end.port >= sides_[1].end.port ? 0 : 1;
    if (const auto role = role_of_sender(in_tds.empty() ? bytes : in_tds))
        client = *role == Side::client ? d : 1 - d;
    begin(client, true);
    if (!in_tds.empty())
        conversations_.wrapped_in_tds();
    conversations_.deliver(1 - d, {.bytes = {}, .missing = unknown_loss}); // perhaps in the middle of a record
    conversations_.deliver(d, {.bytes = bytes});
}

// The client sent plain text to a TLS server, which answers with a TLS alert or an error page, or closes.
unsigned TcpTlsStart::begin_after_plaintext(unsigned sender)
{
    const Octets first = turns_[0].said.what;
    if (proxy_header_version(first) == 0)
        turns_.clear();
    const unsigned client = begin(sender, false);
    conversations_.tracker()->record_event(Side::client, NotTls{first});
    return client;
}

void TcpTlsStart::closing(unsigned closer)
{
    if (plaintext_to_tls_port(closer))
        begin_after_plaintext(1 - closer);
    // No more of a ClientHello comes.
    for (const unsigned d : {0u, 1u})
        if (constexpr std::size_t type_and_version = 3;
            !conversations_.has_tls() && !cut_short_ && !has_gap(sides_[d]) &&
            pending_[d].bytes.size() >= type_and_version && pending_[d].bytes[0] == 22)
            begin_with_hello(d, std::exchange(pending_[d], {}), false);
}

bool TcpTlsStart::plaintext_to_tls_port(unsigned closer) const
{
    if (conversations_.has_tls() || given_up_ || turns_.empty() || turns_[0].direction == closer)
        return false;
    const Octets &first = turns_[0].said.what;
    const bool header = proxy_header_version(first) > 0; // the server's error message may follow
    return turns_.size() <= (header ? 2 : 1) && sides_[turns_[0].direction].sent_syn &&
           is_implicit_tls_port(sides_[closer].end.port) && (is_plain_request(first) || is_known_protocol(first));
}

} // namespace tlsdiag
