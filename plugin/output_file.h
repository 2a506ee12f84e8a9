/* -z tlsdiag,svg,FILE and -z tlsdiag,html,FILE: makes a drawing or a page and writes it to its file.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_OUTPUT_FILE_H
#define TLSDIAG_OUTPUT_FILE_H

#include "core/door/tlsdiag.h"

/* The contents of the file, or NULL if there is nothing to draw. `chosen` has `count` flags; NULL chooses all. Unless
 * `filtered`, only conversations with a problem are drawn. */
const char *output_file_svg(tlsdiag_capture *capture, const bool *chosen, uint32_t count, bool filtered);
const char *output_file_html(tlsdiag_capture *capture, const bool *chosen, uint32_t count, bool filtered);

/* Checks the file before hours are spent on a capture. Returns NULL, or why it cannot be written (to be freed). */
char *output_file_refused(const char *file);

/* Whether the name ends in a slash: each drawing then gets a file of its own in that folder. */
bool output_file_is_folder(const char *file);

/* Writes the whole file or leaves it unchanged. Returns NULL, or an error message (to be freed). */
char *output_file_write(const char *file, const char *contents);

/* Writes N.svg for each chosen conversation; unless `filtered`, only for those with a problem. Returns like
 * output_file_write(). */
char *output_file_write_drawings(const char *folder, tlsdiag_capture *capture, const bool *chosen, uint32_t count,
                                 bool filtered);

#endif
