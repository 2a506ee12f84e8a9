// A list of accepted CAs is so long that some known receivers give up on it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis ca_list_oversize{
    .title = "The list of accepted CAs is very long",
    .severity = Severity::warning,
    .triggers = EventKind::certificate_request | EventKind::client_hello | EventKind::ended | EventKind::capture_end,
    .wire = "The certificate_authorities field of a CertificateRequest (TLS 1.3: the extension) takes more than 16,384 "
            "bytes; or the message announces such a size and does not get through.",
    .remedy = "Shorten the list of CAs on the server to those that issue its clients' certificates, or raise the "
              "receiver's limit if it is configurable.",
    .sources = {"RFC 5246, 7.4.4", "RFC 8446, 4.2.4", "RFC 8446, 5.1 (records of 2^14 bytes)",
                "analyzers/sizes.tsv: each receiver's limit with its own source"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

constexpr std::uint32_t longest_unremarkable = 16'384; // one record

// Bytes of the names and of the message that carries them. If the message did not get through, only its size is known.
struct Sizes {
    std::uint32_t names = 0, message = 0, count = 0;
    std::uint32_t frame = 0;
};

constexpr std::uint32_t header = 4;

static Sizes sizes(const Conversation &c, Side sender)
{
    if (const CaList *list = accepted_authorities(c, sender)) {
        const bool in_request = sender == Side::server;
        const std::uint32_t body = in_request ? c.certificate_request->size : c.client_hello->size;
        return {list->bytes, body + header, list->count,
                in_request ? c.certificate_request.at.frame : c.client_hello.at.frame};
    }
    constexpr auto request = static_cast<std::uint8_t>(HandshakeType::certificate_request);
    if (const auto &cut = c.incomplete[sender]; cut && cut->type == request)
        return {0, cut->size + header, 0, cut.at.frame};
    if (const auto &giant = c.too_long[sender]; giant && giant->type == request)
        return {0, giant->length + header, 0, giant.at.frame};
    for (const auto &broken : c.malformed[sender])
        if (broken->type == request)
            return {0, broken->size + header, 0, broken.at.frame};
    return {};
}

static std::vector<const ReceiverLimit *> receivers(const Conversation &c, const Sizes &size)
{
    return c.history->receiver_limits->too_long_for(size.message, size.names);
}

// "too long for OpenSSL client (102,400), rustls (65,535)"
static std::string receivers_text(const std::vector<const ReceiverLimit *> &limits)
{
    std::vector<std::string> each;
    for (const ReceiverLimit *one : limits)
        each.push_back(one->receiver + " (" + digit_groups(one->limit) + ")");
    return each.empty() ? "unusually long, but within the known limits of receivers"
                        : "too long for " + join(each, ", ");
}

// If the receiver has a setting, its operator can act without the server's operator.
static std::string remedy(const std::vector<const ReceiverLimit *> &limits)
{
    std::vector<std::string> settings;
    for (const ReceiverLimit *one : limits)
        if (!one->setting.empty())
            settings.push_back(one->receiver + ": " + one->setting);
    if (settings.empty())
        return {};
    return "Shorten the list of CAs on the server to those that issue its clients' certificates, or raise the "
           "receiver's limit: " +
           join(settings, "; ") + ".";
}

static Findings examine_side(const Conversation &c, Side sender)
{
    // Apart from the names, a CertificateRequest contains little: certificate types and signature algorithms.
    constexpr std::uint32_t all_else = 512;
    const Sizes size = sizes(c, sender);
    const bool announced = size.names == 0 && size.message > longest_unremarkable + all_else && c.ending;
    if (size.names <= longest_unremarkable && !announced)
        return {};
    const std::string measured = announced
                                     ? "the CertificateRequest announces " + digit_groups(size.message) + " bytes"
                                     : plural(size.count, "CA", "CAs") + ", " + digit_groups(size.names) +
                                           " bytes of names, in a message of " + digit_groups(size.message) + " bytes";
    const auto limits = receivers(c, size);
    Finding finding;
    finding.side = party(sender);
    finding.certainty = announced ? Certainty::strong : Certainty::proven;
    finding.detail = measured + "; " + receivers_text(limits);
    finding.because =
        "the " + std::string{name(sender)} + "'s list of CAs (" + measured + ") is " + receivers_text(limits);
    finding.remedy = remedy(limits);
    finding.evidence = {size.frame};
    return {finding};
}

static Findings examine(const Conversation &c, const Event &event)
{
    return examine_side(c, event.kind == EventKind::client_hello ? Side::client : Side::server);
}

// It explains the ending only if the receiver gave up on this message, before it had answered.
static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side sender = finding.side == Party::server ? Side::server : Side::client, receiver = peer(sender);
    const bool answered = receiver == Side::client
                              ? c.chain[Side::client] || c.client_key_exchange || c.finished[Side::client]
                              : static_cast<bool>(c.server_hello);
    if (!c.ending || answered)
        return Fit::none;
    const auto limits = receivers(c, sizes(c, sender));
    if (c.ending.reason == EndReason::eap_failure || c.ending.reason == EndReason::silence)
        return Fit::possible;
    if (c.ending.by != receiver)
        return Fit::none;
    if (c.ending.alert) {
        const bool known = std::ranges::any_of(limits, [&](const ReceiverLimit *one) {
            return std::ranges::count(one->alerts, c.ending.alert->description) > 0;
        });
        return known ? Fit::exact : Fit::none;
    }
    return limits.empty() ? Fit::none : Fit::good;
}

} // namespace tlsdiag
