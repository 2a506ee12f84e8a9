// The catalogue. Only this file includes diagnoses.def, so that a new diagnosis compiles little again.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"

#include <algorithm>

namespace tlsdiag {

#define DIAGNOSIS(id) extern const Diagnosis id;
#include "diagnoses.def"
#undef DIAGNOSIS

static constexpr Entry entries[] = {
#define DIAGNOSIS(id) {#id, &id},
#include "diagnoses.def"
#undef DIAGNOSIS
};

std::span<const Entry> catalogue()
{
    return entries;
}

std::string_view id(const Diagnosis &diagnosis)
{
    const auto found = std::ranges::find(entries, &diagnosis, &Entry::diagnosis);
    return found == std::end(entries) ? std::string_view{} : found->id;
}

} // namespace tlsdiag
