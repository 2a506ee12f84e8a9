// The server asks for another ClientHello, which costs a round trip.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis hello_retry{
    .title = "The server asks for another ClientHello",
    .severity = Severity::note,
    .triggers = EventKind::server_hello,
    .wire = "A HelloRetryRequest: a ServerHello with the random value of RFC 8446, 4.1.3. It costs a round trip.",
    .remedy =
        "Configure the client to send a key share for the group that the server prefers, if the round trip matters.",
    .sources = {"RFC 8446, 4.1.4 and 2.1"},
    .examine = examine,
};

static std::string shares(const ClientHello &hello)
{
    std::vector<std::string> names;
    for (const Group group : hello.key_shares)
        names.push_back(group_name(group));
    return names.empty() ? "none" : few(names);
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.hello_retry_request)
        return {};
    const ServerHello &retry = *c.hello_retry_request;
    Finding finding;
    finding.side = Party::client;
    finding.detail =
        retry.group ? "the server asks for group " + group_name(*retry.group) : "the server asks for no group";
    if (retry.has(ExtensionType::cookie))
        finding.detail += retry.group ? " and for its cookie back" : ", only for its cookie back";
    // The first ClientHello is no longer kept once the second one has arrived.
    if (c.client_hello && c.client_hello.at.frame < c.hello_retry_request.at.frame)
        finding.detail += "; key shares in the ClientHello: " + shares(*c.client_hello);
    finding.because = "the server asked for another ClientHello";
    finding.evidence = {c.first_client_hello.frame};
    return {finding};
}

} // namespace tlsdiag
