// The statistics as table rows.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/time_text.hpp"
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/summary.hpp"
#include "core/tls/iana_names.hpp"
#include "report/statistics.hpp"

#include <algorithm>

namespace tlsdiag {

constexpr std::size_t few = 3; // names in one cell

std::size_t Statistics::rows(Sheet sheet) const
{
    switch (sheet) {
    case Sheet::findings:
        return findings_.size();
    case Sheet::servers:
        return servers_.size();
    case Sheet::times:
        return times_.size();
    case Sheet::inventory:
        return served_.size();
    case Sheet::legacy:
        return legacy_.size();
    case Sheet::plain:
        return plain_.size();
    }
    return 0;
}

static Cell kilobytes(std::uint64_t bytes)
{
    return cell((bytes + 999) / 1000);
}

static Row row_of(const FindingCount &count)
{
    return {cell(id(*count.diagnosis)), cell(name(count.diagnosis->severity)),
            cell(count.count),          cell(count.conversations),
            cell(count.first_frame),    cell(count.servers.names(few))};
}

// The party that took more than half of the time of all handshakes.
static std::string_view slowest(const ServerCount &count)
{
    const double half = (count.by_server + count.by_client + count.by_network) / 2;
    if (half <= 0)
        return "";
    return count.by_server > half    ? "the server"
           : count.by_client > half  ? "the client"
           : count.by_network > half ? "the network"
                                     : "no single party";
}

static Row row_of(const ServerCount &count)
{
    Row row{cell(count.server), cell(count.conversations)};
    for (const std::uint64_t ended : count.ended)
        row.push_back(cell(ended));
    row.push_back(seconds_cell(count.total.at(0.5)));
    row.push_back(cell(count.slow));
    row.push_back(cell(slowest(count)));
    return row;
}

static Row row_of(std::string_view what, const Spread &spread)
{
    return {cell(what),
            cell(spread.count()),
            seconds_cell(spread.at(0)),
            seconds_cell(spread.at(0.5)),
            seconds_cell(spread.at(0.95)),
            seconds_cell(spread.at(1))};
}

static std::string of_certificates(const Served &served, std::string ServedCertificate::*what)
{
    Tally tally;
    for (const auto &[fingerprint, certificate] : served.certificates)
        tally.add(certificate.*what);
    if (tally.empty() && served.hidden_certificates > 0)
        return "encrypted";
    return tally.names(few);
}

static std::string first_expiry(const Served &served)
{
    Time first = 0;
    for (const auto &[fingerprint, certificate] : served.certificates)
        first = first == 0 ? certificate.not_after : std::min(first, certificate.not_after);
    return first == 0 ? "" : day_text(first);
}

static Row row_of(const Served &served)
{
    return {cell(served.server),
            cell(served.hello_seen ? served.name : served.name_text()),
            cell(served.proto),
            cell(served.connections),
            cell(served.completed),
            cell(served.versions.names(few)),
            cell(served.suites.names(few)),
            cell(served.groups.names(few)),
            cell(served.post_quantum),
            cell(of_certificates(served, &ServedCertificate::key)),
            cell(of_certificates(served, &ServedCertificate::issuer)),
            cell(first_expiry(served)),
            cell(served.client_auth.names(few)),
            cell(served.resumed),
            kilobytes(served.bytes[Side::client] + served.bytes[Side::server])};
}

static Row row_of(Legacy legacy, const Served &served)
{
    const Dependence &dependence = served.legacy[static_cast<std::size_t>(legacy)];
    return {cell(title(legacy)),
            cell(served.server),
            cell(served.name),
            cell(dependence.connections()),
            cell(dependence.by_client),
            cell(dependence.by_server),
            cell(dependence.clients.names(few))};
}

static Row row_of(const PlainPort &port)
{
    return {cell(port.port), cell(port.connections), cell(port.servers.names(few)), kilobytes(port.bytes),
            cell(port.under_way)};
}

Row Statistics::row(Sheet sheet, std::size_t number) const
{
    constexpr std::string_view durations[] = {"TCP (SYN to SYN/ACK)", "TLS",           "total", "the server took",
                                              "the client took",      "on the network"};
    switch (sheet) {
    case Sheet::findings:
        return row_of(findings_.at(number));
    case Sheet::servers:
        return row_of(servers_.at(number));
    case Sheet::times:
        return row_of(durations[number], times_.at(number));
    case Sheet::inventory:
        return row_of(served_.at(number));
    case Sheet::legacy:
        return row_of(static_cast<Legacy>(legacy_.at(number).second), served_.at(legacy_.at(number).first));
    case Sheet::plain:
        return row_of(plain_.at(number));
    }
    return {};
}

} // namespace tlsdiag
