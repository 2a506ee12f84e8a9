// Records the steps of a conversation while its packets arrive.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/timeline.hpp"

#include "core/net/plaintext_protocols.hpp"
#include "ladder/message_words.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

void EncryptedRun::add(const EncryptedRun &more)
{
    for (const std::uint32_t size : more.sizes)
        if (sizes.size() < max_sizes)
            sizes.push_back(size);
    records += more.records;
    bytes += more.bytes;
}

void Timeline::frame(const Moment &now)
{
    if (last_ && now.frame != last_.frame)
        quiet_ = std::max(quiet_, now.time - last_.time);
    last_ = now;
}

// The last steps show how the connection ended: when there is no more room, the steps just before them are dropped.
Step &Timeline::add(const Moment &at, Side by, Ladder::Kind kind, std::string label)
{
    if (steps_.size() == max_steps) {
        steps_.erase(steps_.end() - max_last);
        ++left_out_;
    }
    Step &step = steps_.emplace_back();
    step.at = step.until = at;
    step.quiet = std::exchange(quiet_, 0);
    step.by = by;
    step.row.kind = kind;
    step.row.from = lane(by);
    step.row.label = std::move(label);
    return step;
}

void Timeline::message(const Moment &at, Side by, const Message &message, bool decrypted,
                       CertificateCache &certificates)
{
    if (decrypted)
        mark_decrypted(at, by);
    Said said = said_by(message, certificates);
    Step &step = add(at, by, Ladder::Kind::message, std::move(said.label));
    step.row.words = std::move(said.words);
    step.row.decrypted = decrypted;
    step.event =
        by == Side::client && said.event == EventKind::certificate ? said.event | EventKind::client_flight : said.event;
}

void Timeline::alert(const Moment &at, Side by, Alert alert, bool decrypted)
{
    if (decrypted)
        mark_decrypted(at, by);
    Said said = said_by(alert);
    Step &step = add(at, by, Ladder::Kind::message, std::move(said.label));
    step.row.words = std::move(said.words);
    step.row.decrypted = decrypted;
    step.event = said.event;
}

// Drops the encrypted records of this frame, because Wireshark decrypted them; application data after the handshake
// stays.
void Timeline::mark_decrypted(const Moment &at, Side by)
{
    std::erase_if(steps_, [&](const Step &step) {
        const bool is_data = step.afterwards && step.encrypted.type == ContentType::application_data;
        return step.encrypted.records > 0 && !is_data && step.by == by && step.at.frame == at.frame;
    });
}

// After the handshake, all records of one type that a side sends form one step.
void Timeline::encrypted(const Moment &at, Side by, const RecordSeen &record, bool afterwards)
{
    const EncryptedRun one{record.type, {record.length}, 1, record.length};
    const auto same = [&](const Step &step) {
        return step.afterwards && step.by == by && step.encrypted.records > 0 && step.encrypted.type == record.type;
    };
    const auto found = afterwards ? std::ranges::find_if(steps_, same) : steps_.end();
    if (found != steps_.end()) {
        found->encrypted.add(one);
        found->until = at;
        return;
    }
    Step &step = add(at, by, Ladder::Kind::encrypted, "");
    step.encrypted = one;
    step.afterwards = afterwards;
}

void Timeline::change_cipher_spec(const Moment &at, Side by)
{
    add(at, by, Ladder::Kind::message, "ChangeCipherSpec").spec_change = true;
}

void Timeline::too_long(const Moment &at, Side by, const HandshakeTooLong &message)
{
    Step &step = add(at, by, Ladder::Kind::message, handshake_type_name(message.type));
    step.row.words = {"announces " + plural(message.length, "byte", "bytes") + ", more than any TLS stack reads"};
    step.event = EventKind::malformed;
}

void Timeline::not_tls(const Moment &at, Side by, const NotTls &strange)
{
    Step &step = add(at, by, Ladder::Kind::plain, "not TLS: " + std::string{protocol_of(strange.first)});
    step.row.words = {opening_of(strange.first)};
}

void Timeline::missing(const Moment &at, Side by, std::uint64_t count)
{
    const bool known = count > 0 && count < unknown_loss;
    add(at, by, Ladder::Kind::missing,
        known ? "the capture lacks " + plural(count, "byte", "bytes") : "the capture lacks an unknown number of bytes");
}

void Timeline::transport(const Moment &at, const TransportEvent &event)
{
    std::visit([&](const auto &one) { draw(at, one); }, event);
}

Step &Timeline::add_ending(const Moment &at, Side by, std::string label, std::string words)
{
    Step &step = add(at, by, Ladder::Kind::transport, std::move(label));
    if (!words.empty())
        step.row.words = {std::move(words)};
    step.event = EventKind::ended;
    return step;
}

void Timeline::draw(const Moment &at, const SideClosed &closing)
{
    add_ending(at, closing.by, "TCP FIN");
}

void Timeline::draw(const Moment &at, const SideReset &closing)
{
    add_ending(at, closing.by, "TCP RST");
}

void Timeline::draw(const Moment &at, const SentAgain &again)
{
    if (!steps_.empty() && steps_.back().row.kind == Ladder::Kind::again && steps_.back().by == again.by) {
        steps_.back().until = at;
        ++steps_.back().times;
        return;
    }
    add(at, again.by, Ladder::Kind::again, "sent again");
}

void Timeline::draw(const Moment &at, const Unreachable &error)
{
    Step &step = add_ending(at, error.sender, "ICMP: unreachable",
                            "type " + std::to_string(error.icmp >> 8) + ", code " + std::to_string(error.icmp & 0xff));
    step.row.from = lane(peer(error.sender)); // it comes from the other end, or from a router on the path
}

void Timeline::draw(const Moment &at, const QuicOneRttPacket &packet)
{
    encrypted(at, packet.by, {ContentType::application_data, 0, 0, true}, false);
}

void Timeline::draw(const Moment &at, const QuicVersionsOffered &)
{
    add_ending(at, Side::server, "Version Negotiation");
}

void Timeline::draw(const Moment &at, const QuicClose &close)
{
    add_ending(at, close.by, "CONNECTION_CLOSE", "error " + hex(close.code, 2));
}

void Timeline::draw(const Moment &at, const EapResult &result)
{
    const std::string_view accepts = result.only_radius ? "Access-Accept" : "EAP-Success";
    const std::string_view refuses = result.only_radius ? "Access-Reject" : "EAP-Failure";
    add_ending(at, Side::server, std::string{result.success ? accepts : refuses});
}

} // namespace tlsdiag
