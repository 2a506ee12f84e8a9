/* Tests the C interface from a C program: every rule at the top of core/door/tlsdiag.h.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/door/tlsdiag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                                  \
            ++failures;                                                                                                \
        }                                                                                                              \
    } while (0)

enum { client_port = 40000, server_port = 443, tcp_header_length = 20 };
enum { tcp_fin = 0x01, tcp_syn = 0x02, tcp_ack = 0x10 };

/* RFC 5246, 7.4.1.2: TLS 1.2, one cipher suite, no extensions. */
static const uint8_t client_hello[] = {0x16, 0x03, 0x01, 0x00, 0x2d, 0x01, 0x00, 0x00, 0x29, 0x03, 0x03, 1,  2,
                                       3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14, 15,
                                       16,   17,   18,   19,   20,   21,   22,   23,   24,   25,   26,   27, 28,
                                       29,   30,   31,   32,   0x00, 0x00, 0x02, 0xc0, 0x2f, 0x01, 0x00};
static const uint8_t handshake_failure[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28};

typedef struct side {
    uint16_t port, peer;
    uint32_t next; /* the sequence number of its next byte */
} side;

typedef struct connection {
    side client, server;
    uint32_t frame;
} connection;

static connection new_connection(void)
{
    return (connection){{client_port, server_port, 1000}, {server_port, client_port, 5000}, 0};
}

static void put16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value)
{
    put16(to, value >> 16);
    put16(to + 2, value);
}

static tlsdiag_frame frame_of(const side *from, uint32_t number)
{
    tlsdiag_frame frame = {.number = number, .seconds = 1700000000 + (int64_t)number};
    frame.source = (tlsdiag_address){4, {10, 0, 0, (uint8_t)(from->port == server_port ? 2 : 1)}};
    frame.destination = (tlsdiag_address){4, {10, 0, 0, (uint8_t)(from->port == server_port ? 1 : 2)}};
    return frame;
}

/* Rule 3: the bytes are in memory that is overwritten and freed right after the call. */
static void segment(tlsdiag_capture *capture, uint8_t flags, const side *from, uint32_t acknowledged,
                    const uint8_t *payload, size_t captured, size_t length)
{
    uint8_t *header = calloc(1, tcp_header_length);
    uint8_t *copy = malloc(captured + 1);
    if (!header || !copy)
        abort();
    put16(header, from->port);
    put16(header + 2, from->peer);
    put32(header + 4, from->next);
    put32(header + 8, acknowledged);
    header[12] = tcp_header_length / 4 << 4;
    header[13] = flags;
    if (captured)
        memcpy(copy, payload, captured);
    tlsdiag_tcp(capture, 0, header, tcp_header_length, copy, captured, length);
    memset(header, 0xee, tcp_header_length);
    memset(copy, 0xee, captured + 1);
    free(header);
    free(copy);
}

static void send_part(tlsdiag_capture *capture, connection *path, bool from_client, uint8_t flags,
                      const uint8_t *payload, size_t captured, size_t length)
{
    side *from = from_client ? &path->client : &path->server;
    side *to = from_client ? &path->server : &path->client;
    const tlsdiag_frame frame = frame_of(from, ++path->frame);
    tlsdiag_frame_begin(capture, &frame);
    segment(capture, flags, from, to->next, payload, captured, length);
    tlsdiag_frame_end(capture, true);
    from->next += (uint32_t)length + ((flags & (tcp_syn | tcp_fin)) ? 1 : 0);
}

static void send_bytes(tlsdiag_capture *capture, connection *path, bool from_client, const uint8_t *payload,
                       size_t length)
{
    send_part(capture, path, from_client, tcp_ack, payload, length, length);
}

static void shake_hands(tlsdiag_capture *capture, connection *path)
{
    send_part(capture, path, true, tcp_syn, NULL, 0, 0);
    send_part(capture, path, false, tcp_syn | tcp_ack, NULL, 0, 0);
    send_part(capture, path, true, tcp_ack, NULL, 0, 0);
}

static tlsdiag_capture *open_capture(void)
{
    const tlsdiag_options options = {.trust_store = "none", .products = "nginx,curl"};
    tlsdiag_capture *capture = tlsdiag_open(&options);
    if (!capture)
        abort();
    return capture;
}

static const tlsdiag_finding *finding(tlsdiag_capture *capture, uint32_t frame, const char *id)
{
    const tlsdiag_result *results = NULL;
    const size_t count = tlsdiag_results(capture, frame, &results);
    for (size_t i = 0; i < count; ++i)
        for (size_t j = 0; j < results[i].finding_count; ++j)
            if (!strcmp(results[i].findings[j].id, id))
                return &results[i].findings[j];
    return NULL;
}

static void test_catalogue(void)
{
    size_t count = 0;
    const tlsdiag_diagnosis *catalogue = tlsdiag_catalogue(&count);
    CHECK(count > 0);
    for (size_t i = 0; i < count; ++i) {
        CHECK(catalogue[i].id && *catalogue[i].id);
        CHECK(catalogue[i].title && catalogue[i].wire && catalogue[i].remedy);
        CHECK(catalogue[i].sources && catalogue[i].sources[0]);
    }
    CHECK(tlsdiag_version() && *tlsdiag_version());
}

static void test_options(void)
{
    const tlsdiag_options good = {.trust_store = "none"};
    const tlsdiag_options absent_store = {.trust_store = "/nonexistent/store.pem"};
    const tlsdiag_options absent_table = {.trust_store = "none", .size_table = "/nonexistent/sizes.tsv"};
    CHECK(!tlsdiag_check(&good));
    CHECK(tlsdiag_check(&absent_store) && !strchr(tlsdiag_check(&absent_store), '\n'));
    CHECK(tlsdiag_check(&absent_table) && !strchr(tlsdiag_check(&absent_table), '\n'));
    const tlsdiag_options products = {.trust_store = "none", .products = "auto,Transfer CFT"};
    const tlsdiag_options absent_product = {.trust_store = "none", .products = "Kermit"};
    CHECK(!tlsdiag_check(&products));
    CHECK(tlsdiag_check(&absent_product) && strstr(tlsdiag_check(&absent_product), "Kermit"));
    tlsdiag_capture *capture = tlsdiag_open(&absent_store);
    CHECK(capture);
    tlsdiag_close(capture);
    tlsdiag_close(NULL);
}

static void test_refused_handshake(void)
{
    tlsdiag_capture *capture = open_capture();
    connection path = new_connection();
    shake_hands(capture, &path);
    send_bytes(capture, &path, true, client_hello, sizeof client_hello);
    CHECK(tlsdiag_conversations(capture) == 1);
    send_bytes(capture, &path, false, handshake_failure, sizeof handshake_failure);

    const tlsdiag_finding *alert = finding(capture, path.frame, "fatal_alert");
    CHECK(alert);
    if (alert) {
        size_t count = 0;
        CHECK(!strcmp(tlsdiag_catalogue(&count)[alert->diagnosis].id, "fatal_alert"));
        CHECK(!strcmp(alert->severity, "error"));
        CHECK(!strcmp(alert->certainty, "proven"));
        CHECK(alert->hints[0] && strstr(alert->hints[0], "curl (if it is the client)"));
        CHECK(!alert->hints[1]); /* nginx sent it */
        CHECK(alert->frame == path.frame && alert->evidence_count > 0);
    }
    const tlsdiag_result *results = NULL;
    CHECK(tlsdiag_results(capture, path.frame, &results) == 1);
    CHECK(results[0].verdict && !strcmp(results[0].verdict->outcome, "failed"));
    CHECK(strstr(tlsdiag_json(capture, 0), "\"outcome\":"));
    CHECK(strstr(tlsdiag_report(capture, NULL, 0, 0), "fatal_alert"));
    const bool none_chosen = false;
    CHECK(!strstr(tlsdiag_report(capture, &none_chosen, 1, 72), "fatal_alert"));
    tlsdiag_close(capture);
}

static void test_frames_in_order(void)
{
    tlsdiag_capture *capture = open_capture();
    connection path = new_connection();
    shake_hands(capture, &path);
    send_bytes(capture, &path, true, client_hello, sizeof client_hello);
    --path.frame; /* refused: the number was already used */
    send_bytes(capture, &path, false, handshake_failure, sizeof handshake_failure);
    CHECK(!finding(capture, path.frame, "fatal_alert"));
    CHECK(tlsdiag_results(capture, 4711, &(const tlsdiag_result *){NULL}) == 0);
    CHECK(!tlsdiag_json(capture, 4711));
    CHECK(!tlsdiag_line(capture, 4711));
    tlsdiag_close(capture);
}

/* Questions are answered from the frames that were analysed. */
static void test_batch(void)
{
    tlsdiag_capture *capture = open_capture();
    connection path = new_connection();
    shake_hands(capture, &path);
    const tlsdiag_frame frame = frame_of(&path.client, ++path.frame);
    tlsdiag_frame_begin(capture, &frame);
    segment(capture, tcp_ack, &path.client, path.server.next, client_hello, sizeof client_hello, sizeof client_hello);
    tlsdiag_frame_end(capture, false);
    CHECK(tlsdiag_conversations(capture) == 0);
    tlsdiag_catch_up(capture);
    CHECK(tlsdiag_conversations(capture) == 1);
    tlsdiag_close(capture);
}

static void test_end_is_repeatable(void)
{
    tlsdiag_capture *capture = open_capture();
    connection path = new_connection();
    shake_hands(capture, &path);
    send_bytes(capture, &path, true, client_hello, sizeof client_hello);
    tlsdiag_end(capture);
    tlsdiag_end(capture);
    send_bytes(capture, &path, false, handshake_failure, sizeof handshake_failure);
    tlsdiag_end(capture);
    CHECK(finding(capture, path.frame, "fatal_alert"));
    CHECK(strstr(tlsdiag_json(capture, 0), "\"failed\""));
    tlsdiag_close(capture);
}

/* A capture that keeps only part of each packet never makes a handshake fail. */
static void test_cut_segments(void)
{
    for (size_t kept = 0; kept < sizeof client_hello; ++kept) {
        tlsdiag_capture *capture = open_capture();
        connection path = new_connection();
        shake_hands(capture, &path);
        send_part(capture, &path, true, tcp_ack, client_hello, kept, sizeof client_hello);
        tlsdiag_end(capture);
        CHECK(tlsdiag_report(capture, NULL, 0, 0));
        for (uint32_t i = 0; i < tlsdiag_conversations(capture); ++i)
            CHECK(!strstr(tlsdiag_json(capture, i), "\"failed\""));
        tlsdiag_close(capture);
    }
}

/* Records in clear are wanted until the core finds them itself, and again beside inner ones, whose order matters. */
static void test_wants_records(void)
{
    tlsdiag_capture *capture = open_capture();
    connection path = new_connection();
    shake_hands(capture, &path);
    CHECK(tlsdiag_wants_records(capture, 0));
    send_bytes(capture, &path, true, client_hello, sizeof client_hello);
    CHECK(!tlsdiag_wants_records(capture, 0));
    CHECK(tlsdiag_wants_records(capture, 1));
    tlsdiag_records(capture, true, client_hello, sizeof client_hello);
    CHECK(tlsdiag_wants_records(capture, 0));
    tlsdiag_close(capture);
}

static void test_nonsense(void)
{
    tlsdiag_capture *capture = open_capture();
    const uint8_t noise[] = {0xff, 0x01, 0x02};
    const connection path = new_connection();
    const tlsdiag_frame frame = frame_of(&path.client, 1);

    tlsdiag_tcp(capture, 0, noise, sizeof noise, NULL, 0, 0); /* no frame is open */
    tlsdiag_frame_end(capture, true);
    tlsdiag_frame_begin(capture, &frame);
    tlsdiag_message(capture, noise, sizeof noise); /* no carrier */
    tlsdiag_alert(capture, noise, sizeof noise);
    tlsdiag_alert(capture, NULL, 0);
    tlsdiag_tcp(capture, 0, noise, sizeof noise, NULL, 0, 0);
    tlsdiag_tcp(capture, 0, NULL, 0, NULL, 0, SIZE_MAX);
    tlsdiag_records(capture, true, noise, sizeof noise);
    tlsdiag_records(capture, false, NULL, 0);
    tlsdiag_message(capture, NULL, 0);
    tlsdiag_dtls_message(capture, noise, sizeof noise);
    tlsdiag_dtls_message(capture, NULL, 0);
    CHECK(!tlsdiag_wants_datagrams(capture, 0));
    tlsdiag_datagram(capture, 0, noise, sizeof noise, 1);
    CHECK(tlsdiag_wants_datagrams(capture, 0));
    CHECK(!tlsdiag_wants_datagrams(capture, 1));
    tlsdiag_eap(capture, TLSDIAG_NO_STREAM, noise, sizeof noise, sizeof noise);
    tlsdiag_quic(capture, 0, noise, sizeof noise, sizeof noise);
    tlsdiag_quic_close(capture, noise, sizeof noise);
    tlsdiag_quic_close(capture, NULL, 0);
    tlsdiag_icmp(capture, false, noise, sizeof noise);
    tlsdiag_icmp(capture, true, NULL, 0);
    tlsdiag_frame_end(capture, false);
    tlsdiag_end(capture);
    CHECK(tlsdiag_report(capture, NULL, 0, 0));
    tlsdiag_close(capture);
}

int main(void)
{
    test_catalogue();
    test_options();
    test_refused_handshake();
    test_frames_in_order();
    test_batch();
    test_end_is_repeatable();
    test_cut_segments();
    test_wants_records();
    test_nonsense();
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
