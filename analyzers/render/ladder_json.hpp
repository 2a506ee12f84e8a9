// The ladder's data for programs (docs/tlsdiag.schema.json).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <nlohmann/json.hpp>

namespace tlsdiag {

// What the conversation's own object does not have already.
nlohmann::ordered_json ladder_json(const Ladder &ladder);

} // namespace tlsdiag
