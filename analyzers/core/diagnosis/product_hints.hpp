// What products write into their own logs for a fault, and where it is put right in them (hints.tsv; each row has its
// source). A hint is no diagnosis: it changes no verdict. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

// A row of the table. Empty texts: there is nothing to say of it.
struct ProductNote {
    std::string_view alert;              // of fatal_alert: this one only
    std::string_view product;            // "Transfer CFT"
    std::vector<std::string_view> where; // whose log: client, server, fault, other, ender, receiver; all at once
    std::string_view when;               // failed, completed, any
    std::string_view log;                // may hold {alert}, {number} and {words}, the alert's name in words
    std::string_view fix;
    std::string_view source;
};

// The built-in table by diagnosis, in the file's order.
const std::multimap<std::string_view, ProductNote> &product_notes();

// Whose notes are shown: the preference `tlsdiag.products`.
struct Products {
    bool by_evidence = true; // "auto": of libraries that a side is seen to run
    bool all = false;
    std::set<std::string_view> named;

    // Names, `auto`, `all`, `none`, separated by commas; case does not matter. On failure `error` has one line, and
    // nothing but evidence counts.
    static Products parse(std::string_view list, std::string &error);
};

// Gives each finding its hints.
void add_hints(Summary &summary, const Products &products);

std::string hint_text(const Hint &hint); // a line

} // namespace tlsdiag
