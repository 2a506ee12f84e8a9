// The inventory as text: what is protected, how and by whom, and what is not. The command has the same text for merged
// captures (command/tlsdiag_command/inventory_text.py); a test compares both.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/columns.hpp"
#include "core/base/text.hpp"
#include "core/base/time_text.hpp"
#include "core/diagnosis/summary.hpp"
#include "report/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace tlsdiag {

constexpr std::size_t most_servers = 1'000, most_clients = 8, most_ports = 50, most_certificates = 4;
constexpr std::size_t label_width = 12; // "client auth."

static std::string size_text(std::uint64_t bytes)
{
    if (bytes < 1'000)
        return std::to_string(bytes) + " bytes";
    constexpr std::array<const char *, 4> units{"kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes) / 1e3;
    std::size_t unit = 0;
    for (; value >= 1e3 && unit + 1 < units.size(); ++unit)
        value /= 1e3;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return text.data();
}

static std::string fact(std::string_view label, const std::string &text)
{
    return text.empty() ? "" : wrapped("  " + padded(label, label_width) + "  ", text);
}

// One line for each entry.
static std::string list(std::string_view label, const Tally &tally)
{
    if (tally.counts().size() < 2)
        return fact(label, tally.text());
    std::string text;
    for (const auto &[name, count] : tally.by_count()) {
        text += fact(label, digit_groups(count) + ": " + name);
        label = "";
    }
    return text + (tally.others() > 0 ? fact("", digit_groups(tally.others()) + ": others") : "");
}

static std::string expiry_text(Time not_after, Time now)
{
    const std::string day = day_text(not_after);
    if (not_after == std::numeric_limits<Time>::max())
        return "expires in " + day;
    const std::int64_t days = std::abs(not_after / (86'400 * second) - now / (86'400 * second));
    const std::string count = plural(static_cast<std::uint64_t>(days), "day", "days");
    return not_after < now ? "EXPIRED on " + day + ", " + count + " before the last connection"
                           : "expires on " + day + ", in " + count;
}

static std::string certificate_text(const ServedCertificate &one, Time now)
{
    return one.subject + "; " + one.key + ", " + one.signature + "; " + expiry_text(one.not_after, now) +
           "; issued by " + one.issuer;
}

static std::string certificates_text(const Served &served)
{
    std::vector<const ServedCertificate *> all;
    for (const auto &[fingerprint, certificate] : served.certificates)
        all.push_back(&certificate);
    std::ranges::stable_sort(all, std::greater{}, &ServedCertificate::connections);
    std::string text;
    std::uint64_t others = served.more_certificates;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i < most_certificates)
            text += fact("certificate", (all.size() > 1 ? digit_groups(all[i]->connections) + ": " : "") +
                                            certificate_text(*all[i], served.last));
        else
            others += all[i]->connections;
    }
    if (others > 0)
        text += fact("", "others in " + plural(others, "connection", "connections"));
    if (served.hidden_certificates > 0)
        text += fact(all.empty() ? "certificate" : "",
                     "encrypted in " + plural(served.hidden_certificates, "connection", "connections") +
                         " (TLS 1.3): only a key log file reveals it");
    return text;
}

static std::string groups_text(const Served &served)
{
    std::vector<std::string> parts;
    if (!served.groups.empty())
        parts.push_back(served.groups.text());
    if (served.post_quantum > 0)
        parts.push_back("post-quantum in " + digit_groups(served.post_quantum));
    else if (served.offered_post_quantum > 0)
        parts.push_back("none post-quantum, although the client offers it in " +
                        plural(served.offered_post_quantum, "connection", "connections"));
    return join(parts, "; ");
}

static std::string connections_text(const Served &served)
{
    std::string text = digit_groups(served.connections) + ": " + served.outcomes.text();
    if (served.resumed > 0)
        text += "; " + digit_groups(served.resumed) + " resumed";
    return text + "; " + size_text(served.bytes[Side::client] + served.bytes[Side::server]) + " of TLS";
}

static std::string client_auth_text(const Served &served)
{
    std::string text = served.client_auth.text();
    if (!served.client_issuers.empty())
        text += "; clients' certificates issued by " + served.client_issuers.text();
    return text;
}

static std::string served_text(const Served &served)
{
    return served.server + "   " + served.name_text() + (served.proto == "TCP" ? "" : "   over " + served.proto) +
           '\n' + fact("connections", connections_text(served)) + fact("version", served.versions.text()) +
           list("suite", served.suites) + fact("group", groups_text(served)) + certificates_text(served) +
           fact("client auth.", client_auth_text(served)) + '\n';
}

// ---- What would stop ----

static std::string dependence_text(const Served &served, const Dependence &dependence)
{
    std::string text = served.server + (served.name.empty() ? "" : " " + served.name) + ": " +
                       plural(dependence.connections(), "connection", "connections");
    std::vector<std::string> reasons;
    if (dependence.by_client > 0)
        reasons.push_back("the client offers nothing else" +
                          (dependence.by_server > 0 ? " in " + digit_groups(dependence.by_client) : "") + " (" +
                          dependence.clients.names(most_clients) + ")");
    if (dependence.by_server > 0)
        reasons.push_back("by the server's choice or certificate" +
                          (dependence.by_client > 0 ? " in " + digit_groups(dependence.by_server) : ""));
    return text + "; " + join(reasons, "; ");
}

static std::string legacy_text(const Statistics &statistics, std::size_t legacy)
{
    std::vector<const Served *> dependent;
    std::uint64_t connections = 0, unseen = 0;
    for (const Served &served : statistics.served()) {
        unseen += served.unseen_certificates;
        if (const std::uint64_t here = served.legacy[legacy].connections(); here > 0) {
            dependent.push_back(&served);
            connections += here;
        }
    }
    std::ranges::stable_sort(dependent, std::greater{},
                             [&](const Served *served) { return served->legacy[legacy].connections(); });
    if (static_cast<Legacy>(legacy) != Legacy::sha1)
        unseen = 0; // the other legacy features are visible in the hellos
    std::string count = connections > 0 ? digit_groups(connections) : unseen > 0 ? "none seen" : "none";
    if (unseen > 0)
        count += "; the server's certificate is not seen in " + plural(unseen, "connection", "connections");
    std::string text = wrapped("  without " + std::string{title(static_cast<Legacy>(legacy))} + ": ", count);
    for (std::size_t i = 0; i < std::min(dependent.size(), most_servers); ++i)
        text += wrapped("    ", dependence_text(*dependent[i], dependent[i]->legacy[legacy]));
    return text;
}

static std::string port_text(const PlainPort &port)
{
    std::string text = plural(port.connections, "connection", "connections") + ", " + size_text(port.bytes) + ", to " +
                       port.servers.names(most_clients);
    if (port.under_way > 0)
        text += "; " + digit_groups(port.under_way) + " began before the capture and may be TLS";
    return text;
}

static std::string plain_text(const Statistics &statistics)
{
    std::vector<const PlainPort *> ports;
    for (const PlainPort &port : statistics.plain())
        ports.push_back(&port);
    std::ranges::stable_sort(ports, std::greater{}, &PlainPort::connections);
    std::string text;
    for (std::size_t i = 0; i < std::min(ports.size(), most_ports); ++i)
        text += wrapped("  port " + padded(std::to_string(ports[i]->port), 7), port_text(*ports[i]));
    if (ports.size() > most_ports)
        text += "  and " + plural(ports.size() - most_ports, "port", "ports") + " more\n";
    if (statistics.without_data().value_or(0) > 0)
        text += "  " + plural(*statistics.without_data(), "connection", "connections") + " without any data\n";
    return text;
}

// ---- The whole ----

static std::string servers_text(const Statistics &statistics)
{
    std::vector<const Served *> all;
    for (const Served &served : statistics.served())
        all.push_back(&served);
    std::ranges::stable_sort(all, std::greater{}, &Served::connections);
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), most_servers); ++i)
        text += served_text(*all[i]);
    if (all.size() > most_servers)
        text +=
            "and " + digit_groups(all.size() - most_servers) + " more servers and names: json,inventory lists them\n\n";
    if (statistics.unlisted() > 0)
        text += "and " + plural(statistics.unlisted(), "conversation", "conversations") +
                " with servers beyond the first " + digit_groups(Statistics::max_servers) + "\n\n";
    return text;
}

static std::string whole_text(const Statistics &statistics)
{
    std::uint64_t used = 0, offered = 0;
    for (const Served &served : statistics.served()) {
        used += served.post_quantum;
        offered += served.offered_post_quantum;
    }
    std::string text =
        wrapped("", plural(statistics.conversations(), "conversation", "conversations") + " with " +
                        plural(statistics.servers().size(), "server", "servers") + ", " +
                        digit_groups(statistics.completed()) + " completed. A post-quantum group was used in " +
                        digit_groups(used) + ", and offered by the client in " + digit_groups(offered) + ".") +
        "Completed conversations that would stop working:\n";
    for (std::size_t legacy = 0; legacy < legacies; ++legacy)
        text += legacy_text(statistics, legacy);
    return text;
}

std::string inventory_text(const Statistics &statistics)
{
    const std::string plain = plain_text(statistics);
    return (statistics.conversations() > 0 ? servers_text(statistics) + whole_text(statistics)
            : statistics.without_data()    ? "No TLS conversation.\n"
                                           : "No TLS conversation, or none that matches the filter.\n") +
           (plain.empty() ? "" : "\nTCP connections that carried no TLS, by the server's port:\n" + plain);
}

} // namespace tlsdiag
