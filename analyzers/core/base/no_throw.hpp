// Keeps exceptions from leaving the core.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace tlsdiag {

// Returns `nothing` if the call throws.
template <class Result, class Call>
Result guarded(Result nothing, Call call)
{
    try {
        return call();
    } catch (...) {
        return nothing;
    }
}

template <class Call>
void guarded(Call call)
{
    try {
        call();
    } catch (...) {
    }
}

} // namespace tlsdiag
