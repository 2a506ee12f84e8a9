// Summarizes a TLS message in a few words, for the arrows of the ladder.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/conversation.hpp"
#include "core/x509/certificate.hpp"

#include <string>
#include <vector>

namespace tlsdiag {

struct Said {
    std::string label;                    // "ClientHello"
    std::vector<std::string> words;       // the most important first
    EventKind event = EventKind::nothing; // the event that analyzers see here
};

Said said_by(const Message &message, CertificateCache &certificates);
Said said_by(const Alert &alert);

// "CN=host.example <- CN=Issuing CA <- CN=Root (not sent)": from the leaf to the end of the chain.
std::string path_text(const Path &path);

// "3 CA names, 312 bytes: CN=One CA, CN=Other CA and 1 more".
std::string authorities_text(const CaList &authorities);

} // namespace tlsdiag
