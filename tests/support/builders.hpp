// Builds conversations as plain data, for the tests of analyzers and of the verdict.
//     Conversation c = failed_by(Side::client, "unknown_ca");
//     with_chain(c, Side::server, {leaf});
//     Findings f = play(missing_intermediate, c);
// Every message has its fixed place in time (see `frames`), in whatever order a test adds them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"
#include "support/pki.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

namespace builders {

namespace frames {
constexpr std::uint32_t syn = 1, syn_ack = 2, ack = 3, client_hello = 4, server_hello = 6, server_chain = 7,
                        server_key_exchange = 8, certificate_request = 9, server_hello_done = 10, client_chain = 12,
                        client_key_exchange = 13, certificate_verify = 14, client_finished = 15, server_finished = 17,
                        completed = 18, ending = 20;
}

constexpr Time now = pki::date(2026, 6, 1);
inline Moment at(std::uint32_t frame)
{
    return {frame, now + frame * (second / 1000)};
}

template <class T>
Seen<T> seen(std::uint32_t frame, T what)
{
    return {at(frame), std::move(what)};
}

// The environment of a conversation: no trust store and the built-in sizes, unless a test sets others.
struct World {
    CertificateCache certificates;
    TrustStore trust;
    ReceiverLimits sizes = ReceiverLimits::builtin();
    CaptureHistory history;

    World()
    {
        history.certificates = &certificates;
        history.trust = &trust;
        history.receiver_limits = &sizes;
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    // The trust store of a user who configures a file with these roots.
    void trusts(const std::vector<pki::Identity> &roots)
    {
        const auto file = std::filesystem::temp_directory_path() /
                          ("tlsdiag-trust-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".pem");
        {
            std::ofstream out{file};
            for (const pki::Identity &root : roots)
                out << root.pem();
        }
        std::string error;
        trust = TrustStore::load(file.string(), error);
        std::filesystem::remove(file);
        if (!error.empty())
            throw std::runtime_error{error};
    }

    // A chain elsewhere in the capture contained this certificate.
    const Certificate *saw(const pki::Identity &identity, std::uint32_t frame)
    {
        const Certificate *certificate = certificates.parse(identity.der);
        history.by_subject[std::string{certificate->subject.begin(), certificate->subject.end()}].push_back(
            {certificate, frame});
        return certificate;
    }
};

// Shared by all tests that do not depend on it; must never be changed.
inline World &plain_world()
{
    static World world;
    return world;
}

// ---- Beginnings ----

// A client sent its ClientHello and nothing more: TLS 1.2 and 1.3, SNI host.example.
inline Conversation hello(World &world = plain_world())
{
    Conversation c;
    c.history = &world.history;
    c.stream = 0;
    c.client = {{10, 0, 0, 1}, 4, 40000};
    c.server = {{10, 0, 0, 2}, 4, 443};
    c.client_known = true;
    c.first = c.tcp_syn = at(frames::syn);
    c.tcp_syn_ack = at(frames::syn_ack);
    c.tcp_ack = at(frames::ack);
    ClientHello hello;
    hello.legacy_version = 0x0303;
    hello.cipher_suites = {0x1301, 0xc02f, 0xc02b, 0x009c};
    hello.compression_methods = {0};
    hello.supported_versions = {0x0304, 0x0303};
    hello.groups = {0x001d, 0x0017};
    hello.key_shares = {0x001d};
    hello.signature_algorithms = {0x0403, 0x0804, 0x0401};
    hello.sni = "host.example";
    hello.size = 200;
    c.client_hello = seen(frames::client_hello, hello);
    c.first_client_hello = c.client_hello.at;
    c.first_tls[Side::client] = c.last = at(frames::client_hello);
    c.stage = Stage::client_hello;
    return c;
}

// The server answered with a ServerHello of this version.
inline Conversation answered(Version version = 0x0303, World &world = plain_world())
{
    Conversation c = hello(world);
    ServerHello answer;
    answer.legacy_version = std::min<Version>(version, 0x0303);
    answer.version = version;
    answer.cipher_suite = version == 0x0304 ? 0x1301 : 0xc02f;
    answer.renegotiation_info = version < 0x0304;
    c.server_hello = seen(frames::server_hello, answer);
    c.first_tls[Side::server] = c.last = at(frames::server_hello);
    c.stage = Stage::server_hello;
    return c;
}

// ---- Additions ----

inline void reaches(Conversation &c, Moment moment)
{
    if (c.last.frame < moment.frame)
        c.last = moment;
}

inline void with_name(Conversation &c, std::optional<std::string> sni)
{
    c.client_hello.what.sni = std::move(sni);
}

// The side's Certificate message, leaf first; {} is an empty one.
inline void with_chain(Conversation &c, Side side, const std::vector<pki::Identity> &identities)
{
    Chain chain;
    for (const pki::Identity &identity : identities)
        chain.certificates.push_back(c.history->certificates->parse(identity.der));
    chain.count = static_cast<std::uint32_t>(identities.size());
    if (!chain.certificates.empty())
        chain.path = c.history->certificates->path(chain.certificates, {.time = now, .server = side == Side::server});
    c.chain[side] = seen(side == Side::server ? frames::server_chain : frames::client_chain, std::move(chain));
    reaches(c, c.chain[side].at);
}

// A client whose ClientHello is recognized as this library's; "": nobody's.
inline void speaks_like(Conversation &c, std::string_view library)
{
    ClientHello &hello = c.client_hello.what;
    if (library == "OpenSSL") {
        hello.extensions = {0, 11, 10, 35, 22, 23, 13, 43, 45, 51};
        hello.signature_algorithms = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805};
    } else if (library == "JSSE") {
        hello.extensions = {0, 5, 10, 11, 17, 23, 35, 13, 43, 45, 50, 51};
        hello.signature_algorithms = {0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401};
    } else if (library == "GnuTLS") {
        hello.extensions = {28, 51, 0, 11, 10, 22, 5, 13, 43, 23};
        hello.signature_algorithms = {0x0401, 0x0809, 0x0804, 0x0403, 0x0807, 0x0501, 0x080a, 0x0805, 0x0503};
    } else if (library == "Go") {
        hello.extensions = {0, 5, 10, 11, 35, 13, 0xff01, 18, 43, 51, 45};
        hello.signature_algorithms = {0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0503, 0x0603};
    } else if (library == "NSS") {
        hello.extensions = {0, 23, 0xff01, 10, 11, 51, 43, 13, 45, 28, 21};
        hello.signature_algorithms = {0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203};
    }
}

// A CertificateRequest with these names (DER); without a list if there is no value (TLS 1.3).
inline void with_request(Conversation &c, std::optional<std::vector<Octets>> names)
{
    CertificateRequest request;
    request.tls13 = c.tls13();
    request.certificate_types = {1, 64};
    request.signature_algorithms = {0x0403, 0x0401};
    if (names) {
        CaList list;
        list.count = static_cast<std::uint32_t>(names->size());
        for (const Octets &name : *names)
            list.bytes += static_cast<std::uint32_t>(name.size() + 2);
        list.names = *std::move(names);
        request.size = list.bytes + 11;
        request.authorities = std::move(list);
    }
    c.certificate_request = seen(frames::certificate_request, std::move(request));
    reaches(c, c.certificate_request.at);
}

inline std::vector<Octets> subjects(const std::vector<pki::Identity> &identities)
{
    std::vector<Octets> names;
    for (const pki::Identity &identity : identities)
        names.push_back(identity.subject());
    return names;
}

// ---- Endings ----

inline void server_flight(Conversation &c)
{
    c.server_hello_done = at(frames::server_hello_done);
    reaches(c, c.server_hello_done);
    c.stage = std::max(c.stage, Stage::server_flight);
}

inline void client_flight(Conversation &c)
{
    server_flight(c);
    c.client_key_exchange = at(frames::client_key_exchange);
    c.change_cipher_spec[Side::client] = c.finished[Side::client] = at(frames::client_finished);
    reaches(c, c.finished[Side::client]);
    c.stage = std::max(c.stage, Stage::client_flight);
}

inline void complete(Conversation &c)
{
    client_flight(c);
    c.change_cipher_spec[Side::server] = c.finished[Side::server] = at(frames::server_finished);
    c.completed = c.last = at(frames::completed);
    c.stage = Stage::completed;
}

// Who ended the conversation, and how. It ends when that side can judge the other: the client ends it after the
// server's flight, the server after the client's flight, unless the conversation has not reached a ServerHello.
inline void end(Conversation &c, Side by, EndReason reason, std::string_view alert = {})
{
    if (c.stage >= Stage::server_hello)
        by == Side::client ? server_flight(c) : client_flight(c);
    c.ending = Ending{};
    c.ending.at = at(frames::ending);
    c.ending.reason = reason;
    c.ending.by = by;
    c.ending.stage = c.stage;
    if (reason == EndReason::alert) {
        c.ending.alert = Alert{2, alert_number(alert)};
        c.alerts.push_back({at(frames::ending), by, *c.ending.alert, false, false});
    } else if (reason == EndReason::closed) {
        c.fin[by] = at(frames::ending);
    } else if (reason == EndReason::reset) {
        c.rst[by] = at(frames::ending);
    }
    c.last = at(frames::ending);
}

inline Conversation failed_by(Side by, std::string_view alert, Version version = 0x0303, World &world = plain_world())
{
    Conversation c = answered(version, world);
    end(c, by, EndReason::alert, alert);
    return c;
}

inline Conversation completed(Version version = 0x0303, World &world = plain_world())
{
    Conversation c = answered(version, world);
    complete(c);
    return c;
}

// ---- Asking ----

inline Findings ask(const Diagnosis &diagnosis, const Conversation &c, const Event &event)
{
    return diagnosis.triggers & event.kind ? diagnosis.examine(c, event) : Findings{};
}

// The events that form this conversation, in order.
inline std::vector<Event> events(const Conversation &c)
{
    std::vector<Event> all;
    const auto add = [&all](EventKind kind, Side side, Moment moment) {
        if (moment)
            all.push_back({kind, side, moment});
    };
    add(EventKind::client_hello, Side::client, c.client_hello.at);
    add(EventKind::server_hello, Side::server, c.server_hello.at);
    add(EventKind::certificate, Side::server, c.chain[Side::server].at);
    add(EventKind::certificate_status, Side::server, c.certificate_status.at);
    add(EventKind::server_key_exchange, Side::server, c.server_key_exchange.at);
    add(EventKind::certificate_request, Side::server, c.certificate_request.at);
    add(EventKind::certificate, Side::client, c.chain[Side::client].at);
    add(EventKind::client_flight, Side::client,
        c.chain[Side::client] ? c.chain[Side::client].at : c.record_sizes.client_certificate_at);
    for (const Side side : {Side::server, Side::client}) {
        add(EventKind::certificate_verify, side, c.certificate_verify[side].at);
        for (const auto &message : c.malformed[side])
            add(EventKind::malformed, side, message.at);
    }
    for (const SeenAlert &alert : c.alerts)
        add(EventKind::alert, alert.by, alert.at);
    add(EventKind::heartbeat, Side::client, c.heartbeat.at);
    add(EventKind::completed, Side::server, c.completed);
    if (c.ending)
        add(EventKind::ended, c.ending.by, c.ending.at);
    add(EventKind::capture_end, c.ending.by, c.last);
    std::stable_sort(all.begin(), all.end(), [](const Event &a, const Event &b) { return a.at.frame < b.at.frame; });
    return all;
}

// Plays the whole conversation to one diagnosis, keeps each finding as the core does (once a conversation, or once a
// side), and returns the findings.
inline Findings play(const Diagnosis &diagnosis, Conversation &c)
{
    Findings found;
    for (const Event &event : events(c)) {
        for (Finding &finding : ask(diagnosis, c, event)) {
            const bool known = std::any_of(found.begin(), found.end(), [&](const Finding &one) {
                return !diagnosis.once_a_side || one.side == finding.side;
            });
            if (known)
                continue;
            finding.diagnosis = &diagnosis;
            finding.frame = event.at.frame;
            found.push_back(finding);
            c.findings.push_back(std::move(finding));
        }
    }
    return found;
}

// How well the first finding explains the ending.
inline Fit fit(const Diagnosis &diagnosis, Conversation &c)
{
    const Findings found = play(diagnosis, c);
    return found.empty() || !diagnosis.explains ? Fit::none : diagnosis.explains(c, found.front());
}

inline bool has(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace builders
} // namespace tlsdiag
