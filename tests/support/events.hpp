// Describes the events of the record layer in words, so that a test reads like a table:
// "record 22 45", "record 23 100 encrypted", "message 1 41", "message 11 70000 fragmented", "message 1 46 sslv2",
// "alert 2 40", "too long 11 2000000", "not tls 4", "missing 7", "missing 7 of message 11 (3000)".
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/records.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace tlsdiag {

struct DescribeEvent {
    static std::string number(std::uint64_t value) { return std::to_string(value); }

    std::string operator()(const RecordSeen &record) const
    {
        const auto type = static_cast<std::uint8_t>(record.type);
        return "record " + number(type) + " " + number(record.length) + (record.encrypted ? " encrypted" : "");
    }
    std::string operator()(const Alert &alert) const
    {
        return "alert " + number(alert.level) + " " + number(alert.description);
    }
    std::string operator()(const HandshakeBytes &message) const
    {
        return "message " + number(message.type) + " " + number(message.body.size()) +
               (message.fragmented ? " fragmented" : "") + (message.sslv2 ? " sslv2" : "");
    }
    std::string operator()(const HandshakeTooLong &message) const
    {
        return "too long " + number(message.type) + " " + number(message.length);
    }
    std::string operator()(const NotTls &bytes) const { return "not tls " + number(bytes.first.size()); }
    std::string operator()(const Heartbeat &heartbeat) const
    {
        return "heartbeat asks for " + std::to_string(heartbeat.payload_length) + " in " +
               std::to_string(heartbeat.record_length);
    }
    std::string operator()(const BytesMissing &missing) const
    {
        const std::string count = "missing " + number(missing.count);
        if (missing.message_announced == 0)
            return count;
        return count + " of message " + number(missing.message_type) + " (" + number(missing.message_announced) + ")";
    }
};

inline std::vector<std::string> describe(const std::vector<RecordEvent> &events)
{
    std::vector<std::string> words;
    for (const RecordEvent &event : events)
        words.push_back(std::visit(DescribeEvent{}, event));
    return words;
}

// Keeps the events of a reader, with the bytes that they point to: `reader.feed(bytes, 0, std::ref(heard))`.
struct Heard {
    std::vector<RecordEvent> events;
    std::deque<Octets> bodies;

    void operator()(const RecordEvent &event)
    {
        events.push_back(event);
        if (auto *message = std::get_if<HandshakeBytes>(&events.back()))
            message->body = bodies.emplace_back(message->body.begin(), message->body.end());
    }
};

} // namespace tlsdiag
