// All TCP streams of a capture, by Wireshark's numbers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/tcp_streams.hpp"

#include <algorithm>

namespace tlsdiag {

// Stream numbers count up from 0, so a much larger number is invalid.
constexpr std::uint32_t max_streams = 50'000'000;

TcpFlow *TcpStreams::flow(FlowHost &host, std::uint32_t stream)
{
    if (stream >= max_streams)
        return nullptr;
    if (stream >= flows_.size()) {
        flows_.resize(stream + 1);
        ended_.resize(stream + 1);
    }
    if (ended_[stream] != 0)
        return nullptr;
    std::unique_ptr<TcpFlow> &flow = flows_[stream];
    if (!flow) {
        flow = std::make_unique<TcpFlow>(host, stream);
        plain_.push_back(stream);
    }
    return flow.get();
}

TcpFlow *TcpStreams::find(std::uint32_t stream) const
{
    return stream < flows_.size() ? flows_[stream].get() : nullptr;
}

bool TcpStreams::wants_records(std::uint32_t stream) const
{
    if (const TcpFlow *flow = find(stream))
        return flow->wants_records();
    return stream >= ended_.size() || ended_[stream] == 0;
}

std::optional<std::uint32_t> TcpStreams::ended(std::uint32_t stream) const
{
    if (stream >= ended_.size() || ended_[stream] == 0 || ended_[stream] == not_followed)
        return std::nullopt;
    return ended_[stream] - 1;
}

void TcpStreams::end(std::uint32_t stream)
{
    std::unique_ptr<TcpFlow> &flow = flows_[stream];
    if (!flow)
        return;
    ended_[stream] = flow->tracker()->conversation().number + 1;
    if (flow->carried_tls())
        flow.reset();
    else
        forget_plain(stream); // the server refused STARTTLS
}

void TcpStreams::forget_plain(std::uint32_t stream)
{
    if (keeps_metrics_)
        forgotten_.add(stream, flows_[stream]->as_plain());
    flows_[stream].reset();
}

void TcpStreams::forget_if_done(const TcpFlow &flow)
{
    const std::uint32_t stream = flow.stream();
    if (flow.closed()) {
        forget_plain(stream);
    } else if (flow.given_up() && !keeps_metrics_) { // the metrics need its byte count
        ended_[stream] = not_followed;
        flows_[stream].reset();
    }
}

void TcpStreams::evict_plain()
{
    if (plain_.size() <= max_plain)
        return;
    std::erase_if(plain_, [&](std::uint32_t stream) { return !flows_[stream] || flows_[stream]->tracker(); });
    if (plain_.size() <= max_plain / 2)
        return;
    const auto middle = plain_.begin() + max_plain / 2;
    std::for_each(plain_.begin(), middle, [&](std::uint32_t stream) { forget_plain(stream); });
    plain_.erase(plain_.begin(), middle);
}

PlainTraffic TcpStreams::plain_traffic() const
{
    PlainTraffic all = forgotten_;
    for (const std::unique_ptr<TcpFlow> &flow : flows_)
        if (flow && !flow->carried_tls())
            all.add(flow->stream(), flow->as_plain());
    return all;
}

} // namespace tlsdiag
