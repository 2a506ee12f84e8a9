// Ends the flow of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/carriers.hpp"

namespace tlsdiag {

void Carriers::end(const Conversation &conversation)
{
    switch (conversation.transport) {
    case Transport::tcp:
        return tcp.end(*conversation.stream);
    case Transport::eap:
        return eap.end(eap_carrier(conversation.stream, conversation.client), conversation.number);
    case Transport::dtls:
    case Transport::quic:
        return udp.end(*conversation.stream, conversation.number);
    }
}

} // namespace tlsdiag
