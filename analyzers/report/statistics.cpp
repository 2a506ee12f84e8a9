// Counts what conversations have in common.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/statistics.hpp"

#include "core/diagnosis/summary.hpp"
#include "core/tls/iana_names.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace tlsdiag {

void Spread::add(double value)
{
    if (value >= 0)
        values_.push_back(value);
}

double Spread::at(double part) const
{
    if (values_.empty())
        return -1;
    const auto fresh = values_.begin() + static_cast<std::ptrdiff_t>(std::exchange(sorted_, values_.size()));
    std::sort(fresh, values_.end());
    std::inplace_merge(values_.begin(), fresh, values_.end());
    const double rank = std::ceil(part * static_cast<double>(values_.size()));
    return values_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

void Statistics::change(Sheet sheet, std::size_t row)
{
    auto &rows = changed_[static_cast<std::size_t>(sheet)];
    if (std::ranges::find(rows, row) == rows.end())
        rows.push_back(row);
}

void Statistics::add(const Summary &summary)
{
    for (auto &rows : changed_)
        rows.clear();
    ++conversations_;
    completed_ += summary.verdict.outcome == Outcome::completed;
    count_findings(summary);
    count_server(summary);
    if (!summary.metrics)
        return;
    count_times(summary.metrics->durations);
    count_served(summary);
}

void Statistics::count_findings(const Summary &summary)
{
    std::set<const Diagnosis *> here;
    for (const Finding &finding : summary.findings) {
        const auto [place, is_new] = finding_rows_.try_emplace(finding.diagnosis, findings_.size());
        if (is_new)
            findings_.push_back({finding.diagnosis, 0, 0, finding.frame, {}});
        FindingCount &count = findings_[place->second];
        ++count.count;
        count.first_frame = std::min(count.first_frame, finding.frame);
        if (here.insert(finding.diagnosis).second) {
            ++count.conversations;
            count.servers.add(endpoint_text(summary.server));
        }
        change(Sheet::findings, place->second);
    }
}

void Statistics::count_server(const Summary &summary)
{
    const std::string server = endpoint_text(summary.server);
    auto place = server_rows_.find(server);
    if (place == server_rows_.end()) {
        if (servers_.size() >= max_servers)
            return;
        place = server_rows_.emplace(server, servers_.size()).first;
        servers_.emplace_back().server = server;
    }
    ServerCount &count = servers_[place->second];
    ++count.conversations;
    ++count.ended[static_cast<std::size_t>(summary.verdict.outcome)];
    if (summary.metrics) {
        const Durations &durations = summary.metrics->durations;
        count.total.add(durations.total);
        count.slow += durations.total > slow_handshake;
        count.by_server += std::max(durations.server, 0.0);
        count.by_client += std::max(durations.client, 0.0);
        count.by_network += std::max(durations.network, 0.0);
    }
    change(Sheet::servers, place->second);
}

void Statistics::count_times(const Durations &durations)
{
    const double values[] = {durations.tcp,    durations.tls,    durations.total,
                             durations.server, durations.client, durations.network};
    for (std::size_t row = 0; row < times_.size(); ++row) {
        times_[row].add(values[row]);
        change(Sheet::times, row);
    }
}

// ---- The inventory ----

static void count_certificate(const Certificate &leaf, Served &served)
{
    if (!leaf.readable)
        return;
    const auto found = served.certificates.find(fingerprint_of(leaf));
    if (found != served.certificates.end())
        ++found->second.connections;
    else if (served.certificates.size() >= Served::max_certificates)
        ++served.more_certificates;
    else
        served.certificates[fingerprint_of(leaf)] = {leaf.subject_text,
                                                     leaf.issuer_text,
                                                     key_text(leaf),
                                                     printable(leaf.signature_algorithm),
                                                     leaf.not_before,
                                                     leaf.not_after,
                                                     1};
}

static std::string group_text(const ConversationMetrics &metrics)
{
    if (metrics.group)
        return group_name(*metrics.group);
    return metrics.dh_bits ? "DHE " + std::to_string(*metrics.dh_bits) : "";
}

static std::string address_text(Endpoint endpoint)
{
    endpoint.port = 0;
    const std::string text = endpoint_text(endpoint);
    const std::size_t port = text.rfind(":0");
    return port != std::string::npos && port + 2 == text.size() ? text.substr(0, port) : text;
}

static void tally(Tally &tally, const std::string &text)
{
    if (!text.empty())
        tally.add(text);
}

static void count_facts(const Summary &summary, Served &served)
{
    const ConversationMetrics &metrics = *summary.metrics;
    tally(served.groups, group_text(metrics));
    served.post_quantum += metrics.group && is_post_quantum(*metrics.group);
    served.offered_post_quantum += metrics.offers_post_quantum;
    if (const Certificate *leaf = metrics.leaf(Side::server))
        count_certificate(*leaf, served);
    else
        served.hidden_certificates += metrics.hides_certificates && !summary.resumed && !summary.external_psk;
    if (const Certificate *leaf = metrics.leaf(Side::client))
        tally(served.client_issuers, leaf->issuer_text);
    for (const Side side : {Side::client, Side::server})
        served.bytes[side] += metrics.bytes[side];
}

std::string Served::name_text() const
{
    return !name.empty() ? name : hello_seen ? "(no server name)" : "(ClientHello not captured)";
}

static void count_dependence(const Summary &summary, std::optional<Side> whose, Dependence &dependence)
{
    if (!whose)
        return;
    ++(*whose == Side::client ? dependence.by_client : dependence.by_server);
    if (*whose == Side::client)
        dependence.clients.add(address_text(summary.client));
}

void Statistics::count_served(const Summary &summary)
{
    const std::tuple key{std::string{transport_name(summary.transport)}, endpoint_text(summary.server), summary.sni,
                         summary.metrics->hello_seen};
    auto place = served_rows_.find(key);
    if (place == served_rows_.end()) {
        if (served_.size() >= max_servers) {
            ++unlisted_;
            return;
        }
        place = served_rows_.emplace(key, served_.size()).first;
        Served &fresh = served_.emplace_back();
        std::tie(fresh.proto, fresh.server, fresh.name, fresh.hello_seen) = key;
        fresh.first = summary.first.time;
    }
    const std::size_t number = place->second;
    Served &served = served_[number];
    ++served.connections;
    served.resumed += summary.resumed;
    served.first = std::min(served.first, summary.first.time);
    served.last = std::max(served.last, summary.last.time);
    served.outcomes.add(std::string{name(summary.verdict.outcome)});
    tally(served.versions, version_text(summary));
    tally(served.suites, cipher_text(summary));
    served.client_auth.add(std::string{name(summary.client_auth)});
    count_facts(summary, served);
    change(Sheet::inventory, number);
    if (summary.verdict.outcome != Outcome::completed)
        return; // a connection that fails already cannot stop working
    ++served.completed;
    served.unseen_certificates += summary.metrics->leaf(Side::server) == nullptr;
    for (std::size_t legacy = 0; legacy < legacies; ++legacy) {
        if (!summary.metrics->depends_on[legacy])
            continue;
        count_dependence(summary, summary.metrics->depends_on[legacy], served.legacy[legacy]);
        const auto [row, is_new] = legacy_rows_.try_emplace({number, legacy}, legacy_.size());
        if (is_new)
            legacy_.emplace_back(number, legacy);
        change(Sheet::legacy, row->second);
    }
}

void Statistics::add(const PlainTraffic &traffic)
{
    without_data_ = without_data_.value_or(0) + traffic.without_data();
    for (const auto &[number, port] : traffic.ports()) {
        PlainPort &row = plain_.emplace_back();
        row.port = number;
        row.connections = port.connections;
        row.bytes = port.bytes;
        row.under_way = port.under_way;
        for (const auto &[server, connections] : port.servers)
            row.servers.add(address_text(server), connections);
        row.servers.add_others(port.to_others);
    }
}

} // namespace tlsdiag
