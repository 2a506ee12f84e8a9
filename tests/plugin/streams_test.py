#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that each conversation has the TCP stream number that Wireshark gives its packets, even for look-alikes.

    streams_test.py --plugins DIR CAPTURES
"""
import struct
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hostile  # noqa: E402
from wireshark import check, run_test  # noqa: E402

SYN, SYN_ACK, PUSH, FIN = 0x02, 0x12, 0x18, 0x11
REFUSED = hostile.record(hostile.ALERT, b"\x02\x28")  # handshake_failure
SAME_SLOT = 1024  # the plugin remembers this many connections, by ports and addresses
GTP = 2152
ETHERNET = 14  # bytes of its header
OTHER_NET = b"\x0a\x00\x09\x01"


def talk(number, begin=(SYN, SYN_ACK), client=hostile.CLIENT, sequence=1000):
    """The packets of a connection that the server refuses."""
    stream = hostile.Stream(number, 443)
    stream.ends = (client, stream.ends[0][1]), stream.ends[1]
    stream.sequence = [sequence, sequence + 9000]
    for from_client, flags in zip((True, False), begin):
        yield stream.segment(from_client, flags)
    yield stream.segment(True, PUSH, hostile.client_hello())
    yield stream.segment(False, PUSH, REFUSED)
    yield stream.segment(False, FIN)
    yield stream.segment(True, FIN)


def carried(packets):
    """In GTP over TCP, to its port."""
    carrier = hostile.Stream(0, GTP)
    for packet in packets:
        ip = packet[ETHERNET:]
        yield carrier.segment(ip[12:16] == hostile.CLIENT, PUSH, struct.pack(">BBHI", 0x30, 0xFF, len(ip), 1) + ip)


def in_turns(*talks):
    return [packet for packets in zip(*talks) for packet in packets]


def streams(wireshark, packets):
    """The streams of the conversations, each compared with the stream of its packets in Wireshark."""
    capture = wireshark.write("streams.pcap", hostile.pcap(packets))
    shown = wireshark.tshark("-r", capture, "-T", "fields", "-E", "occurrence=l", "-e", "tcp.stream").split()
    conversations = wireshark.conversations(capture)
    for one in conversations:
        check(f"the packets of {one}: {shown}",
              {shown[one[end] - 1] for end in ("first_frame", "last_frame")} == {str(one["stream"])})
        check(f"the ends: {one}", one["server"] == "10.0.0.2:443" and one["outcome"] == "failed")
    return [one["stream"] for one in conversations]


def check_ports_used_again(wireshark):
    found = streams(wireshark, [*talk(0), *talk(0, sequence=70_000)])
    check(f"ports that are used again: {found}", found == [0, 1])


def check_look_alikes(wireshark):
    found = streams(wireshark, in_turns(talk(0), talk(SAME_SLOT), talk(0, client=OTHER_NET)))
    check(f"connections in turns: {found}", found == [0, 1, 2])


def check_inside_another(wireshark):
    found = streams(wireshark, [*carried(talk(1))])
    check(f"TCP inside TCP: {found}", found == [1])


def check_another_file(wireshark):
    """Nothing is remembered from the file opened before: a connection without its SYN is the first stream."""
    before = wireshark.write("before.pcap", hostile.pcap([*talk(1), *talk(0)]))
    after = wireshark.write("after.pcap", hostile.pcap(in_turns(talk(0, begin=()), talk(2, begin=()))))
    load = [("load", {"file": str(capture)}) for capture in (before, after)]
    rows = ("frames", {"filter": "tlsdiag.verdict", "column0": "tlsdiag.conversation:0", "column1": "tcp.stream:0"})
    shown = [row["c"] for row in wireshark.sharkd(*load, rows)[-1]]
    check(f"conversation and stream: {shown}", shown == [["0", "0"], ["1", "1"]])


def run(wireshark, _captures):
    wireshark.configure({"tlsdiag.trust_store": "none"})
    for part in (check_ports_used_again, check_look_alikes, check_inside_another, check_another_file):
        part(wireshark)


if __name__ == "__main__":
    sys.exit(run_test(__doc__, run))
