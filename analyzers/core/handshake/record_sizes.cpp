// Infers the encrypted messages of TLS 1.3 from record lengths: a record contains the message, one byte of type and the
// AEAD tag (RFC 8446, 5.2). Measured with OpenSSL 3.0, OpenJDK 17, GnuTLS, NSS and Go: all except NSS use one record
// per message; JSSE pads by 16 bytes.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/record_sizes.hpp"

#include "core/tls/iana_names.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace tlsdiag {

using Records = std::span<const EncryptedRecord>;

// The relevant record lengths for one cipher suite.
class RecordLengths {
public:
    RecordLengths(std::string_view suite, bool dtls)
    {
        header_ = dtls ? 12 : 4; // RFC 6347, 4.2.2
        padding_ = dtls ? 0 : 16;
        if (suite.ends_with("SHA384"))
            hash_ = 48;
        if (suite.find("_CCM_8") != suite.npos)
            overhead_ = 1 + 8;
    }

    bool alert(const EncryptedRecord &record) const { return holds(record, 2); }
    bool finished(const EncryptedRecord &record) const { return holds(record, header_ + hash_); }
    bool empty_certificate(const EncryptedRecord &record) const { return holds(record, header_ + empty_certificate_); }
    // An alert of a side whose Finished is that record: a side pads all its records or none.
    bool alert_of_sender(const EncryptedRecord &record, const EncryptedRecord &finished) const
    {
        const bool pads = finished.length == header_ + hash_ + overhead_ + padding_;
        return record.length == 2 + overhead_ + (pads ? padding_ : 0);
    }
    // NSS puts both into one record.
    bool empty_certificate_and_finished(const EncryptedRecord &record) const
    {
        return record.length == header_ + empty_certificate_ + header_ + hash_ + overhead_;
    }
    bool certificate(const EncryptedRecord &record) const { return record.length >= smallest_certificate_ + overhead_; }
    // The message continues in the next record.
    bool full(const EncryptedRecord &record) const { return record.length >= 16'384 + overhead_; }
    // RFC 9147, 7: the list's length, and 16 bytes for each record. 0: it is none.
    std::uint32_t acknowledged(const EncryptedRecord &record) const
    {
        constexpr std::uint32_t most = 16, one = 16;
        const std::uint32_t empty = 2 + overhead_;
        const bool is_list = record.length > empty && (record.length - empty) % one == 0;
        return is_list && (record.length - empty) / one <= most ? (record.length - empty) / one : 0;
    }

private:
    static constexpr std::uint32_t empty_certificate_ = 1 + 3; // no context, no certificates
    static constexpr std::uint32_t smallest_certificate_ = 200;

    bool holds(const EncryptedRecord &record, std::uint32_t content) const
    {
        return record.length == content + overhead_ || record.length == content + overhead_ + padding_;
    }

    std::uint32_t header_ = 4, hash_ = 32, padding_ = 16;
    std::uint32_t overhead_ = 1 + 16;
};

static bool can_be_read(const Conversation &c);
static void read_server_flight(RecordSizes &reading, Records flight, bool resumed, const RecordLengths &sizes);
static void read_client_flight(RecordSizes &reading, Records flight, bool answered, const RecordLengths &sizes);
static void read_answer(RecordSizes &reading, const Conversation &c, Records rest, const RecordLengths &sizes);
static void read_datagrams(RecordSizes &reading, Records all, const RecordLengths &sizes);

RecordSizes read_record_sizes(const Conversation &c)
{
    RecordSizes reading;
    if (!can_be_read(c))
        return reading;
    reading.possible = true;
    const RecordLengths sizes{known_cipher_suite(c.server_hello->cipher_suite), c.transport == Transport::dtls};
    const Records all{c.encrypted_records};
    if (c.transport == Transport::dtls) {
        read_datagrams(reading, all, sizes);
        return reading;
    }
    const auto by = [](Side side) { return [side](const EncryptedRecord &record) { return record.by == side; }; };
    const auto client_begins = std::ranges::find_if(all, by(Side::client));
    const auto answer_begins = std::find_if(client_begins, all.end(), by(Side::server));
    read_server_flight(reading, {all.begin(), client_begins}, c.server_hello->pre_shared_key, sizes);
    read_client_flight(reading, {client_begins, answer_begins}, answer_begins != all.end(), sizes);
    if (reading.client_finished)
        read_answer(reading, c, {client_begins, all.end()}, sizes);
    return reading;
}

// Early data precedes the handshake records, and decrypted or lost records would make the count wrong.
static bool can_be_read(const Conversation &c)
{
    const std::string_view suite = known_cipher_suite(c.server_hello->cipher_suite);
    const bool usual_suite = suite.find("_SHA256") != suite.npos || suite.find("_SHA384") != suite.npos;
    return c.tls13() && usual_suite && c.client_hello && !c.client_hello->early_data && !c.decrypted &&
           !c.gaps.any_bytes_missing() && !c.gaps.truncated && c.encrypted_records.size() < max_encrypted_records;
}

// EncryptedExtensions, [CertificateRequest,] Certificate, CertificateVerify, Finished. With a PSK only the first and
// the last.
static void read_server_flight(RecordSizes &reading, Records flight, bool resumed, const RecordLengths &sizes)
{
    std::vector<Moment> messages;
    bool goes_on = false;
    for (const EncryptedRecord &record : flight) {
        if (!goes_on)
            messages.push_back(record.at);
        goes_on = sizes.full(record);
        // An earlier record of this size is not the Finished.
        const std::size_t shortest = resumed ? 2 : 4;
        if (messages.size() < shortest || !sizes.finished(record))
            continue;
        if (messages.size() == shortest)
            reading.client_certificate = ClientAuth::none; // the client was not asked
        else if (messages.size() == 5 && !resumed)
            reading.request = messages[1];
        return;
    }
}

// [Certificate, [CertificateVerify,]] Finished; or only an alert.
static void read_client_flight(RecordSizes &reading, Records flight, bool answered, const RecordLengths &sizes)
{
    if (flight.empty())
        return;
    const EncryptedRecord &first = flight.front();
    const bool not_asked = reading.client_certificate == ClientAuth::none;
    const auto says = [&](ClientAuth auth) {
        reading.client_certificate = auth;
        reading.client_certificate_at = first.at;
    };
    const auto finished =
        std::ranges::find_if(flight, [&](const EncryptedRecord &record) { return sizes.finished(record); });
    if (sizes.alert(first)) {
        reading.client_alert = first.at;
    } else if (sizes.finished(first)) {
        says(ClientAuth::none);
        reading.request = {};
        reading.client_finished = first.at;
    } else if (sizes.empty_certificate_and_finished(first) && !not_asked) {
        says(ClientAuth::empty);
        reading.client_finished = first.at;
    } else if (sizes.empty_certificate(first) && !not_asked) {
        says(ClientAuth::empty);
        if (finished != flight.end())
            reading.client_finished = finished->at;
    } else if (sizes.certificate(first) && !not_asked) {
        says(ClientAuth::sent);
        if (finished != flight.end())
            reading.client_finished = finished->at;
        else if (answered) // several messages per record: the server's answer shows that the flight was complete
            reading.client_finished = flight.back().at;
    } else {
        reading = {}; // padded to sizes that reveal nothing
    }
}

// After its Finished, the client sent one record, which has the size of an alert.
static bool only_an_alert(const RecordSizes &reading, Records rest, const RecordLengths &sizes)
{
    std::size_t others = 0;
    bool after = false, alert = false;
    for (const EncryptedRecord &record : rest) {
        if (record.by == Side::server)
            continue;
        if (after)
            sizes.alert(record) ? alert = true : ++others;
        after = after || sizes.finished(record) || sizes.empty_certificate_and_finished(record);
    }
    return reading.client_finished && alert && others == 0;
}

// What the server sends after the client's Finished: data, or only records of an alert's size (GnuTLS lets a
// close_notify follow its refusal). After the client's own close_notify (or a record of its size), that is the
// close_notify in return.
static void read_answer(RecordSizes &reading, const Conversation &c, Records rest, const RecordLengths &sizes)
{
    const auto answers = [](const EncryptedRecord &record) { return record.by == Side::server; };
    const auto answer = std::ranges::find_if(rest, answers);
    if (answer == rest.end())
        return;
    const auto finished =
        std::find_if(rest.begin(), answer, [&](const EncryptedRecord &one) { return sizes.finished(one); });
    const bool farewell = std::any_of(rest.begin(), answer, [&](const EncryptedRecord &record) {
        return finished == answer ? sizes.alert(record) : sizes.alert_of_sender(record, *finished);
    });
    const Moment &fin = c.fin[Side::client];
    const bool client_left = farewell || (fin && fin.frame < answer->at.frame);
    reading.client_left = only_an_alert(reading, rest, sizes);
    const auto data = std::find_if(
        answer, rest.end(), [&](const EncryptedRecord &record) { return answers(record) && !sizes.alert(record); });
    if (data != rest.end())
        reading.server_data = data->at;
    else if (!client_left)
        reading.server_alert = answer->at;
}

// DTLS 1.3: messages can be fragments, flights are sent again and acknowledged; but the epoch tells the keys. A side
// has the application's keys from its Finished on (RFC 9147, 6.1). What the server sends then, after the client's
// flight, answers it: an ACK of the whole flight accepts it (RFC 9147, 7.1).
constexpr std::uint8_t handshake_keys = 2; // the epoch (RFC 9147, 6.1)

// Returns the client's records that are encrypted with the handshake's keys.
static std::vector<EncryptedRecord> read_client_datagrams(RecordSizes &reading, Records all, const RecordLengths &sizes)
{
    std::vector<EncryptedRecord> flight;
    Moment client_data;
    for (const EncryptedRecord &record : all) {
        const bool handshake = record.epoch == handshake_keys;
        if (record.by == Side::server) {
            if (!handshake && !reading.server_finished)
                reading.server_finished = record.at;
        } else if (!handshake) {
            client_data = record.at;
            break;
        } else if (sizes.acknowledged(record) == 0) {
            flight.push_back(record);
        }
    }
    read_client_flight(reading, flight, false, sizes);
    if (reading.possible && !reading.client_alert && !reading.client_finished)
        reading.client_finished = client_data;
    return flight;
}

// With several messages in a record, only an answer shows that the flight was complete. An ACK can be of a part.
static void complete_by_answer(RecordSizes &reading, Records all, Records flight, const RecordLengths &sizes)
{
    for (const EncryptedRecord &record : all) {
        const bool answers = record.by == Side::server && record.epoch != handshake_keys && !flight.empty() &&
                             record.at.frame > flight.back().at.frame;
        if (reading.client_finished || !answers)
            continue;
        if (sizes.acknowledged(record) > 0)
            reading.acknowledged = record.at;
        else
            reading.client_finished = flight.back().at;
    }
}

static void read_server_answer(RecordSizes &reading, Records all, std::size_t flight_records,
                               const RecordLengths &sizes)
{
    bool client_left = false;
    for (const EncryptedRecord &record : all) {
        if (record.epoch == handshake_keys)
            continue;
        const bool alert = sizes.alert(record);
        client_left |= record.by == Side::client && alert;
        const bool answers = record.by == Side::server && record.at.frame > reading.client_finished.frame;
        const std::uint32_t acknowledged = sizes.acknowledged(record);
        if (!answers || (acknowledged > 0 && acknowledged < flight_records))
            continue;
        if (!alert)
            reading.server_data = record.at;
        else if (!client_left)
            reading.server_alert = record.at;
        return;
    }
}

static void read_datagrams(RecordSizes &reading, Records all, const RecordLengths &sizes)
{
    const std::vector<EncryptedRecord> flight = read_client_datagrams(reading, all, sizes);
    if (!reading.possible || reading.client_alert)
        return;
    complete_by_answer(reading, all, flight, sizes);
    if (reading.client_finished)
        read_server_answer(reading, all, flight.size(), sizes);
}

} // namespace tlsdiag
