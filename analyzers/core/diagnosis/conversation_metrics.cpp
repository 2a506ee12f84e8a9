// Measures how much time each side took, and which legacy features a connection depends on.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/conversation_metrics.hpp"

#include "core/handshake/certificate_questions.hpp"
#include "core/tls/iana_names.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

std::string_view name(Legacy legacy)
{
    constexpr std::string_view names[] = {"old_version", "sha1", "rsa_key_exchange"};
    return names[static_cast<std::size_t>(legacy)];
}

std::string_view title(Legacy legacy)
{
    constexpr std::string_view titles[] = {"TLS 1.0 and TLS 1.1 (and older)", "SHA-1 in signatures",
                                           "RSA key exchange"};
    return titles[static_cast<std::size_t>(legacy)];
}

bool is_post_quantum(Group group)
{
    const std::string known = group_name(group);
    return known.find("MLKEM") != std::string::npos || known.find("Kyber") != std::string::npos || known == "CECPQ2";
}

// ---- Durations ----

static double between(const Moment &from, const Moment &to)
{
    return from && to && to.time >= from.time ? static_cast<double>(to.time - from.time) / static_cast<double>(second)
                                              : -1;
}

static double sum(double one, double other)
{
    return one < 0 || other < 0 ? -1 : one + other;
}

// Without early data, the client's first encrypted record is its answer to the server's flight.
static std::vector<EncryptedRecord>::const_iterator client_answers(const Conversation &c)
{
    if (!c.client_hello || c.client_hello->early_data)
        return c.encrypted_records.end();
    return std::ranges::find(c.encrypted_records, Side::client, &EncryptedRecord::by);
}

// A TLS 1.3 handshake is complete for the client with its Finished; what the server sends next may be application data.
static Moment handshake_end(const Conversation &c)
{
    if (!c.tls13() || !c.completed)
        return c.completed;
    const auto answer = client_answers(c);
    for (const Moment &one : {c.finished[Side::client], c.record_sizes.client_finished, c.quic_client_handshake})
        if (one)
            return one;
    return answer != c.encrypted_records.end() ? answer->at : Moment{};
}

// The time when the server's flight is complete and the client must answer.
static Moment server_flight(const Conversation &c)
{
    if (!c.tls13())
        return c.server_hello_done ? c.server_hello_done : c.server_hello.at;
    if (c.finished[Side::server])
        return c.finished[Side::server];
    const auto answer = client_answers(c);
    return answer != c.encrypted_records.end() && answer != c.encrypted_records.begin() ? std::prev(answer)->at
                                                                                        : c.server_hello.at;
}

static Moment client_flight(const Conversation &c)
{
    if (c.tls13())
        return handshake_end(c);
    return c.client_key_exchange ? c.client_key_exchange : c.change_cipher_spec[Side::client];
}

// The part of this time that the packets were in transit, by the round trips measured in the TCP handshake.
static double on_the_way(double waited, double round_trip, int times)
{
    return std::min(waited, round_trip * times);
}

// A lost packet delays both sides, and a packet missing from the capture may be the one that a side waited for.
static bool went_smoothly(const Conversation &c)
{
    return c.retransmissions[Side::client] == 0 && c.retransmissions[Side::server] == 0 && !c.gaps.any_bytes_missing();
}

// In an abbreviated TLS 1.2 handshake the server finishes first, and the client's Finished ends it.
static void split(const Conversation &c, Moment end, Durations &durations)
{
    const double to_client = between(c.tcp_syn_ack, c.tcp_ack);
    if (durations.tcp < 0 || to_client < 0 || !went_smoothly(c))
        return;
    const bool retried = c.hello_retry_request && c.first_client_hello.frame != c.client_hello.at.frame;
    const bool server_ends = !c.tls13() && !c.resumed;
    const Moment server_done = server_flight(c);
    double server = between(c.client_hello.at, server_done);
    double client = between(server_done, c.resumed ? end : client_flight(c));
    if (retried) {
        server = sum(server, between(c.first_client_hello, c.hello_retry_request.at));
        client = sum(client, between(c.hello_retry_request.at, c.client_hello.at));
    }
    if (server_ends)
        server = sum(server, between(client_flight(c), end));
    if (server < 0 || client < 0)
        return;
    const double server_way = on_the_way(server, durations.tcp, 1 + retried + server_ends);
    const double client_way = on_the_way(client, to_client, 1 + retried);
    durations.server = server - server_way;
    durations.client = client - client_way;
    durations.network = server_way + client_way;
}

static Durations durations_of(const Conversation &c)
{
    Durations durations;
    durations.tcp = between(c.tcp_syn, c.tcp_syn_ack);
    const Moment end = handshake_end(c);
    durations.tls = between(c.first_client_hello, end);
    durations.total = between(c.tcp_syn ? c.tcp_syn : c.first_client_hello, end);
    if (durations.tls >= 0)
        split(c, end, durations);
    return durations;
}

// ---- What it depends on ----

constexpr Version tls12 = 0x0303;

static std::optional<Side> old_version(const Conversation &c)
{
    if (!c.server_hello || comparable_version(c.version()) >= tls12)
        return std::nullopt;
    const bool client_is_old = c.client_hello && comparable_version(c.client_hello->highest_version()) < tls12 &&
                               !c.client_hello->fallback_scsv; // it supports a higher version (RFC 7507)
    return client_is_old ? Side::client : Side::server;
}

static bool begins(std::string_view text, std::string_view with)
{
    return text.substr(0, with.size()) == with;
}

static bool has_rsa_key_exchange(CipherSuite suite)
{
    const std::string_view known = known_cipher_suite(suite);
    return begins(known, "TLS_RSA_") && !begins(known, "TLS_RSA_PSK_");
}

static bool has_ephemeral_keys(CipherSuite suite)
{
    const std::string_view known = known_cipher_suite(suite);
    return begins(known, "TLS_ECDHE_") || begins(known, "TLS_DHE_") ||
           (!known.empty() && suite >> 8 == 0x13); // TLS 1.3 suites
}

static std::optional<Side> rsa_key_exchange(const Conversation &c)
{
    if (!c.server_hello || c.server_hello->sslv2 || !has_rsa_key_exchange(c.server_hello->cipher_suite))
        return std::nullopt;
    const bool no_other = c.client_hello && std::ranges::none_of(c.client_hello->cipher_suites, has_ephemeral_keys);
    return no_other ? Side::client : Side::server;
}

// RFC 5246, 7.4.1.4.1: the first byte is the hash, 2 is SHA-1 and 1 is MD5.
static bool is_sha1(SignatureScheme scheme)
{
    return scheme >> 8 == 1 || scheme >> 8 == 2;
}

// Before TLS 1.2 every handshake signature uses SHA-1 (RFC 4346, 7.4.3).
static bool signed_with_sha1(const Conversation &c, const Octets &signature,
                             const std::optional<SignatureScheme> &scheme)
{
    return !signature.empty() && (scheme ? is_sha1(*scheme) : comparable_version(c.version()) < tls12);
}

static bool has_sha1_certificate(const Conversation &c, Side side)
{
    return std::ranges::any_of(needed_signatures(c, side), [](const Certificate *certificate) {
        return !certificate->self_signed &&
               (certificate->signature_digest == "SHA1" || certificate->signature_digest == "MD5");
    });
}

static std::optional<Side> sha1(const Conversation &c)
{
    const auto &exchange = c.server_key_exchange;
    if (exchange && signed_with_sha1(c, exchange->signature, exchange->scheme)) {
        // RFC 5246, 7.4.1.4.1: a missing list means SHA-1
        const bool no_other = c.client_hello && std::ranges::all_of(c.client_hello->signature_algorithms, is_sha1);
        return no_other ? Side::client : Side::server;
    }
    if (has_sha1_certificate(c, Side::server))
        return Side::server;
    const auto &proof = c.certificate_verify[Side::client];
    const bool client_signs = proof && signed_with_sha1(c, proof->signature, proof->scheme);
    return client_signs || has_sha1_certificate(c, Side::client) ? std::optional{Side::client} : std::nullopt;
}

// ---- Without TLS ----

void PlainTraffic::add(std::uint32_t stream, const PlainConnection &connection)
{
    if (stream >= seen_.size())
        seen_.resize(std::max<std::size_t>(stream + 1, seen_.size() * 3 / 2));
    Seen &seen = seen_[stream];
    if (connection.bytes == 0) {
        without_data_ += seen == Seen::nothing;
        seen = std::max(seen, Seen::empty);
        return;
    }
    Port &port = ports_[connection.server.port];
    port.bytes += connection.bytes;
    if (seen == Seen::data)
        return;
    port.under_way += connection.under_way;
    without_data_ -= seen == Seen::empty;
    seen = Seen::data;
    ++port.connections;
    Endpoint address = connection.server;
    address.port = 0;
    const auto known = port.servers.find(address);
    if (known != port.servers.end())
        ++known->second;
    else if (port.servers.size() < max_servers)
        port.servers.emplace(address, 1);
    else
        ++port.to_others;
}

// ---- All ----

static std::optional<Group> group_of(const Conversation &c)
{
    if (c.server_hello && c.server_hello->group)
        return c.server_hello->group;
    return c.server_key_exchange ? c.server_key_exchange->named_group : std::nullopt;
}

ConversationMetrics metrics_of(const Conversation &c)
{
    ConversationMetrics metrics;
    metrics.durations = durations_of(c);
    metrics.group = group_of(c);
    if (c.server_key_exchange)
        metrics.dh_bits = c.server_key_exchange->dh_bits;
    metrics.offers_post_quantum = c.client_hello && std::ranges::any_of(c.client_hello->groups, is_post_quantum);
    metrics.hides_certificates = c.tls13() && !c.decrypted;
    for (const Side side : {Side::client, Side::server}) {
        if (c.chain[side])
            metrics.chain[side] = c.chain[side]->certificates;
    }
    metrics.depends_on = {old_version(c), sha1(c), rsa_key_exchange(c)};
    metrics.bytes = c.bytes;
    metrics.hello_seen = static_cast<bool>(c.client_hello);
    return metrics;
}

} // namespace tlsdiag
