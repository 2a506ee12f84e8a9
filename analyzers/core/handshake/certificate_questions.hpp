// Questions about one side's certificates that several analyzers ask.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/time_text.hpp"
#include "core/handshake/conversation.hpp"
#include "core/x509/certificate_names.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tlsdiag {

// A distinguished name for a sentence. Its most specific part comes first, so a long one can be shortened.
std::string short_name(const std::string &name_text);
std::string named(Side side, const Certificate &certificate); // "the server's certificate CN=host"
std::string chain_text(const Chain &chain);                   // "only its own certificate", "3 certificates"

// The leaf and the intermediates on its path: what a peer verifies (a root is trusted as it is). Empty if only the
// leaf's fingerprint counts.
std::span<const Certificate *const> below_root(const Conversation &conversation, Side side);

// Whether a peer with the user's trust store needs no certificate from this one on: the store has the CA that issued a
// certificate below it. AddTrust and DST: what lies above such a CA does not matter.
bool is_above_trusted(const Conversation &conversation, Side side, const Certificate &certificate);

// The certificate of the user's trust store that issued this one: name and key fit. nullptr: none.
const Certificate *trusted_issuer(const Conversation &conversation, const Certificate &certificate);

// What a peer judges with the chain, the leaf first: the path up to its root, or up to a CA that the user trusts, which
// is then the last one. At most max_judged_path.
std::vector<const Certificate *> judged_path(const Conversation &conversation, Side side);
constexpr std::size_t max_judged_path = 10;

// A certificate that was sent and has the name of the issuer of the path's last certificate, but did not issue it: the
// CA has a new key, or another one has the same name. nullptr: none, or its issuer is trusted.
const Certificate *namesake_of_issuer(const Conversation &conversation, Side side);

// Those of them whose own signature a peer must verify. This excludes a CA that the peer may have as a root: one that
// the user trusts, or the last of three or more, which may be a root that an older root has also certified.
std::vector<const Certificate *> needed_signatures(const Conversation &conversation, Side side);

// "the server's certificate CN=host", "the intermediate CN=CA in the server's chain"
std::string named_in_chain(const Conversation &conversation, Side side, const Certificate &certificate);

// Rewritten captures and devices without a clock write 1970: such a time cannot be used for a judgement.
bool is_sane(Time time);
Time beginning_of(int year);

// The last certificate of a chain that does not end in a root; nullptr if the chain cannot be read or ends in a
// self-signed certificate.
const Certificate *open_end(const Conversation &conversation, Side side);

// The CAs that `side` accepts according to its CertificateRequest or certificate_authorities; nullptr if it sent none.
const CaList *accepted_authorities(const Conversation &conversation, Side side);

// How well an issuer in a chain matches a name in a list.
NameMatch best_match(const std::vector<const Certificate *> &chain, const CaList &list);

// The judge's list of accepted CAs may be in a gap of the capture.
bool list_may_be_missing(const Conversation &conversation, Side judge);

// The judge of a chain has a CA of this name even if it is not sent: the user trusts it, the judge's list contains it,
// or the judge sends it in its own chain. The last counts only as long as the judge does not end the handshake: stacks
// do not verify with what they send.
bool has_authority(const Conversation &conversation, Side judge, const Octets &name);

// A certificate with the name of `top`'s issuer and another key, or with its key and another name, was sent: then the
// issuer does not count as missing.
bool issuer_is_sent_in_part(const Conversation &conversation, Side side, const Certificate &top);

// "; the system trust store (142 roots) contains it", or that it does not: a CA of this name; empty without a store.
std::string trust_text(const Conversation &conversation, const Octets &name);

// RFC 5763, 5: in DTLS-SRTP (WebRTC) certificates are self-signed by design and are checked by their fingerprints; CAs
// do not matter.
bool fingerprint_is_signalled(const Conversation &conversation);

} // namespace tlsdiag
