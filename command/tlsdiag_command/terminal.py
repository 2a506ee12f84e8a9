# SPDX-License-Identifier: GPL-2.0-or-later
"""Text for terminals: no file name and no text from a capture may control the terminal."""
import contextlib
import re
import sys

# As in the plugin (core/text.cpp): control characters, directional marks, zero-width characters, tags, invalid UTF-8.
HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                     "\U000e0000-\U000e007f\ud800-\udfff]")


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xdc80 <= code <= 0xdcff:  # an invalid UTF-8 byte, as os.fsdecode() and surrogateescape keep it
        code -= 0xdc00
        return f"\\x{code:02x}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{{{code:04x}}}"


def printable(text: str) -> str:
    return HARMFUL.sub(_escaped, text)


def counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def complain(text: str) -> None:
    """Prints one line to standard error, and ignores that this may fail."""
    with contextlib.suppress(OSError):
        print(f"tlsdiag: {printable(text)}", file=sys.stderr, flush=True)
