// The ladder as JSON (docs/tlsdiag.schema.json).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <nlohmann/json.hpp>

namespace tlsdiag {

// Only what the conversation's own object does not contain.
nlohmann::ordered_json ladder_json(const Ladder &ladder);

} // namespace tlsdiag
