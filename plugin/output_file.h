/* -z tlsdiag,svg,FILE and -z tlsdiag,html,FILE: a drawing, a page, and how they come into their file.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_PAGE_H
#define TLSDIAG_PAGE_H

#include "core/door/tlsdiag.h"

/* The contents, or NULL where there is nothing to draw. `chosen` has `count` flags, or is NULL: all. Who has not
 * `filtered` gets what has a problem. */
const char *page_svg(tlsdiag_capture *capture, const bool *chosen, uint32_t count, bool filtered);
const char *page_html(tlsdiag_capture *capture, const bool *chosen, uint32_t count, bool filtered);

/* Before hours are spent on a capture: NULL, or why this file cannot be written (to be freed). */
char *page_refused(const char *file);

/* A name that ends in a slash: drawings go there, each into a file of its own. */
bool page_is_folder(const char *file);

/* The file has all of the contents, or is what it was before. Returns NULL, or what went wrong (to be freed). */
char *page_write(const char *file, const char *contents);

/* N.svg for each conversation that is chosen and, where nobody has `filtered`, has a problem. As page_write(). */
char *page_write_drawings(const char *folder, tlsdiag_capture *capture, const bool *chosen, uint32_t count,
                          bool filtered);

#endif
