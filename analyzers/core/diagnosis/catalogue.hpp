// The list of all diagnoses, and their ids.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

#include <span>
#include <string_view>

namespace tlsdiag {

struct Entry {
    std::string_view id;
    const Diagnosis *diagnosis;
};

// All diagnoses, in the order of diagnoses.def.
std::span<const Entry> catalogue();
std::string_view id(const Diagnosis &diagnosis);

} // namespace tlsdiag
