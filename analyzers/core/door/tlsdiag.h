/* The C interface between plugin/ (C, which knows Wireshark) and analyzers/ (C++, which knows TLS).
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rules:
 *  1. No Wireshark, OpenSSL or C++ type passes through this interface.
 *  2. The core owns everything that it returns. A result stays valid until the next call of the same function, of a
 *     function that adds events to the same capture, or of tlsdiag_close(). The caller frees only what it opened.
 *  3. Bytes that are passed in are copied or used before the call returns.
 *  4. No exception leaves the core. A call that fails inside keeps everything that was known before, and returns its
 *     empty result (NULL, 0 or false).
 *  5. The core never calls back into the plugin.
 *  6. All returned text is valid UTF-8 without control characters: text from the wire is already escaped.
 *     It is not escaped for HTML, JSON or Wireshark's format strings: never use it as a format.
 *  7. Only one thread may use the interface at a time.
 *
 * How to add a frame, in the order of the packet's contents:
 *      tlsdiag_frame_begin()
 *        tlsdiag_radius()                                                        around an EAP packet
 *        tlsdiag_tcp() | tlsdiag_datagram() | tlsdiag_eap() | tlsdiag_quic()     the carrier of TLS,
 *          or tlsdiag_openvpn()
 *          tlsdiag_records(), tlsdiag_message(), tlsdiag_dtls_message(), tlsdiag_alert(), tlsdiag_quic_close()
 *                                                                            what the dissector found in it
 *        tlsdiag_icmp()
 *      tlsdiag_frame_end()
 *  Questions about it: after tlsdiag_frame_end(..., true), tlsdiag_catch_up() or tlsdiag_end().
 * Add each frame once, in the capture's order; tlsdiag_frame_begin() rejects a number that is not above the last one.
 */
#ifndef TLSDIAG_H
#define TLSDIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The catalogue: available before any capture is opened ---- */

typedef struct tlsdiag_diagnosis {
    const char *id; /* [a-z0-9_]+ */
    const char *title;
    const char *severity; /* "error", "warning", "note" */
    const char *wire;     /* what it looks like on the wire */
    const char *remedy;
    const char *const *sources; /* NULL-terminated */
    bool at_end;                /* found only by silence or at the end of the capture */
} tlsdiag_diagnosis;

/* The diagnoses in the catalogue's order; *count is their number. They stay valid until the program ends. */
const tlsdiag_diagnosis *tlsdiag_catalogue(size_t *count);

/* "0.1.0" */
const char *tlsdiag_version(void);

/* ---- A capture ---- */

typedef struct tlsdiag_capture tlsdiag_capture; /* one capture under analysis */

typedef struct tlsdiag_options {
    const char *trust_store; /* "system", "none", a PEM file or a directory; NULL: "system" */
    const char *size_table;  /* a file in the form of analyzers/sizes.tsv; NULL or "": the built-in table */
    double silence;          /* seconds without a packet that count as silence; 0: 3 seconds */
    const char *products;    /* whose hints: comma-separated names, "auto", "all", "none"; NULL or "": "auto" */
    const char *hide;        /* comma-separated ids of diagnoses that are not shown; NULL or "": none */
    const char *only;        /* comma-separated ids of the only diagnoses that are shown; NULL or "": all */
} tlsdiag_options;

/* NULL if the options are valid; otherwise one line that tells what is wrong and how to fix it (static storage, valid
 * until the next call of this function). */
const char *tlsdiag_check(const tlsdiag_options *options);

/* Opens a capture; close it with tlsdiag_close(). An unusable trust store is replaced by "none", an unusable size table
 * by the built-in one; the reports note this. An invalid `products` value means "auto"; invalid `hide` or `only` values
 * are ignored. NULL only if memory runs out. */
tlsdiag_capture *tlsdiag_open(const tlsdiag_options *options);
void tlsdiag_close(tlsdiag_capture *capture); /* NULL is allowed */

/* ---- Events ---- */

typedef struct tlsdiag_address {
    uint8_t length; /* 4 (IPv4), 16 (IPv6), 6 (Ethernet), 0 (unknown) */
    uint8_t bytes[16];
} tlsdiag_address;

typedef struct tlsdiag_frame {
    uint32_t number; /* Wireshark's frame number, from 1 */
    int64_t seconds; /* since 1970, by the capture's clock */
    int32_t nanoseconds;
    tlsdiag_address source, destination;
    uint16_t source_port, destination_port; /* of UDP; TCP ports are read from the TCP header */
    uint8_t hop_limit;                      /* of the IP header that carries it (IPv4: TTL); 0: unknown */
} tlsdiag_frame;

void tlsdiag_frame_begin(tlsdiag_capture *capture, const tlsdiag_frame *frame);

/* A TCP segment. `stream` is Wireshark's number of the TCP stream. `header` is the TCP header, `payload` the data after
 * it: `captured` bytes of it are in the capture, `length` bytes were on the wire. */
void tlsdiag_tcp(tlsdiag_capture *capture, uint32_t stream, const uint8_t *header, size_t header_length,
                 const uint8_t *payload, size_t captured, size_t length);

/* A datagram that Wireshark dissects as DTLS. `stream` is Wireshark's number of the UDP stream; `payload` starts with a
 * DTLS record. */
void tlsdiag_datagram(tlsdiag_capture *capture, uint32_t stream, const uint8_t *payload, size_t captured,
                      size_t length);

#define TLSDIAG_NO_STREAM UINT32_MAX

/* A RADIUS packet, starting with its code. Call tlsdiag_eap() next for the EAP packet in it. `stream` as there. */
void tlsdiag_radius(tlsdiag_capture *capture, uint32_t stream, const uint8_t *packet, size_t captured);

/* Whether the UDP stream has carried DTLS. Then pass its other datagrams as well that begin like DTLS (a first byte of
 * 20 to 63, RFC 7983): older dissectors do not know the records of DTLS 1.3. */
bool tlsdiag_wants_datagrams(const tlsdiag_capture *capture, uint32_t stream);

/* An EAP packet, starting with its code. `stream` is the number of the UDP stream if RADIUS carries the packet,
 * otherwise TLSDIAG_NO_STREAM. */
void tlsdiag_eap(tlsdiag_capture *capture, uint32_t stream, const uint8_t *packet, size_t captured, size_t length);

/* A QUIC packet. Call tlsdiag_message() and tlsdiag_quic_close() next for what the dissector could read in it.
 * `packet` is the beginning of the packet (the first byte and, in long headers, the version); `length` is the length
 * of the whole packet. */
void tlsdiag_quic(tlsdiag_capture *capture, uint32_t stream, const uint8_t *packet, size_t captured, size_t length);

/* A packet of OpenVPN's control channel over UDP. `type` is its first byte (opcode and key id); `numbered` starts with
 * its message packet id, and its content follows. */
void tlsdiag_openvpn(tlsdiag_capture *capture, uint32_t stream, uint8_t type, const uint8_t *numbered, size_t captured);

/* What the dissector shows in the carrier. Pass the bytes from where it starts; more bytes may follow. The core cuts
 * them by their own headers, and ignores what is not whole. */

/* TLS records, one after the other. Set `inner` if they were found in decrypted data (TLS in TLS). The core uses them
 * only where it does not find records itself. */
void tlsdiag_records(tlsdiag_capture *capture, bool inner, const uint8_t *records, size_t captured);

/* Whether records in clear of that TCP stream can still matter. False once the core reads them in the payload itself;
 * then tlsdiag_records() is only needed for inner ones. */
bool tlsdiag_wants_records(const tlsdiag_capture *capture, uint32_t stream);

/* A handshake message of TLS or QUIC, starting with its type. The core uses it only if it is from QUIC or was
 * decrypted. */
void tlsdiag_message(tlsdiag_capture *capture, const uint8_t *message, size_t captured);

/* The same of DTLS; a message that is one fragment. */
void tlsdiag_dtls_message(tlsdiag_capture *capture, const uint8_t *message, size_t captured);

/* An alert in clear, possibly after decryption. */
void tlsdiag_alert(tlsdiag_capture *capture, const uint8_t *alert, size_t captured);

/* QUIC's CONNECTION_CLOSE of type 0x1c, from its error code on (RFC 9000, 20.1: 0x0100 + alert); the reason phrase
 * follows. */
void tlsdiag_quic_close(tlsdiag_capture *capture, const uint8_t *error_code, size_t captured);

/* An ICMP or ICMPv6 packet, starting with its type; the core reads the type, the code and the quoted packet. */
void tlsdiag_icmp(tlsdiag_capture *capture, bool v6, const uint8_t *packet, size_t captured);

/* The frame is complete. Frames are analysed many at a time, because dissectors and analyzers each fill the processor's
 * caches. With `ask_now` (questions will follow before the next frame), all frames added so far are analysed now. */
void tlsdiag_frame_end(tlsdiag_capture *capture, bool ask_now);

/* Analyses all frames added so far. Questions never do: their answers cover the frames up to the last call of this
 * function, of tlsdiag_end(), or of tlsdiag_frame_end() with `ask_now`. */
void tlsdiag_catch_up(tlsdiag_capture *capture);

/* The capture has ended: analyses all frames, finds what only the end can show, and attaches it to each conversation's
 * last frame. May be called again after more frames. */
void tlsdiag_end(tlsdiag_capture *capture);

/* ---- What is known about a frame: ask again each time that the frame is displayed ---- */

typedef struct tlsdiag_finding {
    uint32_t diagnosis; /* index in the catalogue */
    const char *id, *severity, *side, *certainty, *detail, *remedy;
    uint32_t frame; /* the frame that it is attached to */
    const uint32_t *evidence;
    size_t evidence_count;
    const char *const *hints; /* NULL-terminated: what products log for it and how to fix it, one line each */
} tlsdiag_finding;

typedef struct tlsdiag_verdict {
    const char *outcome;   /* completed, failed, abandoned, unfinished, unseen */
    const char *cause;     /* id of the finding, or NULL */
    const char *certainty; /* proven, strong, guess */
    const char *sentence;
    const char *sni, *version, *cipher; /* NULL if unknown */
    const char *client_auth;            /* none, requested, sent, empty, unknown */
    double seconds;                     /* duration of the handshake; below 0: unknown */
} tlsdiag_verdict;

typedef struct tlsdiag_result {
    uint32_t conversation;
    const tlsdiag_finding *findings;
    size_t finding_count;
    const tlsdiag_verdict *verdict; /* NULL except in the frame where the outcome became known */
    bool has_ca_list;               /* this frame contains a list of CA names */
    uint32_t ca_list_count, ca_list_bytes;
    const char *missing_issuer;     /* DN of an issuer that a chain in this frame lacks, or NULL */
    const char *missing_issuer_aia; /* URL from which, according to the chain, it is available, or NULL */
} tlsdiag_result;

/* Whether there is anything to show for a frame. It is fast, because it is called for each frame. FINDINGS includes
 * FACTS. */
typedef enum { TLSDIAG_SHOWS_NOTHING, TLSDIAG_SHOWS_FACTS, TLSDIAG_SHOWS_FINDINGS } tlsdiag_shows_e;
tlsdiag_shows_e tlsdiag_shows(const tlsdiag_capture *capture, uint32_t frame);

/* What to show for a frame: *results is the array, the return value its length. A frame can belong to several
 * conversations. */
size_t tlsdiag_results(tlsdiag_capture *capture, uint32_t frame, const tlsdiag_result **results);

/* The conversations that a frame belongs to, even if there is nothing to show for it. Returns how many. */
size_t tlsdiag_conversations_of(tlsdiag_capture *capture, uint32_t frame, const uint32_t **conversations);

/* ---- Reports: judged as if the capture ended now; this changes nothing ---- */

/* How many conversations there are; they are numbered from 0. */
uint32_t tlsdiag_conversations(const tlsdiag_capture *capture);

/* Whether the option `only` selects a conversation: it has one of these findings. Without the option, all are
 * selected. */
bool tlsdiag_wanted(const tlsdiag_capture *capture, uint32_t conversation);

/* One conversation as one line of JSON, without the line end; NULL if there is no such conversation. */
const char *tlsdiag_json(tlsdiag_capture *capture, uint32_t conversation);

/* The same, including the ladder's data. */
const char *tlsdiag_json_ladder(tlsdiag_capture *capture, uint32_t conversation);

/* The conversations whose outcome became known since the last call, by packets or by silence until the given time
 * (since 1970); the first call covers the whole capture so far. In rare cases a conversation is reported twice: when it
 * continues after a silence. Returns how many. */
size_t tlsdiag_newly_judged(tlsdiag_capture *capture, int64_t seconds, int32_t nanoseconds,
                            const uint32_t **conversations);

/* One conversation's verdict as one line of text, without the line end; NULL if there is no such conversation. */
const char *tlsdiag_line(tlsdiag_capture *capture, uint32_t conversation);

/* Only the counts at the end of the report. */
const char *tlsdiag_counts(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);

/* The report: a block for each conversation that has a problem, then the counts. `chosen` has `chosen_count` flags, one
 * for each conversation; NULL selects all. `columns` is the line width; 0 means 100. */
const char *tlsdiag_report(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count, size_t columns);

/* The same in parts, because it can be very long. Set `*next` to 0 before the first call; the function updates it. NULL
 * after the last part, or if memory runs out. Only one report can be read in parts at a time. */
const char *tlsdiag_report_part(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count, uint32_t *next);

/* ---- Ladders ---- */

/* Arrows cost time and memory, so they are recorded (while packets arrive) only if they will be needed. */
typedef enum { TLSDIAG_LADDERS_NONE, TLSDIAG_LADDERS_OF_PROBLEMS, TLSDIAG_LADDERS_OF_ALL } tlsdiag_ladders_e;

/* Applies to the conversations that start from now on; the default is NONE. */
void tlsdiag_keep_ladders(tlsdiag_capture *capture, tlsdiag_ladders_e kept);

typedef struct tlsdiag_text_style {
    uint32_t columns; /* 60 to 140 */
    bool utf8;        /* false: only ASCII */
    bool colour;      /* use terminal escape sequences */
} tlsdiag_text_style;

/* Whether the report has a block for this conversation. */
bool tlsdiag_has_problem(const tlsdiag_capture *capture, uint32_t conversation);

/* A conversation's ladder as lines of text; NULL if there is no such conversation. If no arrows were recorded, it has
 * none. With `colour` it contains escape sequences; no other text from this interface does. */
const char *tlsdiag_ladder(tlsdiag_capture *capture, uint32_t conversation, const tlsdiag_text_style *style);

/* One row of a ladder, as an arrow. */
typedef struct tlsdiag_arrow {
    uint32_t conversation;
    bool from_client;
    tlsdiag_address source, destination;
    uint16_t source_port, destination_port;
    const char *label;    /* "Certificate [expired]" */
    const char *comment;  /* the most important first: the verdict, findings, the message's contents */
    const char *severity; /* the worst of its findings: "error", "warning", "note"; "": none */
} tlsdiag_arrow;

/* The arrows that start in this frame: *arrows is the array, the return value its length. They are available as soon
 * as the frame was analysed; what later frames show about it is added to them later. */
size_t tlsdiag_arrows(tlsdiag_capture *capture, uint32_t frame, const tlsdiag_arrow **arrows);

/* A conversation's ladder as an SVG file; NULL if there is no such conversation. */
const char *tlsdiag_svg(tlsdiag_capture *capture, uint32_t conversation);

/* An HTML page: an overview, and the ladders of the conversations that have a problem, or of all. `chosen` as in
 * tlsdiag_report(). NULL if memory runs out. */
const char *tlsdiag_html(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count, bool healthy_too);

/* ---- Statistics ---- */

/* From now on, keeps what the statistics need beyond the summaries. About conversations that ended before this call,
 * the statistics contain less. */
void tlsdiag_keep_metrics(tlsdiag_capture *capture);

/* Findings, outcomes by server and handshake durations, as text. `chosen` as in tlsdiag_report(). */
const char *tlsdiag_table(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);

/* The inventory, as text or as lines of JSON: what is protected, how and by which servers. If all conversations are
 * chosen, it includes TCP connections without TLS. */
const char *tlsdiag_inventory(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);
const char *tlsdiag_inventory_json(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);

/* The same as sheets of rows and columns, for windows. Sheets and columns are numbered from 0 and never change. */
enum { TLSDIAG_SHEETS = 6 };
typedef enum { TLSDIAG_COLUMN_TEXT, TLSDIAG_COLUMN_COUNT, TLSDIAG_COLUMN_SECONDS } tlsdiag_column_e;
typedef struct tlsdiag_column {
    const char *heading;
    tlsdiag_column_e kind;
} tlsdiag_column;
typedef struct tlsdiag_cell {
    const char *text;
    double number; /* a count, or seconds; below 0: unknown */
} tlsdiag_cell;
const char *tlsdiag_sheet_name(unsigned sheet); /* "findings" */
const char *tlsdiag_sheet_title(unsigned sheet);
size_t tlsdiag_sheet_columns(unsigned sheet);
tlsdiag_column tlsdiag_sheet_column(unsigned sheet, size_t column);

/* Counts conversations one by one; each changes some rows. The caller closes what it opened. */
typedef struct tlsdiag_statistics tlsdiag_statistics;
tlsdiag_statistics *tlsdiag_statistics_open(void); /* NULL only if memory runs out */
void tlsdiag_statistics_close(tlsdiag_statistics *statistics);
void tlsdiag_statistics_add(tlsdiag_statistics *statistics, const tlsdiag_capture *capture, uint32_t conversation);
/* Adds the TCP connections without TLS. Returns true the first time; later calls change nothing and return false. */
bool tlsdiag_statistics_add_plain(tlsdiag_statistics *statistics, const tlsdiag_capture *capture);
size_t tlsdiag_statistics_rows(const tlsdiag_statistics *statistics, unsigned sheet);
size_t tlsdiag_statistics_changed(const tlsdiag_statistics *statistics, unsigned sheet, const size_t **rows);
const tlsdiag_cell *tlsdiag_statistics_row(tlsdiag_statistics *statistics, unsigned sheet, size_t row);

#ifdef __cplusplus
}
#endif
#endif
