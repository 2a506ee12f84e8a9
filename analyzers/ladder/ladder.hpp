// The drawing of a handshake as plain data: two lanes, rows from top to bottom, findings at their rows, the verdict
// underneath. build.cpp makes it; renderers draw it, and know no TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

// All text here is what text.hpp calls printable, and each piece is bounded; renderers escape it for their own form.
struct Ladder {
    enum class Lane : std::uint8_t { client, server };

    enum class Kind : std::uint8_t {
        message,   // an arrow: something that TLS says in clear, or that Wireshark decrypted
        encrypted, // an arrow: records of which only the size shows
        plain,     // an arrow: what was said before TLS (STARTTLS), or instead of it
        transport, // an arrow: TCP's opening, closing and reset; EAP's result; QUIC's close
        again,     // an arrow: sent again
        missing,   // at the lane of `from`: the capture lacks what it sent
        silence,   // a break in both lanes, `pause` long
        note,      // across both lanes: what the capture cannot show, or what is left out of the drawing
    };

    struct Row {
        Kind kind = Kind::note;
        Lane from = Lane::client;          // who sends; arrows go to the other lane
        std::uint32_t frame = 0;           // the first one; 0: none of its own (silences, notes)
        std::uint32_t last_frame = 0;      // of those that it stands for; where there is one only: the same
        double seconds = 0;                // since the drawing's first frame
        double pause = 0;                  // of a silence: how long
        std::string label;                 // "ClientHello"; "3 records, 4,210 bytes"
        std::vector<std::string> words;    // what it says, a thought each, the most important first
        bool decrypted = false;            // it was encrypted, and Wireshark had the keys
        bool breaks = false;               // ends the connection, or refuses: a fatal alert, a reset, a failure
        bool lost = false;                 // it evidently did not arrive
        std::vector<std::size_t> findings; // indices, of those that are proved here
    };

    struct Finding {
        std::string id, title, severity, side, certainty; // as in the JSON
        std::uint32_t frame = 0;
        std::optional<std::size_t> row; // where it is drawn; none where there are no rows
        std::string detail, remedy;
        std::vector<std::string> hints;
        std::vector<std::uint32_t> evidence;
        bool is_cause = false;
        bool is_problem = false; // a warning or an error
    };

    struct Property { // "Server name", "host.example"
        std::string name, text;
    };

    std::uint32_t number = 0;
    std::string client, server; // "10.0.0.1:40000"
    std::string protocol;       // "TLS", "TLS in TLS", "DTLS", "QUIC", "EAP"
    std::string filter;         // that finds it in Wireshark: "tcp.stream == 0"; empty: none does
    std::string sni;            // SNI; empty: none
    std::string version;        // "TLS 1.2"; empty: unknown
    std::uint32_t first_frame = 0, last_frame = 0;
    std::string time;                 // of the first frame: "2026-11-20T10:11:12.123456Z"
    double seconds = -1;              // the handshake's; below 0: unknown
    std::vector<Property> properties; // what was agreed, and who showed which certificate: in reading order
    std::vector<Row> rows;
    std::vector<Finding> findings;         // in the order of their frames
    std::string outcome, cause, certainty; // as in the JSON; cause: empty where there is none
    std::string verdict;                   // one sentence
    bool has_problem = false;              // a report would have a block for it
};

} // namespace tlsdiag
