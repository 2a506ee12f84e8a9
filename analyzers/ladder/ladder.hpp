// The drawing of a handshake as plain data: two lanes, rows from top to bottom, findings at their rows, the verdict
// below. build.cpp makes it; the renderers draw it and know nothing about TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

// All text here is printable as defined in text.hpp, and each piece is bounded; renderers escape it for their format.
struct Ladder {
    enum class Lane : std::uint8_t { client, server };

    enum class Kind : std::uint8_t {
        message,   // an arrow: a TLS message in clear, or one that Wireshark decrypted
        encrypted, // an arrow: records of which only the size is visible
        plain,     // an arrow: plain text before TLS (STARTTLS) or instead of it
        transport, // an arrow: TCP SYN, FIN and RST; the EAP result; QUIC's CONNECTION_CLOSE
        again,     // an arrow: a retransmission
        missing,   // at the lane of `from`: data of this side that the capture lacks
        silence,   // a break in both lanes, `pause` seconds long
        note,      // across both lanes: what the capture cannot show, or what the drawing leaves out
    };

    struct Row {
        Kind kind = Kind::note;
        Lane from = Lane::client;       // the sender; arrows point to the other lane
        std::uint32_t frame = 0;        // the first one; 0: no frame of its own (silences, notes)
        std::uint32_t last_frame = 0;   // the last frame that the row covers; the same as `frame` if there is only one
        double seconds = 0;             // since the drawing's first frame
        double pause = 0;               // length of a silence
        std::string label;              // "ClientHello"; "3 records, 4,210 bytes"
        std::vector<std::string> words; // the content in short phrases, the most important first
        bool decrypted = false;         // the message was encrypted, and Wireshark had the keys
        bool breaks = false;            // it ends the connection or refuses: a fatal alert, a reset, a failure
        bool lost = false;              // it evidently did not arrive
        std::vector<std::size_t> findings; // indices of the findings that this row proves
    };

    struct Finding {
        std::string id, title, severity, side, certainty; // as in the JSON
        std::uint32_t frame = 0;
        std::optional<std::size_t> row; // the row where it is drawn; empty if there are no rows
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
    std::string filter;         // the display filter for it: "tcp.stream == 0"; empty: there is none
    std::string sni;            // SNI; empty: none
    std::string version;        // "TLS 1.2"; empty: unknown
    std::uint32_t first_frame = 0, last_frame = 0;
    std::string time;                 // of the first frame: "2026-11-20T10:11:12.123456Z"
    double seconds = -1;              // the handshake's; below 0: unknown
    std::vector<Property> properties; // what was negotiated, and which certificates were sent: in reading order
    std::vector<Row> rows;
    std::vector<Finding> findings;         // in frame order
    std::string outcome, cause, certainty; // as in the JSON; cause: empty if there is none
    std::string verdict;                   // one sentence
    bool has_problem = false;              // the report has a block for it
};

} // namespace tlsdiag
