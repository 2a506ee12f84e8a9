# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the captures to analyse, in the order of their names."""
import os
import re
import stat
from collections.abc import Callable, Iterator

from . import Refusal
from .terminal import complain

STANDARD_INPUT = "-"

# The names of capture files, including those that ring buffers number and those that are compressed.
NAME = re.compile(r"\.(pcap|pcapng|ntar|cap|dmp|snoop|erf|trc\d?|enc|etl|atc|fdc|syc|pkt|tr1|vwr|acp)"
                  r"([._-]?\d+)*(\.(gz|zst|lz4))?$", re.IGNORECASE)
BEGINNINGS = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1",  # pcap
              b"\xa1\xb2\xcd\x34", b"\x34\xcd\xb2\xa1",  # pcap, as written by an old patch of libpcap
              b"\x0a\x0d\x0d\x0a",  # pcapng
              b"snoop\0\0\0")


def _kind(path: str, look: Callable[[str], os.stat_result]) -> int | None:
    """The type of file; 0 if it does not exist, None if it is unknown."""
    try:
        return stat.S_IFMT(look(path).st_mode)
    except FileNotFoundError:
        return 0
    except OSError:
        return None


def _is_capture(path: str, kind: int | None) -> bool:
    """For files in a folder: decides by the name or the first bytes. A file that the user names is always a capture."""
    if kind not in (stat.S_IFREG, 0, None):
        return False
    if NAME.search(path):
        return True
    try:
        with open(path, "rb") as file:
            return file.read(8).startswith(BEGINNINGS)
    except OSError:
        return False


def _below(folder: str, links: list[str]) -> Iterator[str]:
    """The captures below a folder. Keeps only the remaining names of the folders on the way down, in reverse order."""
    inside: list[tuple[str, list[str]]] = []
    entered = folder
    while entered or inside:
        if entered:
            try:
                inside.append((entered, sorted(os.listdir(entered), reverse=True)))
            except OSError:
                yield entered  # tshark reports why, and the others are analysed
        entered = ""
        if inside and not inside[-1][1]:
            inside.pop()
        elif inside:
            path = os.path.join(inside[-1][0], inside[-1][1].pop())
            if _kind(path, os.lstat) == stat.S_IFDIR:
                entered = path
            elif _counts(path, links):
                yield path


def _counts(path: str, links: list[str]) -> bool:
    kind = _kind(path, os.stat)
    if kind == stat.S_IFDIR:
        links.append(path)
    # A link that cannot be followed counts whatever its name: tshark reports what is wrong with it.
    return _is_capture(path, kind) or kind is None and os.path.islink(path)


def find(arguments: list[str], links: list[str] | None = None) -> Iterator[str]:
    """Files as they are given, and all captures below folders. Keeps few names at a time: there may be millions.

    Does not follow links to folders, but appends them to the list `links`.
    """
    for argument in arguments:
        if argument != STANDARD_INPUT and os.path.isdir(argument):
            yield from _below(argument, [] if links is None else links)
        else:
            yield argument


def count(arguments: list[str]) -> tuple[int, int]:
    """The number of captures, and their total size in bytes."""
    captures = size = 0
    links: list[str] = []
    for path in find(arguments, links):
        captures += 1
        size += size_of(path)
    if links:
        more = f" and {len(links) - 1:,} more" if len(links) > 1 else ""
        complain(f"links to folders are not followed: {links[0]}{more}; name them to analyse what they contain")
    if captures == 0:
        raise Refusal(f"there is no capture in {', '.join(arguments)}")
    return captures, size


def size_of(path: str) -> int:
    try:
        return os.stat(path).st_size if path != STANDARD_INPUT else 0
    except OSError:
        return 0
