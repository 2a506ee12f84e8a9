/* -z tlsdiag,svg,FILE and -z tlsdiag,html,FILE: makes a drawing or a page and writes it to its file.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output_file.h"

#include "ws_compat.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

/* ---- What is drawn ---- */

/* Of the chosen conversations, the first one with a problem; the first one if none has a problem or a filter was given.
 */
const char *output_file_svg(tlsdiag_capture *capture, const bool *chosen, uint32_t count, bool filtered)
{
    uint32_t first = count;
    for (uint32_t i = 0; i < count; i++) {
        if (chosen && !chosen[i]) {
            continue;
        }
        first = MIN(first, i);
        if (filtered || tlsdiag_has_problem(capture, i)) {
            return tlsdiag_svg(capture, i);
        }
    }
    return first < count ? tlsdiag_svg(capture, first) : NULL;
}

const char *output_file_html(tlsdiag_capture *capture, const bool *chosen, uint32_t count, bool filtered)
{
    return tlsdiag_html(capture, chosen, count, filtered);
}

/* ---- Where it goes ---- */

/* A terminal or a pipe: the output cannot replace it by renaming. */
static bool is_special(const char *file)
{
    return g_file_test(file, G_FILE_TEST_EXISTS) && !g_file_test(file, G_FILE_TEST_IS_REGULAR | G_FILE_TEST_IS_DIR);
}

bool output_file_is_folder(const char *file)
{
    return g_str_has_suffix(file, "/");
}

char *output_file_refused(const char *file)
{
    enum { MAY_WRITE = 2 }; /* W_OK, which Windows lacks */
    if (!*file) {
        return g_strdup("the name of the output file is missing");
    }
    if (!output_file_is_folder(file) && g_file_test(file, G_FILE_TEST_IS_DIR)) {
        return g_strdup_printf("\"%s\" is a folder", file);
    }
    char *folder = g_path_get_dirname(file);
    bool writable = is_special(file) || g_access(folder, MAY_WRITE) == 0;
    char *why = writable ? NULL : g_strdup_printf("cannot write to the folder \"%s\": %s", folder, g_strerror(errno));
    g_free(folder);
    return why;
}

static char *write_special(const char *file, const char *contents)
{
    FILE *out = g_fopen(file, "wb");
    bool written = out && fputs(contents, out) >= 0;
    int error = errno;
    if (out && fclose(out) != 0 && written) {
        written = false;
        error = errno;
    }
    return written ? NULL : g_strdup_printf("cannot write \"%s\": %s", file, g_strerror(error));
}

/* GLib writes a temporary file beside it, and then renames that. */
char *output_file_write(const char *file, const char *contents)
{
    if (is_special(file)) {
        return write_special(file, contents);
    }
    GError *error = NULL;
    if (g_file_set_contents(file, contents, -1, &error)) {
        return NULL;
    }
    char *why = g_strdup(error->message);
    g_error_free(error);
    return why;
}

char *output_file_write_drawings(const char *folder, tlsdiag_capture *capture, const bool *chosen, uint32_t count,
                                 bool filtered)
{
    char *wrong = NULL;
    for (uint32_t i = 0; i < count && !wrong; i++) {
        if ((!chosen || chosen[i]) && (filtered || tlsdiag_has_problem(capture, i))) {
            const char *drawing = tlsdiag_svg(capture, i);
            char *file = g_strdup_printf("%s%u.svg", folder, i);
            wrong = drawing ? output_file_write(file, drawing) : NULL;
            g_free(file);
        }
    }
    return wrong;
}
