# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures to judge, in the order of their names."""
import os
import re
import stat
from collections.abc import Callable, Iterator

from . import Refusal
from .terminal import complain

STANDARD_INPUT = "-"

# What capture files are called, numbered by ring buffers and compressed too.
NAME = re.compile(r"\.(pcap|pcapng|ntar|cap|dmp|snoop|erf|trc\d?|enc|etl|atc|fdc|syc|pkt|tr1|vwr|acp)"
                  r"([._-]?\d+)*(\.(gz|zst|lz4))?$", re.IGNORECASE)
BEGINNINGS = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1",  # pcap
              b"\xa1\xb2\xcd\x34", b"\x34\xcd\xb2\xa1",  # pcap, as libpcap was once patched
              b"\x0a\x0d\x0d\x0a",  # pcapng
              b"snoop\0\0\0")


def _kind(path: str, look: Callable[[str], os.stat_result]) -> int | None:
    """None: it cannot be known."""
    try:
        return stat.S_IFMT(look(path).st_mode)
    except FileNotFoundError:
        return 0
    except OSError:
        return None


def _is_capture(path: str, kind: int | None) -> bool:
    """In a folder: by its name, or by how it begins. One that a user names is a capture in any case."""
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
    """Of the folders that it is in, the names that are still to come are kept, the last first."""
    inside: list[tuple[str, list[str]]] = []
    entered = folder
    while entered or inside:
        if entered:
            try:
                inside.append((entered, sorted(os.listdir(entered), reverse=True)))
            except OSError:
                yield entered  # tshark says why, and the others are judged
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
    # A link that leads nowhere may have any name: tshark says what is wrong with it.
    return _is_capture(path, kind) or kind is None and os.path.islink(path)


def find(arguments: list[str], links: list[str] | None = None) -> Iterator[str]:
    """Files as they are given, folders with all below them. Only names of one folder are kept: there may be millions.

    Links to folders are not followed, but are added to the list.
    """
    for argument in arguments:
        if argument != STANDARD_INPUT and os.path.isdir(argument):
            yield from _below(argument, [] if links is None else links)
        else:
            yield argument


def count(arguments: list[str]) -> tuple[int, int]:
    """How many captures there are, and their bytes."""
    captures = size = 0
    links: list[str] = []
    for path in find(arguments, links):
        captures += 1
        size += size_of(path)
    if links:
        more = f" and {len(links) - 1:,} more" if len(links) > 1 else ""
        complain(f"links to folders are not followed: {links[0]}{more}; name them to judge what is in them")
    if captures == 0:
        raise Refusal(f"no capture is in {', '.join(arguments)}")
    return captures, size


def size_of(path: str) -> int:
    try:
        return os.stat(path).st_size if path != STANDARD_INPUT else 0
    except OSError:
        return 0
