// An FTP server closes a data connection whose TLS handshake did not resume the control connection's session.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis ftps_session_not_reused{
    .title = "An FTP data connection did not resume the session",
    .severity = Severity::warning,
    .triggers = EventKind::capture_end,
    .wire = "Next to an FTP control connection that speaks TLS, a data connection between the same hosts makes a full "
            "handshake, and the server closes it before either side has sent data.",
    .remedy = "Let the FTP client resume the TLS session of the control connection on data connections; or stop "
              "requiring it on the server (vsftpd: require_ssl_reuse=NO; ProFTPD: TLSOptions NoSessionReuseRequired).",
    .sources = {"RFC 4217, 10.2 and 15.3 (the data connection, and whose it is)", "vsftpd.conf, require_ssl_reuse",
                "ProFTPD, mod_tls, NoSessionReuseRequired",
                "vsftpd: 522 SSL connection failed; session reuse required"},
    .examine = examine,
    .at_end = true,
};

// Data follows the handshake as application data that is no message of the handshake and no alert. TLS 1.3 without keys
// hides which is which: session tickets are sent at once, in the size of data.
static bool data_was_sent(const Conversation &c)
{
    constexpr std::uint32_t longest_alert = 64; // with the usual padding
    if (!c.tls13())
        return c.application_data[Side::client] || c.application_data[Side::server];
    const std::uint32_t finished = c.finished[Side::client].frame;
    return std::ranges::any_of(c.encrypted_records, [&](const EncryptedRecord &record) {
        return record.at.frame > finished && !record.decrypted && record.length > longest_alert;
    });
}

// The frame in which a side says that nothing more follows. Before TLS 1.3, the record type tells an alert.
static std::uint32_t left_at(const Conversation &c, Side side)
{
    std::uint32_t first = UINT32_MAX;
    const auto says = [&](const Moment &one) { first = one ? std::min(first, one.frame) : first; };
    says(c.fin[side]);
    says(c.rst[side]);
    says(c.close_notify[side]);
    for (const EncryptedRecord &record : c.encrypted_records)
        if (record.by == side && record.type == ContentType::alert)
            says(record.at);
    return first;
}

static Findings examine(const Conversation &c, const Event &)
{
    const std::uint32_t control = c.history->ftp_control(c.client, c.server);
    const bool seen = c.completed && c.transport == Transport::tcp && !c.inner && !c.gaps.any() && !c.ftp_control &&
                      !c.lost_later[Side::client] && !c.lost_later[Side::server];
    if (control == 0 || !seen || c.resumed || (c.tls13() && !c.decrypted))
        return {};
    const bool closed = c.fin[Side::server] || c.rst[Side::server];
    if (!closed || data_was_sent(c) || left_at(c, Side::client) <= left_at(c, Side::server))
        return {};
    Finding finding;
    finding.side = Party::client;
    finding.certainty = Certainty::guess;
    finding.detail = "the handshake was a full one, and the server closed before any data; servers that require the "
                     "session of the control connection (frame " +
                     std::to_string(control) +
                     ") do so, with 522 or 425 there; if the answer there is 226, there was nothing to send";
    finding.evidence = {control, c.completed.frame};
    return {finding};
}

} // namespace tlsdiag
