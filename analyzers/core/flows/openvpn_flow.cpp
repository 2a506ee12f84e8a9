// Follows TLS in the control channel of OpenVPN over UDP (OpenVPN, Wire Protocol, 4: the reliability layer).
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/openvpn_flow.hpp"

#include "core/net/tls_detection.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

constexpr std::uint8_t control_v1 = 4, key_bits = 7;
constexpr std::size_t most_early = 64; // OpenVPN itself sends at most 12 ahead

Side OpenvpnFlow::side() const
{
    return host_.frame().source == client_ ? Side::client : Side::server;
}

void OpenvpnFlow::begin(const Endpoint &client, const Endpoint &server, bool midway)
{
    client_ = client;
    tls_.emplace(host_.start({Transport::openvpn, stream_, client, server, false}));
    tls_->tracker().transport(TlsStarts{midway});
    next_ = {};
    early_ = {};
}

// A client that reconnects, or renegotiates its keys. A ClientHello after a HelloRetryRequest has a higher number.
bool OpenvpnFlow::begins_anew(std::uint32_t number, Bytes hello) const
{
    return (tls_->outcome_known() || number <= first_) && !std::ranges::equal(hello, hello_);
}

bool OpenvpnFlow::begins_tls(std::uint8_t key, std::uint32_t number, Bytes content)
{
    const bool hello = content.size() > 5 && RecordReader::looks_like_client_hello(content);
    if (hello && (!tls_ || begins_anew(number, content))) {
        begin(host_.frame().source, host_.frame().destination, false);
    } else if (!tls_ && is_tls_midway(content)) {
        const auto role = role_of_sender(content);
        const bool by_client = role ? *role == Side::client : host_.frame().source_port_is_higher();
        by_client ? begin(host_.frame().source, host_.frame().destination, true)
                  : begin(host_.frame().destination, host_.frame().source, true);
    } else {
        return false;
    }
    key_ = key;
    first_ = number;
    hello_.assign(content.begin(), content.end());
    return true;
}

void OpenvpnFlow::packet(std::uint8_t type, Bytes numbered)
{
    Reader reader{numbered};
    const std::uint32_t number = reader.u32();
    const Bytes content = reader.rest();
    const std::uint8_t key = type & key_bits;
    if (!reader.ok() || type >> 3 != control_v1 || content.empty())
        return;
    const bool first = begins_tls(key, number, content);
    if (!tls_ || key != key_)
        return;
    const Side from = side();
    host_.touch(tls_->tracker(), from);
    if (first)
        next_[from] = number;
    else if (next_[from] == 0)
        next_[from] = 1; // number 0 is the reset, which has no content
    take(from, number, content);
}

void OpenvpnFlow::take(Side from, std::uint32_t number, Bytes content)
{
    std::uint32_t &next = next_[from];
    auto &early = early_[from];
    if (number < next || early.contains(number)) {
        if (!tls_->outcome_known())
            tls_->tracker().transport(SentAgain{from});
        return;
    }
    early.emplace(number, Octets{content.begin(), content.end()});
    std::uint64_t missing = 0;
    if (early.size() > most_early) { // the packet before them is not in the capture
        missing = unknown_loss;
        next = early.begin()->first;
    }
    while (!early.empty() && early.begin()->first == next) {
        tls_->deliver(from, early.begin()->second, std::exchange(missing, 0));
        early.erase(early.begin());
        ++next;
    }
}

void OpenvpnFlow::message(Bytes message)
{
    if (tls_)
        tls_->dissected(side(), message);
}

void OpenvpnFlow::alert(Alert alert)
{
    if (tls_)
        tls_->dissected(side(), alert);
}

void OpenvpnFlow::end_frame()
{
    if (tls_)
        tls_->end_frame();
}

} // namespace tlsdiag
