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
        if (const auto session = eap_session_of.find(conversation.number); session != eap_session_of.end()) {
            eap.end(session->second, conversation.number);
            eap_session_of.erase(session);
        }
        return;
    case Transport::openvpn:
        return openvpn.end(*conversation.stream, conversation.number);
    case Transport::dtls:
    case Transport::quic:
        return udp.end(*conversation.stream, conversation.number);
    }
}

} // namespace tlsdiag
