// Groups encrypted records into rows and labels them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/rows.hpp"

#include <algorithm>

namespace tlsdiag {

static bool is_hidden(const Step &step)
{
    return step.encrypted.records > 0;
}

// The record that ended the connection, and that only its size or its type identifies as an alert.
static std::vector<Step>::iterator find_hidden_alert(const Conversation &c, std::vector<Step> &steps)
{
    if (c.ending.reason != EndReason::encrypted_alert)
        return steps.end();
    const auto fits = [&](const Step &step) {
        return is_hidden(step) && step.by == c.ending.by && step.at.frame == c.ending.at.frame &&
               (c.tls13() || step.encrypted.type == ContentType::alert);
    };
    const auto found = std::find_if(steps.rbegin(), steps.rend(), fits);
    return found == steps.rend() ? steps.end() : found.base() - 1;
}

static void name_alert(const Conversation &c, Step &step)
{
    step.row.breaks = true;
    step.row.label = c.tls13() ? "Alert, judging by its size" : "Alert";
    step.row.words = {"encrypted, " + plural(step.encrypted.bytes, "byte", "bytes") +
                      ": only a key log file can tell which alert it is"};
    step.event = EventKind::ended;
}

static bool belongs_to(const Step &before, const Step &step)
{
    return is_hidden(before) && is_hidden(step) && before.row.label.empty() && step.row.label.empty() &&
           before.by == step.by && before.encrypted.type == step.encrypted.type &&
           before.afterwards == step.afterwards && step.at.time - before.until.time < long_silence;
}

static void gather(std::vector<Step> &steps)
{
    std::vector<Step> gathered;
    for (Step &step : steps) {
        if (gathered.empty() || !belongs_to(gathered.back(), step)) {
            gathered.push_back(std::move(step));
            continue;
        }
        gathered.back().encrypted.add(step.encrypted);
        gathered.back().until = step.until;
    }
    steps = std::move(gathered);
}

static std::string amount_text(const EncryptedRun &run)
{
    return plural(run.records, "record", "records") + ", " + plural(run.bytes, "byte", "bytes");
}

static std::string sizes_text(const EncryptedRun &run)
{
    std::vector<std::string> sizes;
    for (const std::uint32_t size : run.sizes)
        sizes.push_back(digit_groups(size));
    return "(" + join(sizes, " + ") + (run.records > run.sizes.size() ? " + ...)" : ")");
}

// Adds what record_sizes.cpp inferred from the sizes.
static void say_readings(const RecordSizes &sizes, Step &step)
{
    const auto holds = [&](const Moment &moment, Side side) {
        return moment && step.by == side && moment.frame >= step.at.frame && moment.frame <= step.until.frame;
    };
    std::vector<std::string> found;
    if (holds(sizes.request, Side::server))
        found.push_back("CertificateRequest");
    const bool answers = sizes.client_certificate == ClientAuth::empty || sizes.client_certificate == ClientAuth::sent;
    if (answers && holds(sizes.client_certificate_at, Side::client))
        found.push_back(sizes.client_certificate == ClientAuth::empty ? "an empty Certificate" : "a Certificate");
    if (holds(sizes.client_finished, Side::client))
        found.push_back("Finished");
    if (!found.empty())
        step.row.words.push_back("judging by the sizes: " + join(found, ", "));
    if (holds(sizes.request, Side::server))
        step.event = EventKind::certificate_request;
    else if (holds(sizes.client_certificate_at, Side::client))
        step.event = EventKind::client_flight;
}

static void name_tls13(const Conversation &c, Step &step)
{
    const bool early = step.by == Side::client && c.client_hello && c.client_hello->early_data &&
                       (!c.server_hello || step.at.frame < c.server_hello.at.frame);
    step.row.label = early ? "Early data" : step.afterwards ? "Data" : "Encrypted";
    step.row.words = {amount_text(step.encrypted)};
    if (step.encrypted.records > 1 && !step.afterwards)
        step.row.words.front() += " " + sizes_text(step.encrypted);
    say_readings(c.record_sizes, step);
}

static std::string_view label_of(const Conversation &c, const Step &step)
{
    switch (step.encrypted.type) {
    case ContentType::handshake:
        return c.finished[step.by].frame == step.at.frame ? "Finished" : "Handshake messages";
    case ContentType::alert:
        return "Alert";
    case ContentType::heartbeat:
        return "Heartbeat";
    case ContentType::change_cipher_spec:
        return "ChangeCipherSpec";
    case ContentType::application_data:
        break;
    }
    return "Application data";
}

static void name_one(const Conversation &c, Step &step)
{
    if (c.transport == Transport::quic) {
        step.row.label = plural(step.encrypted.records, "1-RTT packet", "1-RTT packets");
        return;
    }
    if (c.tls13() && step.encrypted.type == ContentType::application_data) {
        name_tls13(c, step);
        return;
    }
    step.row.label = label_of(c, step);
    const bool perhaps_clear = step.encrypted.type == ContentType::heartbeat;
    step.row.words = {(perhaps_clear ? "" : "encrypted, ") + amount_text(step.encrypted)};
    if (step.encrypted.type == ContentType::alert)
        step.row.words.push_back(step.afterwards && step.at.frame != c.renegotiation.refused.frame
                                     ? "likely close_notify"
                                     : "only a key log file can tell which alert it is");
}

void name_hidden(const Conversation &c, std::vector<Step> &steps)
{
    if (const auto alert = find_hidden_alert(c, steps); alert != steps.end())
        name_alert(c, *alert);
    gather(steps);
    for (Step &step : steps)
        if (is_hidden(step) && step.row.label.empty())
            name_one(c, step);
}

} // namespace tlsdiag
