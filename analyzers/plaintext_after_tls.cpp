// A side goes on in plain text within a TLS stream.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/net/plaintext_protocols.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis plaintext_after_tls{
    .title = "One side goes on in plain text after TLS began",
    .severity = Severity::note,
    .triggers = EventKind::plain_after_tls,
    .wire =
        "After whole TLS records of the same side, and with no byte missing, come bytes that are no record: an error "
        "message of a daemon, or the protocol's own goodbye (LDAP's unbind).",
    .remedy = "Read these words: they often say what went wrong. Update the program that writes them outside of TLS.",
    .sources = {"RFC 8446, 5.1", "RFC 4511, 4.14.3 (LDAP: TLS is removed only with close_notify)",
                "RFC 4217, 12.3 (FTP: CCC)"},
    .examine = examine,
    .once_a_side = true,
};

// After its close_notify, a side may go on in plain text (LDAP, FTP's CCC). It can be encrypted, but not its type.
static bool left_tls_properly(const Conversation &c, Side side)
{
    return c.close_notify[side] || c.last_record[side].type == ContentType::alert;
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Seen<NotTls> &strange = c.plain_after[event.side];
    if (!strange || left_tls_properly(c, event.side))
        return {};
    const Octets &words = strange->first;
    if (protocol_of(words) == "binary data")
        return {}; // what is not known is no plain text
    Finding finding;
    finding.side = party(event.side);
    finding.detail = "the " + std::string{name(event.side)} + " sent " + std::string{protocol_of(words)} +
                     " where a TLS record was due: " + opening_of(words) +
                     "; these bytes are not encrypted, and no byte is missing before them";
    finding.evidence = {strange.at.frame};
    return {finding};
}

} // namespace tlsdiag
