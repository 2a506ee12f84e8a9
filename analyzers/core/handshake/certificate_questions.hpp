// Questions about the certificates of a side that several analyzers ask.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

#include <optional>
#include <span>
#include <string>

namespace tlsdiag {

std::string date_text(Time time); // "2026-11-08 09:30 UTC"
std::string day_text(Time time);  // "2026-11-08"; at the ends of the range "1677 or earlier", "2262 or later"
std::string span_text(Time since, Time until); // "12 days", "3 hours", "1 minute"

// A distinguished name for a sentence: what tells it apart comes first, so a long one may be cut.
std::string short_name(const std::string &name_text);
std::string named(Side side, const Certificate &certificate); // "the server's certificate CN=host"
std::string chain_text(const Chain &chain);                   // "only its own certificate", "3 certificates"

// nullptr: none was sent, or its bytes are no certificate.
const Certificate *readable_leaf(const Conversation &conversation, Side side);

// The leaf and the intermediates on its path: what a peer checks, for a root is trusted or not by itself. Nothing where
// only the leaf's fingerprint counts.
std::span<const Certificate *const> below_root(const Conversation &conversation, Side side);

// Of these, those whose own signature a peer has to verify. A CA that it may have as a root is none: one that the user
// trusts, or the last of three and more, which may be a root that an older one has certified as well.
std::vector<const Certificate *> needed_signatures(const Conversation &conversation, Side side);

// "the server's certificate CN=host", "the intermediate CN=CA in the server's chain"
std::string named_in_chain(const Conversation &conversation, Side side, const Certificate &certificate);

// Rewritten captures and devices without a clock write 1970: nothing can be judged by such a time.
bool is_sane(Time time);
Time beginning_of(int year);

// The host name that the client wants to see in the server's certificate. An encrypted hello has another inside.
std::optional<std::string> expected_name(const Conversation &conversation);

// Where the chain stops without being at a root; nullptr: it cannot be read, or ends in a self-signed certificate.
const Certificate *open_end(const Conversation &conversation, Side side);

// The CAs that `side` says to accept, in CertificateRequest or certificate_authorities; nullptr: it did not say.
const CaList *accepted_authorities(const Conversation &conversation, Side side);

// How well an issuer in a chain matches a name in a list.
NameMatch best_match(const std::vector<const Certificate *> &chain, const CaList &list);

// The judge may have named the CAs that it accepts where the capture has a hole.
bool list_may_be_missing(const Conversation &conversation, Side judge);

// The judge of a chain has a CA of this name without being sent it: the user trusts it, the judge names it, or the
// judge itself sends it.
bool has_authority(const Conversation &conversation, Side judge, const Octets &name);

// The name of `top`'s issuer was sent with another key, or its key with another name: that is not to be missing.
bool issuer_is_sent_in_part(const Conversation &conversation, Side side, const Certificate &top);

// "; the system's store (142 roots) has it": whether the user trusts a CA of this name; empty where there is no store.
std::string trust_text(const Conversation &conversation, const Octets &name);

// RFC 5763, 5: in DTLS-SRTP (WebRTC) certificates are self-signed by design and known by their fingerprints; no CA
// counts.
bool fingerprint_is_signalled(const Conversation &conversation);

} // namespace tlsdiag
