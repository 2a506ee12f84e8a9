// Counts what conversations have in common, one conversation at a time, so that any number of them takes little
// memory.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/conversation_metrics.hpp"
#include "core/diagnosis/verdict.hpp"
#include "report/grid.hpp"
#include "report/tally.hpp"

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace tlsdiag {

constexpr std::size_t outcomes = 5;
constexpr double slow_handshake = 1; // seconds

struct FindingCount {
    const Diagnosis *diagnosis = nullptr;
    std::uint64_t count = 0, conversations = 0;
    std::uint32_t first_frame = 0;
    Tally servers;
};

// The distribution of values that are added one at a time.
class Spread {
public:
    void add(double value); // below 0: unknown
    std::size_t count() const { return values_.size(); }
    // By nearest rank, so always one of the values. 0: minimum, 0.5: median, 1: maximum. Below 0 if there are no
    // values.
    double at(double part) const;

private:
    mutable std::vector<double> values_; // sorted on demand
    mutable std::size_t sorted_ = 0;     // the number of sorted values
};

struct ServerCount {
    std::string server;
    std::array<std::uint64_t, outcomes> ended{}; // by Outcome
    std::uint64_t conversations = 0, slow = 0;
    Spread total;
    double by_server = 0, by_client = 0, by_network = 0; // seconds, summed over all handshakes
};

struct ServedCertificate {
    std::string subject, issuer, key, signature;
    Time not_before = 0, not_after = 0;
    std::uint64_t connections = 0;
};

struct Dependence {
    std::uint64_t by_client = 0, by_server = 0;
    Tally clients; // addresses of the clients that offer nothing else
    std::uint64_t connections() const { return by_client + by_server; }
};

// What was seen of a server under one server name.
struct Served {
    std::string proto, server, name;
    std::uint64_t connections = 0, completed = 0, resumed = 0;
    std::uint64_t post_quantum = 0, offered_post_quantum = 0;
    std::uint64_t hidden_certificates = 0, more_certificates = 0; // connections
    std::uint64_t unseen_certificates = 0; // completed connections: encrypted, resumed, or not in the capture
    PerSide<std::uint64_t> bytes;
    bool hello_seen = false; // if false, the name is not known
    Time first = 0, last = 0;
    Tally outcomes, versions, suites, groups, client_auth, client_issuers;
    std::map<std::string, ServedCertificate> certificates; // by fingerprint
    std::array<Dependence, legacies> legacy;

    static constexpr std::size_t max_certificates = 16;
    std::string name_text() const; // or "(no server name)", "(ClientHello not captured)"
};

struct PlainPort {
    std::uint16_t port = 0;
    std::uint64_t connections = 0, bytes = 0;
    std::uint64_t under_way = 0; // connections that began before the capture: may be TLS
    Tally servers;
};

class Statistics {
public:
    void add(const Summary &summary);
    void add(const PlainTraffic &traffic);

    // The rows that the last add(summary) changed.
    const std::vector<std::size_t> &changed(Sheet sheet) const { return changed_[static_cast<std::size_t>(sheet)]; }
    std::size_t rows(Sheet sheet) const;
    Row row(Sheet sheet, std::size_t number) const;

    std::uint64_t conversations() const { return conversations_; }
    std::uint64_t completed() const { return completed_; }
    const std::deque<FindingCount> &findings() const { return findings_; }
    const std::deque<ServerCount> &servers() const { return servers_; }
    const std::deque<Served> &served() const { return served_; }
    const std::deque<PlainPort> &plain() const { return plain_; }
    std::uint64_t unlisted() const { return unlisted_; } // conversations with servers beyond max_servers
    std::optional<std::uint64_t> without_data() const { return without_data_; } // set if plain traffic was added

    static constexpr std::size_t max_servers = 10'000;

private:
    void count_findings(const Summary &summary);
    void count_server(const Summary &summary);
    void count_times(const Durations &durations);
    void count_served(const Summary &summary);
    void change(Sheet sheet, std::size_t row);

    std::deque<FindingCount> findings_;
    std::deque<ServerCount> servers_;
    std::array<Spread, 6> times_;
    std::deque<Served> served_;
    std::deque<PlainPort> plain_;
    std::vector<std::pair<std::size_t, std::size_t>> legacy_; // rows: index in served_, and the Legacy
    std::map<const Diagnosis *, std::size_t> finding_rows_;
    std::map<std::string, std::size_t> server_rows_;
    std::map<std::tuple<std::string, std::string, std::string, bool>, std::size_t> served_rows_;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> legacy_rows_;
    std::array<std::vector<std::size_t>, sheets> changed_;
    std::uint64_t conversations_ = 0, completed_ = 0, unlisted_ = 0;
    std::optional<std::uint64_t> without_data_;
};

std::string table_text(const Statistics &statistics);
std::string inventory_text(const Statistics &statistics);
// One JSON object a line for each server and name, for each port without TLS, and for the total.
std::string inventory_json(const Statistics &statistics);

} // namespace tlsdiag
