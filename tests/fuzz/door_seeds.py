#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the shipped captures as inputs of door_fuzz: door_seeds.py FOLDER. TCP over IPv4 over Ethernet, the smaller ones."""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from pcapng import packets  # noqa: E402

LARGEST = 20000
TCP = 6
SYN, FLAGS = 0x02, 0x17
FROM_CLIENT = 0x80
SEGMENT = 8  # the kind of event that door_fuzz takes for a TCP segment


def segments(content):
    """(source, flags, payload) of each."""
    for packet in packets(content):
        if packet[12:14] != b"\x08\x00" or packet[23] != TCP:
            continue
        total, = struct.unpack_from(">H", packet, 16)
        ip = packet[14:14 + total]
        tcp = ip[(ip[0] & 15) * 4:]
        yield (ip[12:16], tcp[:2]), tcp[13] & FLAGS, tcp[(tcp[12] >> 4) * 4:]


def seed(content):
    """Each frame: a second or none, one event; the event: its kind, its flags, its bytes."""
    out, client = b"", None
    for source, flags, payload in segments(content):
        client = client or source
        detail = flags | (FROM_CLIENT if source == client else 0)
        out += bytes([0, 0, SEGMENT, detail]) + struct.pack(">H", len(payload)) + payload
    return out


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    captures = pathlib.Path(__file__).resolve().parent.parent.parent / "captures"
    for path in captures.rglob("*.pcapng"):
        content = seed(path.read_bytes())
        if 0 < len(content) <= LARGEST:
            (folder / f"{path.parent.name}-{path.stem}").write_bytes(content)


if __name__ == "__main__":
    main()
