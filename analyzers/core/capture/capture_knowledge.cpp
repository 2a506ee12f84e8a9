// Loads what the settings name.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture_knowledge.hpp"

namespace tlsdiag {

CaptureKnowledge::CaptureKnowledge(const Settings &settings)
{
    std::string error;
    trust = TrustStore::load(settings.trust_store, error);
    if (!error.empty())
        notes.push_back(error + "; certificates are judged without a trust store");
    else if (trust.absent())
        notes.push_back("This system has no trust store: chains are judged as with trust_store \"none\".");
    error.clear();
    receiver_limits =
        settings.size_table.empty() ? ReceiverLimits::builtin() : ReceiverLimits::load(settings.size_table, error);
    if (!error.empty())
        notes.push_back(error);
    history.certificates = &certificates;
    history.trust = &trust;
    history.receiver_limits = &receiver_limits;
    history.silence = settings.silence;
}

} // namespace tlsdiag
