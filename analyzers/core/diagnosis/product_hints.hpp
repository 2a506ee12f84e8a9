// What products log for a fault, and which of their settings fixes it (hints.tsv; each row has its source). A hint is
// not a diagnosis and never changes the verdict.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

// A row of the table. Empty text: nothing is known, or there is nothing to change.
struct ProductNote {
    std::string_view alert;              // only for this alert of fatal_alert
    std::string_view product;            // "Transfer CFT"
    std::vector<std::string_view> where; // whose log: client, server, fault, other, ender, receiver; all must agree
    std::string_view when;               // failed, completed, any
    std::string_view log;                // may contain {alert}, {number} and {words}, the alert's name in words
    std::string_view fix;
    std::string_view source;
};

// The built-in table by diagnosis, in the file's order.
const std::multimap<std::string_view, ProductNote> &product_notes();

// Which products' notes are shown: the preference `tlsdiag.products`.
struct Products {
    bool by_evidence = true; // "auto": notes of libraries that a side seems to use
    bool all = false;
    std::set<std::string_view> named;

    // Names, `auto`, `all`, `none`, separated by commas; case does not matter. On failure `error` is one line, and the
    // result is `auto`.
    static Products parse(std::string_view list, std::string &error);
};

// Gives each finding its hints.
void add_hints(Summary &summary, const Products &products);

std::string hint_text(const Hint &hint); // one line

} // namespace tlsdiag
