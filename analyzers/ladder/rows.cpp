// Turns steps and facts into the rows of the ladder: what precedes TLS, the TLS messages, silences, and the ending.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/rows.hpp"

#include "core/diagnosis/phrases.hpp"
#include "core/net/plaintext_protocols.hpp"

#include <algorithm>

namespace tlsdiag {

static Step row(const Moment &at, Side by, Ladder::Kind kind, std::string label, std::vector<std::string> words = {})
{
    Step step;
    step.at = step.until = at;
    step.by = by;
    step.row.kind = kind;
    step.row.from = lane(by);
    step.row.label = std::move(label);
    step.row.words = std::move(words);
    return step;
}

static Step note(const Moment &at, std::string label)
{
    return row({0, at.time}, Side::client, Ladder::Kind::note, std::move(label));
}

// ---- Before TLS ----

static void add_blindness(const Conversation &c, std::vector<Step> &rows)
{
    if (c.gaps.started_midway)
        rows.push_back(note(c.first, c.tcp_syn ? "the ClientHello is missing from the capture"
                                               : "the capture starts in the middle of the connection: earlier packets "
                                                 "are missing"));
    for (const Side side : {Side::client, Side::server})
        if (c.gaps.direction_missing[side])
            rows.push_back(note(c.first, "the capture has no packets from the " + std::string{name(side)}));
    if (c.gaps.truncated)
        rows.push_back(note(c.first, "packets were truncated when they were captured"));
}

static void add_opening(const Conversation &c, std::vector<Step> &rows)
{
    if (c.tcp_syn)
        rows.push_back(row(c.tcp_syn, Side::client, Ladder::Kind::transport, "TCP SYN"));
    if (c.tcp_syn_ack)
        rows.push_back(row(c.tcp_syn_ack, Side::server, Ladder::Kind::transport, "TCP SYN, ACK"));
    Side by = c.plaintext_first;
    for (const Seen<Octets> &turn : c.plaintext_before) {
        rows.push_back(row(turn.at, by, Ladder::Kind::plain, opening_of(*turn)));
        by = peer(by);
    }
}

// ---- The handshake ----

static void add_steps(const Conversation &c, const Timeline &steps, std::vector<Step> &rows)
{
    const std::size_t gap = steps.left_out() > 0 ? Timeline::max_steps - Timeline::max_last : Timeline::max_steps;
    std::size_t index = 0;
    for (const Step &step : steps.all()) {
        if (index++ == gap)
            rows.push_back(
                note(step.at, plural(steps.left_out(), "more step is", "more steps are") + " left out here"));
        if (!(step.spec_change && c.tls13())) // it has no meaning in TLS 1.3 (RFC 8446, D.4)
            rows.push_back(step);
    }
}

static void add_completion(const Conversation &c, std::vector<Step> &rows)
{
    if (!c.completed)
        return;
    const auto after = std::ranges::find_if(
        rows, [&](const Step &step) { return step.afterwards || step.at.frame > c.completed.frame; });
    Step done = note(c.completed, "the handshake is complete");
    done.event = EventKind::completed;
    rows.insert(after, std::move(done));
}

// Marks the message or packet that ended the connection.
static void mark_ending(const Conversation &c, std::vector<Step> &rows)
{
    for (Step &step : rows) {
        const bool here = c.ending && step.at.frame == c.ending.at.frame && step.by == c.ending.by;
        if (step.row.kind == Ladder::Kind::plain)
            step.row.breaks =
                (here && c.ending.reason == EndReason::not_tls) ||
                (c.ending.reason == EndReason::starttls_refused && step.at.frame == c.starttls_refused.frame);
        else if (step.event & EventKind::alert)
            step.row.breaks = here && c.ending.reason == EndReason::alert;
        else if (step.row.kind == Ladder::Kind::transport)
            step.row.breaks =
                here && c.ending.reason != EndReason::alert && c.ending.reason != EndReason::encrypted_alert;
        if (step.row.breaks)
            step.event = step.event | EventKind::ended;
    }
}

static void name_repetitions(const Conversation &c, std::vector<Step> &rows)
{
    for (Step &step : rows) {
        if (step.row.kind != Ladder::Kind::again)
            continue;
        if (step.times > 1)
            step.row.label +=
                ", " + digit_groups(step.times) + " times in " + duration_text(step.until.time - step.at.time);
        const Segments &segments = c.segments[step.by];
        step.row.lost = segments.stuck_times > 0 && !c.completed;
        if (step.row.lost)
            step.row.words = {"the segment of " + plural(segments.stuck, "byte", "bytes") + " was never acknowledged"};
        if (step.row.lost && segments.later_arrived)
            step.row.words.push_back("later data arrived");
    }
}

// ---- Silences ----

static Step silence(const Step &before, Time pause)
{
    Step step = row({0, before.until.time}, before.by, Ladder::Kind::silence, duration_text(pause) + " of silence");
    step.row.pause = static_cast<double>(pause) / static_cast<double>(second);
    return step;
}

// An incomplete message may arrive in many packets, which are no silence. The silence that ended the connection,
// however, is measured between messages.
static Time pause_between(const Conversation &c, const Step &before, const Step &step)
{
    const bool ended = c.ending.reason == EndReason::silence && step.at.frame == c.ending.at.frame;
    return step.quiet < 0 || ended ? step.at.time - before.until.time : step.quiet;
}

// Only during the handshake: pauses between requests mean nothing.
static void add_silences(const Conversation &c, std::vector<Step> &rows)
{
    std::vector<Step> all;
    for (Step &step : rows) {
        const Time pause = all.empty() ? 0 : pause_between(c, all.back(), step);
        const bool in_handshake = !c.completed || step.at.time <= c.completed.time;
        if (pause >= long_silence && in_handshake) {
            all.push_back(silence(all.back(), pause));
        }
        all.push_back(std::move(step));
    }
    rows = std::move(all);
}

// ---- The end ----

// Data that never arrived in full before a side gave up.
static void add_incomplete(const Conversation &c, std::vector<Step> &rows)
{
    if (c.completed || rows.empty())
        return;
    const auto is_closing = [](const Step &step) { return step.row.kind == Ladder::Kind::transport; };
    const auto last = std::find_if_not(rows.rbegin(), rows.rend(), is_closing).base();
    const Moment when{0, last == rows.begin() ? rows.front().at.time : std::prev(last)->until.time};
    std::vector<Step> lacking;
    for (const Side side : {Side::client, Side::server}) {
        if (const std::uint64_t gap = c.segments[side].gap; gap > 0)
            lacking.push_back(row(when, side, Ladder::Kind::missing, plural(gap, "byte", "bytes") + " never arrived",
                                  {"later data did"}));
        if (const auto &begun = c.incomplete[side])
            lacking.push_back(row(when, side, Ladder::Kind::missing,
                                  handshake_type_name(begun->type) + " is incomplete",
                                  {plural(begun->size, "byte", "bytes") + " announced"}));
    }
    rows.insert(last, std::make_move_iterator(lacking.begin()), std::make_move_iterator(lacking.end()));
}

static void add_end(const Conversation &c, Time until, std::vector<Step> &rows)
{
    const bool over = c.completed || (c.ending && c.ending.reason != EndReason::silence);
    const bool closed = c.fin[Side::client] || c.fin[Side::server] || c.rst[Side::client] || c.rst[Side::server];
    if (over || closed || rows.empty())
        return;
    const Time pause = until - rows.back().until.time;
    if (pause >= long_silence)
        rows.push_back(silence(rows.back(), pause));
    rows.push_back(note({0, until}, "the capture ends here"));
}

// Marks the silence after which a side gave up, or that lasts until the end.
static void mark_silence(const Conversation &c, std::vector<Step> &rows)
{
    const auto is_last = [&](const Step &step) {
        return step.row.kind == Ladder::Kind::silence && step.at.time <= c.ending.at.time;
    };
    const auto last = std::find_if(rows.rbegin(), rows.rend(), is_last);
    if (c.ending.reason != EndReason::silence || last == rows.rend())
        return;
    last->row.breaks = true;
    const std::string by = "the " + std::string{name(c.ending.by)};
    last->row.words = {c.segments[c.ending.by].stuck_times > 0 ? by + "'s retransmissions did not arrive"
                                                               : by + " owed the next message"};
    last->event = EventKind::ended | EventKind::capture_end;
}

std::vector<Step> rows_of(const Conversation &c, const Timeline &steps, Time until)
{
    std::vector<Step> rows;
    add_blindness(c, rows);
    add_opening(c, rows);
    add_steps(c, steps, rows);
    add_completion(c, rows);
    name_hidden(c, rows);
    name_repetitions(c, rows);
    mark_ending(c, rows);
    add_incomplete(c, rows);
    add_silences(c, rows);
    add_end(c, until, rows);
    mark_silence(c, rows);
    return rows;
}

} // namespace tlsdiag
