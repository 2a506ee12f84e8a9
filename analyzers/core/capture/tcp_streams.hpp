// All TCP streams of a capture, by Wireshark's numbers: which are followed, and which carried no TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/conversation_metrics.hpp"
#include "core/flows/tcp_flow.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace tlsdiag {

class TcpStreams {
public:
    static constexpr std::size_t max_plain = 65'536; // streams without TLS

    // The stream's flow, which begins if it is new; nullptr: it is not followed.
    TcpFlow *flow(FlowHost &host, std::uint32_t stream);
    TcpFlow *find(std::uint32_t stream) const;      // nullptr: there is none
    bool wants_records(std::uint32_t stream) const; // see TcpFlow; true if the stream is not known yet

    // The conversation in a stream that has ended.
    std::optional<std::uint32_t> ended(std::uint32_t stream) const;

    // Its later packets are not followed.
    void end(std::uint32_t stream);

    // Forgets a stream without TLS if it has closed, or if it is not searched any longer.
    void forget_if_done(const TcpFlow &flow);

    // If there are too many without TLS, the older half is forgotten, and examined again at its next packets.
    void evict_plain();

    void keep_metrics() { keeps_metrics_ = true; } // of streams without TLS that are forgotten
    PlainTraffic plain_traffic() const;

private:
    static constexpr std::uint32_t not_followed = UINT32_MAX;

    void forget_plain(std::uint32_t stream);

    std::vector<std::unique_ptr<TcpFlow>> flows_; // null: not seen, ended, or forgotten
    std::vector<std::uint32_t> ended_;            // the conversation that it carried, plus 1; or not_followed
    std::vector<std::uint32_t> plain_;            // streams that carried no TLS when they were last checked
    bool keeps_metrics_ = false;
    PlainTraffic forgotten_; // only if metrics are kept
};

} // namespace tlsdiag
