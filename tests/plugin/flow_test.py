#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests the ladder as one of Wireshark's flow graphs: tshark's -z flow,tlsdiag,network and sharkd's seqa:tlsdiag.

    flow_test.py --plugins DIR CAPTURES
"""
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import check, run_test  # noqa: E402

REFUSED = "missing_intermediate/refused_bare_leaf.pcapng"
ON_LOOPBACK = "missing_intermediate/aia_points_at_it.pcapng"
WITHOUT_TLS = "clean/no_tls.pcapng"
FLOW = "flow,tlsdiag,network"


def drawn_by_tshark(wireshark, capture, *more):
    return wireshark.tshark("-q", *more, "-r", capture, "-z", FLOW)


def drawn_by_sharkd(wireshark, capture):
    """The nodes, and (from, to, comment) of each arrow."""
    _, answer = wireshark.sharkd(("load", {"file": str(capture)}), ("tap", {"tap0": "seqa:tlsdiag"}))
    flow = answer["taps"][0]
    return flow["nodes"], [(*arrow["n"], arrow["c"]) for arrow in flow["flows"]]


def test_refused(wireshark, captures):
    capture = wireshark.share(captures / REFUSED)
    verdict = "failed: The client refused the server's certificate (unknown_ca)"
    one_pass = drawn_by_tshark(wireshark, capture)
    check(f"one pass: {one_pass}", "ClientHello" in one_pass and verdict in one_pass and "unfinished" not in one_pass)
    two_passes = drawn_by_tshark(wireshark, capture, "-2")
    check(f"two passes: {two_passes}", "TCP SYN, ACK" in two_passes and verdict in two_passes)

    nodes, arrows = drawn_by_sharkd(wireshark, capture)
    check(f"nodes: {nodes}", nodes == ["10.20.1.5", "10.20.0.10"])
    messages = [comment.split(":")[0] for _, _, comment in arrows]
    check(f"arrows: {messages}", messages == ["TCP SYN", "TCP SYN, ACK", "ClientHello", "ServerHello", "Certificate",
                                              "ServerKeyExchange", "ServerHelloDone", "failed", "TCP RST", "TCP FIN"])
    from_client = [source for source, _, _ in arrows]
    check(f"directions: {from_client}", from_client == [0, 1, 0, 1, 1, 1, 1, 0, 0, 1])
    check(f"the verdict's arrow: {arrows[7]}", verdict in arrows[7][2] and "missing_intermediate: " in arrows[7][2])


def test_one_address(wireshark, captures):
    """Client and server on the same address are still two parties."""
    capture = (captures / ON_LOOPBACK).read_bytes().replace(bytes([127, 0, 0, 2]), bytes([127, 0, 0, 1]))
    file = wireshark.write("one_address.pcapng", capture)
    nodes, arrows = drawn_by_sharkd(wireshark, file)
    check(f"nodes: {nodes}", nodes == ["127.0.0.1 (client)", "127.0.0.1 (server)"])
    check(f"arrows: {arrows}", {arrow[:2] for arrow in arrows} == {(0, 1), (1, 0)})
    done = wireshark.run("tshark", "-q", "-r", file, "-z", FLOW)
    check(f"tshark: {done}", done.returncode == 0 and "127.0.0.1 (server)" in done.stdout and not done.stderr)


def test_nothing_to_draw(wireshark, captures):
    file = wireshark.share(captures / WITHOUT_TLS)
    check("arrows without TLS", drawn_by_sharkd(wireshark, file) == ([], []))
    check("a drawing without TLS", drawn_by_tshark(wireshark, file) == "")


def run(wireshark, captures):
    wireshark.configure({"tlsdiag.trust_store": "none"})
    for test in (test_refused, test_one_address, test_nothing_to_draw):
        test(wireshark, captures)


if __name__ == "__main__":
    sys.exit(run_test(__doc__, run))
