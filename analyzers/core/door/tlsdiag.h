/* The door between plugin/ (C, knows Wireshark) and analyzers/ (C++, knows TLS).
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Rules:
 *  1. No Wireshark, OpenSSL or C++ type passes through here.
 *  2. What is handed out belongs to the core. It stays valid until the next call of the same function, of one that
 * feeds events into the same capture, or of tlsdiag_close(). The caller frees nothing but the capture itself.
 *  3. Bytes handed in are copied or consumed before the call returns.
 *  4. No exception leaves. A call that fails inside changes nothing that was known before, and says "nothing".
 *  5. Nothing calls back.
 *  6. All text handed out is valid UTF-8 without control characters: text from the wire is already escaped.
 *     It is not escaped for HTML, JSON or Wireshark's format strings: never use it as a format.
 *  7. One thread at a time.
 *
 * How a frame is fed, in the order in which the packet has it:
 *      tlsdiag_frame_begin()
 *        tlsdiag_tcp() | tlsdiag_datagram() | tlsdiag_eap() | tlsdiag_quic()     what carries TLS: the carrier
 *          tlsdiag_record(), tlsdiag_message(), tlsdiag_alert(), tlsdiag_quic_close()   what the dissector saw in it
 *        tlsdiag_icmp()
 *      tlsdiag_frame_end()
 * Frames come in the capture's order, each once; tlsdiag_frame_begin() refuses a number that is not above the last.
 */
#ifndef TLSDIAG_H
#define TLSDIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The catalogue: known before any capture is opened ---- */

typedef struct tlsdiag_diagnosis {
    const char *id; /* [a-z0-9_]+ */
    const char *title;
    const char *severity; /* "error", "warning", "note" */
    const char *wire;     /* what it looks like on the wire */
    const char *remedy;
    const char *const *sources; /* NULL-terminated */
    bool at_end;                /* only silence or the end of the capture can tell */
} tlsdiag_diagnosis;

/* The diagnoses in the catalogue's order; *count is their number. */
const tlsdiag_diagnosis *tlsdiag_catalogue(size_t *count);

/* "0.1.0" */
const char *tlsdiag_version(void);

/* ---- A capture ---- */

typedef struct tlsdiag_capture tlsdiag_capture; /* one capture under analysis */

typedef struct tlsdiag_options {
    const char *trust_store; /* "system", "none", a PEM file or a directory; NULL: "system" */
    const char *size_table;  /* a file in the form of analyzers/sizes.tsv; NULL or "": the built-in table */
    double silence;          /* seconds without a packet that count as silence; 0: 3 */
    const char *products;    /* whose hints are shown: names with commas, "auto", "all", "none"; NULL or "": "auto" */
    const char *hide;        /* ids of diagnoses, with commas, that are not shown; NULL or "": none */
    const char *only;        /* ids of the diagnoses that are shown; NULL or "": all */
} tlsdiag_options;

/* NULL when these options can be used; else one line that says what is wrong and what to do (static storage until
 * the next call of this function). */
const char *tlsdiag_check(const tlsdiag_options *options);

/* Options that cannot be used are replaced by "none" and the built-in table, and findings that depend on them say so.
 * NULL only when memory is out. */
tlsdiag_capture *tlsdiag_open(const tlsdiag_options *options);
void tlsdiag_close(tlsdiag_capture *capture); /* NULL is allowed */

/* ---- Events ---- */

typedef struct tlsdiag_address {
    uint8_t length; /* 4 (IPv4), 16 (IPv6), 6 (Ethernet), 0 (unknown) */
    uint8_t bytes[16];
} tlsdiag_address;

typedef struct tlsdiag_frame {
    uint32_t number; /* as Wireshark counts, from 1 */
    int64_t seconds; /* since 1970, the capture's clock */
    int32_t nanoseconds;
    tlsdiag_address source, destination;
    uint16_t source_port, destination_port; /* UDP's; TCP's are read from its header */
} tlsdiag_frame;

void tlsdiag_frame_begin(tlsdiag_capture *capture, const tlsdiag_frame *frame);

/* A TCP segment. `stream` is Wireshark's number of it. `header` is the TCP header, `payload` what follows:
 * `captured` bytes of it are there, `length` were on the wire. */
void tlsdiag_tcp(tlsdiag_capture *capture, uint32_t stream, const uint8_t *header, size_t header_length,
                 const uint8_t *payload, size_t captured, size_t length);

/* A datagram that Wireshark dissects as DTLS. `stream` is Wireshark's number of the UDP stream, `payload` begins with a
 * DTLS record. */
void tlsdiag_datagram(tlsdiag_capture *capture, uint32_t stream, const uint8_t *payload, size_t captured,
                      size_t length);

/* An EAP packet, from its code on. `stream` is the UDP stream's number where RADIUS carries it, else
 * TLSDIAG_NO_STREAM. */
#define TLSDIAG_NO_STREAM UINT32_MAX
void tlsdiag_eap(tlsdiag_capture *capture, uint32_t stream, const uint8_t *packet, size_t captured, size_t length);

/* A QUIC packet: what the dissector could read in it follows with tlsdiag_message() and tlsdiag_quic_close().
 * `packet` is the packet's start (the first byte and, in long headers, the version), `length` the packet's. */
void tlsdiag_quic(tlsdiag_capture *capture, uint32_t stream, const uint8_t *packet, size_t captured, size_t length);

/* A TLS record that the dissector shows in the carrier: its header and what follows, `captured` bytes. `inner` when it
 * came out of decrypted data (TLS in TLS). The core needs these only where it does not find the records itself. */
void tlsdiag_record(tlsdiag_capture *capture, bool inner, const uint8_t *record, size_t captured);

/* A handshake message, complete with its 4-byte header (QUIC's, or one that was decrypted; others are ignored). */
void tlsdiag_message(tlsdiag_capture *capture, const uint8_t *message, size_t length);

/* An alert that the dissector shows in clear, perhaps after decryption. */
void tlsdiag_alert(tlsdiag_capture *capture, uint8_t level, uint8_t description);

/* QUIC's CONNECTION_CLOSE with its error code (RFC 9000, 20.1: 0x0100 + alert). */
void tlsdiag_quic_close(tlsdiag_capture *capture, uint64_t error_code);

/* An ICMP or ICMPv6 packet, from its type on; the core reads type, code and the packet quoted in it. */
void tlsdiag_icmp(tlsdiag_capture *capture, bool v6, const uint8_t *packet, size_t captured);

void tlsdiag_frame_end(tlsdiag_capture *capture);

/* The capture has ended: what only the end can tell is now found, and attached to each conversation's last frame.
 * May be called again after more frames. */
void tlsdiag_end(tlsdiag_capture *capture);

/* ---- What is known of a frame: to be replayed each time that the frame is shown ---- */

typedef struct tlsdiag_finding {
    uint32_t diagnosis; /* index in the catalogue */
    const char *id, *severity, *side, *certainty, *detail, *remedy;
    uint32_t frame; /* the frame that it is attached to */
    const uint32_t *evidence;
    size_t evidence_count;
    const char *const *hints; /* NULL-terminated: what products write into their logs for it, a line each */
} tlsdiag_finding;

typedef struct tlsdiag_verdict {
    const char *outcome;   /* completed, failed, abandoned, unfinished, unseen */
    const char *cause;     /* id of the finding, or NULL */
    const char *certainty; /* proven, strong, guess */
    const char *sentence;
    const char *sni, *version, *cipher; /* NULL where unknown */
    const char *client_auth;            /* none, requested, sent, empty, unknown */
    double seconds;                     /* the handshake's; below 0: unknown */
} tlsdiag_verdict;

typedef struct tlsdiag_result {
    uint32_t conversation;
    const tlsdiag_finding *findings;
    size_t finding_count;
    const tlsdiag_verdict *verdict; /* NULL but in the frame where the outcome became known */
    bool has_ca_list;               /* this frame brought a list of CA names */
    uint32_t ca_list_count, ca_list_bytes;
    const char *missing_issuer;     /* DN that a chain in this frame lacks, or NULL */
    const char *missing_issuer_aia; /* URL where the chain says that it can be had, or NULL */
} tlsdiag_result;

/* Whether there is anything to show for a frame: quickly, for it is asked for each. Findings are more than facts. */
typedef enum { TLSDIAG_SHOWS_NOTHING, TLSDIAG_SHOWS_FACTS, TLSDIAG_SHOWS_FINDINGS } tlsdiag_shows_e;
tlsdiag_shows_e tlsdiag_shows(const tlsdiag_capture *capture, uint32_t frame);

/* What to show for a frame: *results and how many. Several conversations in one frame happen. */
size_t tlsdiag_results(tlsdiag_capture *capture, uint32_t frame, const tlsdiag_result **results);

/* The conversations that a frame belongs to, whether or not there is anything to show for it. */
size_t tlsdiag_conversations_of(tlsdiag_capture *capture, uint32_t frame, const uint32_t **conversations);

/* ---- Reports: judged as if the capture ended now, without changing anything ---- */

/* How many conversations there are; their numbers are 0 to that less 1. */
uint32_t tlsdiag_conversations(tlsdiag_capture *capture);

/* Whether a conversation is one that the option `only` asks for: one with such a finding. Without it all are. */
bool tlsdiag_wanted(tlsdiag_capture *capture, uint32_t conversation);

/* One conversation as one line of JSON, without the line end; NULL when there is no such conversation. */
const char *tlsdiag_json(tlsdiag_capture *capture, uint32_t conversation);

/* The same with the ladder's data in it. */
const char *tlsdiag_json_ladder(tlsdiag_capture *capture, uint32_t conversation);

/* The conversations whose outcome became known since the last call, by packets or by silence until this time; those of
 * the whole capture so far at the first. Rarely one comes twice: when it went on after a silence. */
size_t tlsdiag_newly_judged(tlsdiag_capture *capture, int64_t seconds, int32_t nanoseconds,
                            const uint32_t **conversations);

/* One conversation's verdict as one line of text, without the line end; NULL when there is no such conversation. */
const char *tlsdiag_line(tlsdiag_capture *capture, uint32_t conversation);

/* The counts at the end of the report, alone. */
const char *tlsdiag_counts(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);

/* The report: a block for each conversation that has a problem, then counts. `chosen` has a flag for each conversation;
 * NULL: all. Lines have so many columns, 0: 100. */
const char *tlsdiag_report(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count, size_t columns);

/* The same in parts, for it can be very long: `*next` is 0 at first, and then this function's. NULL: that was all, or
 * memory is out. Only one report in parts at a time. */
const char *tlsdiag_report_part(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count, uint32_t *next);

/* ---- Ladders ---- */

/* Arrows cost time and memory: they are kept while packets come, and only where somebody will want them. */
typedef enum { TLSDIAG_LADDERS_NONE, TLSDIAG_LADDERS_OF_PROBLEMS, TLSDIAG_LADDERS_OF_ALL } tlsdiag_ladders_e;

/* Of the conversations that begin from now on; at first none. */
void tlsdiag_keep_ladders(tlsdiag_capture *capture, tlsdiag_ladders_e kept);

typedef struct tlsdiag_text_style {
    uint32_t columns; /* 60 to 140 */
    bool utf8;        /* false: ASCII alone */
    bool colour;      /* escape sequences of a terminal */
} tlsdiag_text_style;

/* Whether the report has a block for it. */
bool tlsdiag_has_problem(tlsdiag_capture *capture, uint32_t conversation);

/* A conversation's ladder as lines of text; NULL when there is no such conversation. Where nothing was kept of it, it
 * has no arrows. With `colour` it holds escape sequences, and no other text here does. */
const char *tlsdiag_ladder(tlsdiag_capture *capture, uint32_t conversation, const tlsdiag_text_style *style);

/* A row of a ladder as an arrow. */
typedef struct tlsdiag_arrow {
    uint32_t conversation;
    bool from_client;
    tlsdiag_address source, destination;
    uint16_t source_port, destination_port;
    const char *label;    /* "Certificate [expired]" */
    const char *comment;  /* the most important first: the verdict, findings, what the message says */
    const char *severity; /* of the worst that it brings: "error", "warning", "note"; "": nothing */
} tlsdiag_arrow;

/* The arrows that begin in this frame: *arrows and how many. Each frame has its own as soon as it has been fed; what
 * later ones tell of it is there only afterwards. */
size_t tlsdiag_arrows(tlsdiag_capture *capture, uint32_t frame, const tlsdiag_arrow **arrows);

/* A conversation's ladder as an SVG file; NULL when there is no such conversation. */
const char *tlsdiag_svg(tlsdiag_capture *capture, uint32_t conversation);

/* A page for the browser: an overview, and ladders of the conversations that have a problem, or of all. `chosen` as
 * for the report. NULL when memory is out. */
const char *tlsdiag_html(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count, bool healthy_too);

/* ---- Statistics ---- */

/* From now on, keep what they need beyond the summaries: of conversations that are over by then they know less. */
void tlsdiag_keep_metrics(tlsdiag_capture *capture);

/* Findings, outcomes by server and times of handshakes, as text. `chosen` as for tlsdiag_report(). */
const char *tlsdiag_table(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);

/* What is protected, how and by whom, as text, and as lines of JSON; TCP connections without TLS where all
 * conversations are chosen. */
const char *tlsdiag_inventory(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);
const char *tlsdiag_inventory_json(tlsdiag_capture *capture, const bool *chosen, uint32_t chosen_count);

/* The same as sheets of rows and columns, for windows: they are numbered from 0, and known beforehand. */
enum { TLSDIAG_SHEETS = 6 };
typedef enum { TLSDIAG_COLUMN_TEXT, TLSDIAG_COLUMN_COUNT, TLSDIAG_COLUMN_SECONDS } tlsdiag_column_e;
typedef struct tlsdiag_column {
    const char *heading;
    tlsdiag_column_e kind;
} tlsdiag_column;
typedef struct tlsdiag_cell {
    const char *text;
    double number; /* of a count, or of seconds: below 0, unknown */
} tlsdiag_cell;
const char *tlsdiag_sheet_name(unsigned sheet); /* "findings" */
const char *tlsdiag_sheet_title(unsigned sheet);
size_t tlsdiag_sheet_columns(unsigned sheet);
tlsdiag_column tlsdiag_sheet_column(unsigned sheet, size_t column);

/* Counted one conversation after the other: each changes some rows. Closed by who opened it. */
typedef struct tlsdiag_statistics tlsdiag_statistics;
tlsdiag_statistics *tlsdiag_statistics_open(void); /* NULL only when memory is out */
void tlsdiag_statistics_close(tlsdiag_statistics *statistics);
void tlsdiag_statistics_add(tlsdiag_statistics *statistics, tlsdiag_capture *capture, uint32_t conversation);
bool tlsdiag_statistics_add_plain(tlsdiag_statistics *statistics, tlsdiag_capture *capture); /* once; true then */
size_t tlsdiag_statistics_rows(const tlsdiag_statistics *statistics, unsigned sheet);
size_t tlsdiag_statistics_changed(const tlsdiag_statistics *statistics, unsigned sheet, const size_t **rows);
const tlsdiag_cell *tlsdiag_statistics_row(tlsdiag_statistics *statistics, unsigned sheet, size_t row);

#ifdef __cplusplus
}
#endif
#endif
