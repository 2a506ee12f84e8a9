// How certain a finding or a verdict may be. Analyzers say how certain they are; only here it is decided what they have
// earned. The law: docs/laws.md, "Certainty".
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

// A finding. Absence is certain only where the capture would have shown presence.
Certainty earned(const Conversation &conversation, const Diagnosis &diagnosis, Certainty claimed);

// The cause of a failed handshake: a finding that explains its ending so well.
Certainty earned(const Finding &cause, Fit fit);

// That the handshake completed.
Certainty earned(CompletionSign sign);

} // namespace tlsdiag
