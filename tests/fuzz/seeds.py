#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the contents of the smaller shipped captures as inputs for the fuzzers: seeds.py FOLDER makes
FOLDER/<fuzzer>_seeds. It reads TCP, DTLS and EAP over Ethernet."""
import hashlib
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from pcapng import packets  # noqa: E402

LARGEST = 20000
IPV4, EAPOL = b"\x08\x00", b"\x88\x8e"
TCP, UDP = 6, 17
SYN, FLAGS = 0x02, 0x17
FROM_CLIENT = 0x80
DATAGRAM, EAP, SEGMENT = 0, 1, 8  # kinds of events in door_fuzz
SHUFFLED_TEXT, EAP_PACKET = 0, 3  # what record_fuzz reads
HANDSHAKE = 22
CERTIFICATE, CERTIFICATE_STATUS = 11, 22
AS_WRITTEN = 0  # certificate_fuzz: certificates with 16-bit lengths
OCSP = 1


def events(content):
    """(who sends it, kind, flags, payload, TCP options) of each packet."""
    for packet in packets(content):
        if packet[12:14] == EAPOL and packet[15] == 0:
            yield packet[6:12], EAP, 0, packet[18:18 + int.from_bytes(packet[16:18], "big")], b""
        if packet[12:14] != IPV4:
            continue
        ip = packet[14:14 + int.from_bytes(packet[16:18], "big")]
        carried = ip[(ip[0] & 15) * 4:]
        sender = ip[12:16] + carried[:2]
        if packet[23] == TCP:
            header = (carried[12] >> 4) * 4
            yield sender, SEGMENT, carried[13] & FLAGS, carried[header:], carried[20:header]
        elif packet[23] == UDP and carried[8:9] in (b"\x14", b"\x15", b"\x16", b"\x17") and carried[9:10] == b"\xfe":
            yield sender, DATAGRAM, 0, carried[8:], b""


def of_door(seen):
    """Each frame: who sends it, one event; the event: its kind, its flags, its bytes."""
    out, client = b"", None
    for sender, kind, flags, payload, _ in seen:
        client = client or sender
        direction = FROM_CLIENT if sender == client else 0
        out += bytes([direction, 0, kind, flags | direction]) + struct.pack(">H", len(payload)) + payload
    yield out


def streams(seen):
    """What each side says on TCP."""
    said = {}
    for sender, kind, _, payload, _ in seen:
        if kind == SEGMENT:
            said[sender] = said.get(sender, b"") + payload
    return said.values()


def of_record(seen):
    """Whole streams as 256-byte segments in order (4 bytes each: place, length - 1, "not cut"), and EAP packets."""
    for said in streams(seen):
        plan = b"".join(struct.pack(">HBB", place, 255, 16) for place in range(0, min(len(said), 65280), 256))
        yield bytes([SHUFFLED_TEXT]) + struct.pack(">IB", 1000, len(plan) // 4) + plan + said
    for _, kind, _, payload, _ in seen:
        if kind == EAP:
            yield bytes([EAP_PACKET]) + struct.pack(">H", len(payload)) + payload


def of_packet(seen):
    for _, kind, _, payload, options in seen:
        if kind == SEGMENT:
            yield payload[:512] if payload else struct.pack(">I", 1000) + options


def messages(seen):
    """(type, body) of the handshake messages in clear."""
    for said in streams(seen):
        together = b""
        while len(said) >= 5 and said[0] == HANDSHAKE and said[1] == 3:
            size = int.from_bytes(said[3:5], "big")
            together, said = together + said[5:5 + size], said[5 + size:]
        while len(together) >= 4:
            size = int.from_bytes(together[1:4], "big")
            yield together[0], together[4:4 + size]
            together = together[4 + size:]


def of_message(seen):
    """The low 5 bits are the type, the high 3 the context: 0 is TLS 1.2."""
    for kind, body in messages(seen):
        yield bytes([kind & 31]) + body


def of_certificate(seen):
    for kind, body in messages(seen):
        out, rest = bytes([AS_WRITTEN]), body[3:]
        while kind == CERTIFICATE and len(rest) >= 3:
            size = int.from_bytes(rest[:3], "big")
            out, rest = out + struct.pack(">H", size & 0xffff) + rest[3:3 + size], rest[3 + size:]
        if len(out) > 1:
            yield out


def of_ocsp(seen):
    for kind, body in messages(seen):
        if kind == CERTIFICATE_STATUS and body[:1] == bytes([OCSP]):
            yield body[4:]


MAKERS = {"door": of_door, "record": of_record, "packet": of_packet, "message": of_message,
          "certificate": of_certificate, "ocsp": of_ocsp}


def main():
    folder = pathlib.Path(sys.argv[1])
    captures = pathlib.Path(__file__).resolve().parent.parent.parent / "captures"
    everything = [list(events(path.read_bytes())) for path in sorted(captures.rglob("*.pcapng"))]
    for fuzzer, make in MAKERS.items():
        target = folder / f"{fuzzer}_seeds"
        target.mkdir(parents=True, exist_ok=True)
        for seen in everything:
            for content in make(seen):
                if 0 < len(content) <= LARGEST:
                    (target / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


if __name__ == "__main__":
    main()
