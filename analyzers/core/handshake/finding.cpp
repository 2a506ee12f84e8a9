// Names for the parts of a finding.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/finding.hpp"

namespace tlsdiag {

std::string_view name(Certainty certainty)
{
    switch (certainty) {
    case Certainty::proven:
        return "proven";
    case Certainty::strong:
        return "strong";
    case Certainty::guess:
        return "guess";
    }
    return "";
}

std::string_view name(Party party)
{
    switch (party) {
    case Party::client:
        return "client";
    case Party::server:
        return "server";
    case Party::network:
        return "network";
    case Party::capture:
        return "capture";
    }
    return "";
}

} // namespace tlsdiag
