# SPDX-License-Identifier: GPL-2.0-or-later
"""Text for terminals: nothing that a file name or a capture brings may steer one."""
import contextlib
import re
import sys

# As in the plugin (core/text.cpp): controls, marks of direction, what has no width, tags; and bytes that are no UTF-8.
HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                     "\U000e0000-\U000e007f\ud800-\udfff]")


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xdc80 <= code <= 0xdcff:  # a byte that is no UTF-8, as os.fsdecode() and surrogateescape keep it
        code -= 0xdc00
        return f"\\x{code:02x}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{{{code:04x}}}"


def printable(text: str) -> str:
    return HARMFUL.sub(_escaped, text)


def counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def complain(text: str) -> None:
    """One line to standard error. If that is full, nothing can be said of it."""
    with contextlib.suppress(OSError):
        print(f"tlsdiag: {printable(text)}", file=sys.stderr, flush=True)
