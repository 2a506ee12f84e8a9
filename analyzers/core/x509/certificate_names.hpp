// Distinguished names, and whether a certificate is valid for a host name.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tlsdiag {

struct Certificate;

// Names compare by RFC 5280, 7.1 (case and white space folded, string types ignored).
enum class NameMatch { none, exact, differs_in_encoding };

NameMatch match_name(Bytes one, Bytes other);                   // DER of two Names
NameMatch find_name(Bytes name, std::span<const Octets> names); // the best match in a list, such as a CaList's
std::string name_text(Bytes name);       // DER of a Name -> one printable line; "(unreadable name)" if it is not a Name
std::string organization_of(Bytes name); // DER of a Name -> its organizationName, printable; empty if it has none

// Matches with X509_check_host or X509_check_ip. `name` is the SNI as sent. Without a DNS SAN the common name counts,
// as in old clients; `common_name_only` is then set.
struct HostMatch {
    bool matches = false;
    bool common_name_only = false;
};
HostMatch match_host(const Certificate &leaf, std::string_view name);

// Whether the names in a certificate are within the nameConstraints of a CA above it (RFC 5280, 4.2.1.10). The common
// name does not count: stacks differ.
struct NameLimits {
    enum class Verdict { within, violated, incomparable };
    Verdict verdict = Verdict::within; // also if there are no constraints, or too many to compare
    bool excluded = false;             // violated: the name is in excludedSubtrees, not outside of permittedSubtrees
    std::string name;                  // violated or incomparable: "dNSName host.example", "subject"
};
NameLimits check_name_limits(const Certificate &authority, const Certificate &certificate);

} // namespace tlsdiag
