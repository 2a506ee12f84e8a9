# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures to judge, in the order of their names."""
import os
import re
from collections.abc import Iterator

from . import Refusal

STANDARD_INPUT = "-"

# What capture files are called, numbered by ring buffers and compressed too.
NAME = re.compile(r"\.(pcap|pcapng|ntar|cap|dmp|snoop|erf|trc\d?|enc|etl|atc|fdc|syc|pkt|tr1|vwr|acp)"
                  r"([._-]?\d+)*(\.(gz|zst|lz4))?$", re.IGNORECASE)
BEGINNINGS = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1",  # pcap
              b"\xa1\xb2\xcd\x34", b"\x34\xcd\xb2\xa1",  # pcap, as libpcap was once patched
              b"\x0a\x0d\x0d\x0a",  # pcapng
              b"snoop\0\0\0")


def _is_capture(entry: os.DirEntry[str]) -> bool:
    """In a folder: by its name, or by how it begins. One that a user names is a capture in any case."""
    if not entry.is_file():
        return False
    if NAME.search(entry.name):
        return True
    try:
        with open(entry.path, "rb") as file:
            return file.read(8).startswith(BEGINNINGS)
    except OSError:
        return False


def _below(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        yield folder  # tshark says why, and the others are judged
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif _is_capture(entry):
            yield entry.path


def find(arguments: list[str]) -> Iterator[str]:
    """Files as they are given, folders with all below them. Nothing is kept: there may be millions."""
    for argument in arguments:
        if argument != STANDARD_INPUT and os.path.isdir(argument):
            yield from _below(argument)
        else:
            yield argument


def count(arguments: list[str]) -> tuple[int, int]:
    """How many captures there are, and their bytes."""
    captures = size = 0
    for path in find(arguments):
        captures += 1
        size += size_of(path)
    if captures == 0:
        raise Refusal(f"no capture is in {', '.join(arguments)}")
    return captures, size


def size_of(path: str) -> int:
    try:
        return os.stat(path).st_size if path != STANDARD_INPUT else 0
    except OSError:
        return 0
