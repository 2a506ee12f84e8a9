// Records the steps of a conversation while its packets arrive. Only used when ladders are wanted; bounded.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/observer.hpp"
#include "ladder/ladder.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tlsdiag {

constexpr Ladder::Lane lane(Side side)
{
    return side == Side::client ? Ladder::Lane::client : Ladder::Lane::server;
}

// Records of which only the size is visible.
struct EncryptedRun {
    ContentType type = ContentType::application_data;
    std::vector<std::uint32_t> sizes; // of the first records
    std::uint64_t records = 0, bytes = 0;

    static constexpr std::size_t max_sizes = 6;
    void add(const EncryptedRun &more);
};

struct Step {
    Moment at;
    Moment until;    // the last packet that the step covers
    Time quiet = -1; // the longest time before it without a packet of the conversation; below 0: not known
    Side by = Side::client;
    Ladder::Row row;                      // without times and findings
    EventKind event = EventKind::nothing; // the event that analyzers see here
    EncryptedRun encrypted;               // no records: the step is not encrypted
    std::uint32_t times = 1;              // number of retransmissions
    bool afterwards = false;              // the outcome was already known
    bool spec_change = false;             // a ChangeCipherSpec
};

class Timeline final : public HandshakeObserver {
public:
    void frame(const Moment &now) override;
    void message(const Moment &at, Side by, const Message &message, bool decrypted,
                 CertificateCache &certificates) override;
    void alert(const Moment &at, Side by, Alert alert, bool decrypted) override;
    void encrypted(const Moment &at, Side by, const RecordSeen &record, bool afterwards) override;
    void change_cipher_spec(const Moment &at, Side by) override;
    void too_long(const Moment &at, Side by, const HandshakeTooLong &message) override;
    void not_tls(const Moment &at, Side by, const NotTls &strange) override;
    void missing(const Moment &at, Side by, std::uint64_t count) override;
    void transport(const Moment &at, const TransportEvent &event) override;

    const std::vector<Step> &all() const { return steps_; }
    std::size_t left_out() const { return left_out_; } // before the last `max_last`

    static constexpr std::size_t max_steps = 256;
    static constexpr std::size_t max_last = 16; // steps kept from the end once max_steps is reached

private:
    void draw(const Moment &at, const SideClosed &closing);
    void draw(const Moment &at, const SideReset &closing);
    void draw(const Moment &at, const SentAgain &again);
    void draw(const Moment &at, const Unreachable &error);
    void draw(const Moment &at, const QuicOneRttPacket &packet);
    void draw(const Moment &at, const QuicVersionsOffered &offer);
    void draw(const Moment &at, const QuicClose &close);
    void draw(const Moment &at, const EapResult &result);
    template <class Other>
    void draw(const Moment &, const Other &)
    {
    }
    Step &add_ending(const Moment &at, Side by, std::string label, std::string words = "");
    Step &add(const Moment &at, Side by, Ladder::Kind kind, std::string label);
    void mark_decrypted(const Moment &at, Side by);

    std::vector<Step> steps_;
    Moment last_;
    Time quiet_ = -1; // since the last step
    std::size_t left_out_ = 0;
};

} // namespace tlsdiag
