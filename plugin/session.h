/* The open capture and what is kept of it, and whether users can ask at any time.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_SESSION_H
#define TLSDIAG_SESSION_H

#include <stdbool.h>

#include "core/door/tlsdiag.h"

/* The name of the tap and of the protocol. */
#define TLSDIAG_NAME "tlsdiag"

void session_register(int protocol);

/* Opens a capture, unless the user has disabled the protocol. */
void session_open(const tlsdiag_options *options);
void session_close(void);

/* The open capture, or NULL. */
tlsdiag_capture *session_capture(void);

/* The same for whoever asks about it: all frames added so far are analysed first. */
tlsdiag_capture *session_caught_up(void);

/* The number of captures opened so far. tshark starts a new one (-M, or -b for each file) without telling its taps. */
unsigned session_number(void);

/* False if the user has disabled the protocol; then nothing is analysed. */
bool session_enabled(void);

/* In Wireshark and in sharkd, users can request a report at any time; tshark knows all reports before the first packet.
 */
bool session_is_interactive(void);

/* What is kept while packets arrive, in the open capture and in later ones: everything in Wireshark and in sharkd,
 * elsewhere only what was requested before the first packet. */
void session_want_ladders(tlsdiag_ladders_e ladders);
void session_want_metrics(void);

#endif
