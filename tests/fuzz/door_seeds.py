#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the shipped captures as inputs of door_fuzz: door_seeds.py FOLDER. TCP, DTLS and EAP over
Ethernet, the smaller ones."""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from pcapng import packets  # noqa: E402

LARGEST = 20000
IPV4, EAPOL = b"\x08\x00", b"\x88\x8e"
TCP, UDP = 6, 17
SYN, FLAGS = 0x02, 0x17
FROM_CLIENT = 0x80
DATAGRAM, EAP, SEGMENT = 0, 1, 8  # kinds of events in door_fuzz


def events(content):
    """(who sends it, kind, flags, payload) of each packet."""
    for packet in packets(content):
        if packet[12:14] == EAPOL and packet[15] == 0:
            yield packet[6:12], EAP, 0, packet[18:18 + int.from_bytes(packet[16:18], "big")]
        if packet[12:14] != IPV4:
            continue
        ip = packet[14:14 + int.from_bytes(packet[16:18], "big")]
        carried = ip[(ip[0] & 15) * 4:]
        sender = ip[12:16] + carried[:2]
        if packet[23] == TCP:
            yield sender, SEGMENT, carried[13] & FLAGS, carried[(carried[12] >> 4) * 4:]
        elif packet[23] == UDP and carried[8:9] in (b"\x14", b"\x15", b"\x16", b"\x17") and carried[9:10] == b"\xfe":
            yield sender, DATAGRAM, 0, carried[8:]


def seed(content):
    """Each frame: who sends it, one event; the event: its kind, its flags, its bytes."""
    out, client = b"", None
    for sender, kind, flags, payload in events(content):
        client = client or sender
        direction = FROM_CLIENT if sender == client else 0
        out += bytes([direction, 0, kind, flags | direction]) + struct.pack(">H", len(payload)) + payload
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
