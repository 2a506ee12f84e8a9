// Puts the TCP segments of one direction into order.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_reassembly.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

// How far `to` is ahead of `from`, modulo 2^32 (RFC 9293, 3.4).
static std::int32_t distance(std::uint32_t from, std::uint32_t to)
{
    return static_cast<std::int32_t>(to - from);
}

void TcpReassembly::syn(std::uint32_t sequence)
{
    if (syn_ == sequence)
        return;
    const bool late = !syn_ && next_ && distance(sequence, *next_) >= 1 && distance(sequence, *next_) <= max_jump;
    if (!late) {
        *this = TcpReassembly{};
        begin_at(sequence + 1);
    }
    syn_ = sequence;
}

Delivery TcpReassembly::segment(std::uint32_t sequence, Bytes bytes, std::size_t length)
{
    if (length == 0)
        return {};
    bytes = bytes.first(std::min(bytes.size(), length));
    // RFC 7413: data in a SYN. (A single byte there is a keep-alive probe.)
    if (syn_ == sequence && length > 1 && position_ <= max_jump)
        ++sequence;
    if (!next_) {
        // RFC 9293, 3.8.4: a keep-alive probe may contain one byte of garbage, just before the next sequence number.
        const bool probe = length == 1 && (bytes.empty() || bytes.front() == 0);
        begin_at(probe ? sequence + 1 : sequence);
    }
    if (far_off(sequence) && !follows_jump(sequence)) {
        jump_ = Jump{sequence, sequence + static_cast<std::uint32_t>(length), length, {bytes.begin(), bytes.end()}};
        return {};
    }

    const std::int64_t ahead = distance(*next_, sequence);
    if (ahead < 0) {
        const auto old = static_cast<std::size_t>(-ahead);
        if (old >= length)
            return {.bytes = {}, .retransmission = true};
        bytes = bytes.subspan(std::min(old, bytes.size()));
        length -= old;
    }
    const std::uint64_t position = position_ + static_cast<std::uint64_t>(std::max<std::int64_t>(ahead, 0));
    const bool in_order = position == position_ && !waiting();
    return in_order || !keeping_ ? pass_through(position, bytes, length) : hold(position, bytes, length);
}

Delivery TcpReassembly::acknowledged(std::uint32_t sequence)
{
    if (!next_)
        return {};
    if (far_off(sequence) && !follows_jump(sequence))
        return {};
    const std::int32_t ahead = distance(*next_, sequence);
    if (ahead > 0)
        acknowledged_ = std::max(acknowledged_, position_ + static_cast<std::uint64_t>(ahead));
    return give_up_gap();
}

std::uint32_t TcpReassembly::start_after(std::uint32_t sequence)
{
    if (!next_) {
        begin_at(sequence);
        return 0;
    }
    const std::int32_t ahead = distance(*next_, sequence);
    if (ahead <= 0 || ahead > max_jump || waiting())
        return 0;
    advance(position_ + static_cast<std::uint64_t>(ahead));
    return static_cast<std::uint32_t>(ahead);
}

Delivery TcpReassembly::give_up()
{
    if (!waiting())
        return {};
    missing_ += held_.begin() - position_;
    advance(held_.begin());
    return deliver_held();
}

std::uint64_t TcpReassembly::acknowledged_unseen() const
{
    return acknowledged_ > position_ ? acknowledged_ - position_ : 0;
}

void TcpReassembly::forget()
{
    keeping_ = false;
    held_ = {};
    delivered_ = {};
}

void TcpReassembly::begin_at(std::uint32_t sequence)
{
    next_ = sequence;
}

void TcpReassembly::advance(std::uint64_t position)
{
    next_ = *next_ + static_cast<std::uint32_t>(position - position_);
    position_ = position;
    calls_since_acknowledged_ = 0;
}

// Far from the expected position: the segment is garbage, or more is missing than is worth waiting for.
bool TcpReassembly::far_off(std::uint32_t sequence) const
{
    const std::int32_t ahead = distance(*next_, sequence);
    return ahead < -max_old || ahead > max_jump;
}

// Accepts an earlier segment that was far off if `sequence` is where it ends: the stream continues there.
bool TcpReassembly::follows_jump(std::uint32_t sequence)
{
    if (!jump_ || jump_->end != sequence)
        return false;
    const std::int32_t ahead = distance(*next_, jump_->sequence);
    held_ = {};
    missing_ += ahead > 0 ? static_cast<std::uint64_t>(ahead) : unknown_loss;
    next_ = jump_->sequence;
    acknowledged_ = position_;
    if (keeping_) {
        held_.add(position_, jump_->bytes, jump_->length);
    } else {
        missing_ += jump_->length;
        advance(position_ + jump_->length);
    }
    jump_.reset();
    return true;
}

Delivery TcpReassembly::pass_through(std::uint64_t position, Bytes bytes, std::size_t length)
{
    missing_ += position - position_;
    advance(position + length);
    if (bytes.empty()) {
        missing_ += length;
        return {};
    }
    return {.bytes = bytes, .missing = std::exchange(missing_, length - bytes.size())};
}

Delivery TcpReassembly::hold(std::uint64_t position, Bytes bytes, std::size_t length)
{
    const bool ahead = position > position_;
    if (ahead && held_.cost() > 2 * max_held)
        return give_up(); // several gaps: this segment opens another one
    if (!held_.add(position, bytes, length))
        return {.bytes = {}, .retransmission = true};
    Delivery delivery = held_.cost() > max_held ? give_up() : give_up_gap();
    delivery.out_of_order = ahead && waiting();
    return delivery;
}

Delivery TcpReassembly::deliver_held()
{
    delivered_.clear();
    const std::uint64_t end = held_.take_run(position_, delivered_);
    const std::uint64_t cut = end - position_ - delivered_.size();
    advance(end);
    if (delivered_.empty()) {
        missing_ += cut;
        return {};
    }
    return {.bytes = delivered_, .missing = std::exchange(missing_, cut)};
}

Delivery TcpReassembly::give_up_gap()
{
    if (!waiting())
        return {};
    if (held_.begin() == position_)
        return deliver_held();
    if (acknowledged_ < held_.begin() || ++calls_since_acknowledged_ < patience)
        return {};
    return give_up();
}

} // namespace tlsdiag
