#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests -z tlsdiag,live: verdicts while tshark captures (from a pipe, which needs no rights), counts after Ctrl-C.

    live_test.py --plugins DIR CAPTURES
"""
import select
import signal
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hostile  # noqa: E402
import pcapng  # noqa: E402
from wireshark import Failure, check, read_by_other_end, run_test  # noqa: E402

PATIENCE = 30  # seconds
COMPLETED = "clean/tls13.pcapng"
BEGINNING = 5  # packets: as far as the ClientHello
SERVER = "10.20.0.10"  # of the next one
STALLED = "handshake_stalled/server_hangs_after_its_hello.pcapng"  # later packets show the silence


def first_line(process):
    """The output of tshark while no conversation has ended yet."""
    if not select.select([process.stdout], [], [], PATIENCE)[0]:
        raise Failure("no verdict while tshark captures: it came late, or was not flushed")
    return process.stdout.readline()


def capture_live(wireshark, capture, argument, *more, one_line=True):
    """The first line, and the rest after Ctrl-C. If no line is expected, Ctrl-C is sent when everything has been read."""
    with wireshark.start("tshark", "-q", "-i", "-", "-z", argument, *more) as process:
        process.stdin.write(capture)
        process.stdin.flush()
        line = b""
        if one_line:
            line = first_line(process)
        else:
            read_by_other_end(process.stdin)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=PATIENCE)
    check(f"{argument}: exit {process.returncode}\n{errors.decode()}", process.returncode == 0)
    return line.decode(), rest.decode()


def beginning(content, count):
    for kind, block in pcapng.blocks(content):
        count -= kind == pcapng.ENHANCED_PACKET
        if kind != pcapng.ENHANCED_PACKET or count >= 0:
            yield block


def check_beginning_anew(wireshark, capture, other):
    """tshark -M (and -b for each file): open conversations are reported at the reset and not counted afterwards."""
    begun = [b"".join(beginning(content, BEGINNING)) for content in (capture, other)]
    file = wireshark.write("thrice.pcapng", begun[0] * 3 + begun[1])  # concatenated files are a valid pcapng file
    anew = ("-q", "-r", file, "-M", BEGINNING)
    lines = wireshark.tshark(*anew, "-z", "tlsdiag,live").split("\n\n")[0].splitlines()
    check(f"-M: {lines}", [line.split()[1:4] for line in lines] == [["unfinished", "conversation", "0"]] * 4)
    output = wireshark.tshark(*anew, "-z", f"tlsdiag,json,ip.addr == {SERVER}")
    check(f"-M, a filter for what was before: {output!r}", output == "")


def silence():
    """A server that does not answer, and five seconds of unrelated packets."""
    stream = hostile.Stream(0, 443)
    opening = [stream.segment(True, 0x02), stream.segment(False, 0x12),
               stream.segment(True, 0x18, hostile.client_hello()), stream.segment(False, 0x10)]
    return hostile.pcap(opening + 50 * [b"\xff" * 6 + bytes(6) + b"\x08\x06" + bytes(28)])


def run(wireshark, captures):
    capture = (captures / STALLED).read_bytes()
    check_beginning_anew(wireshark, capture, (captures / COMPLETED).read_bytes())
    line, rest = capture_live(wireshark, capture, "tlsdiag,live")
    check(f"the verdict's line: {line!r}", "  failed      conversation 0  " in line and "handshake_stalled" in line)
    check(f"the summary: {rest!r}", rest.startswith("\n1 conversation: 1 failed.\n") and "handshake_stalled" in rest)

    line, _ = capture_live(wireshark, capture, "tlsdiag,live,tls.handshake.type == 1")
    check(f"a filter that chooses it: {line!r}", "  failed  " in line)
    _, rest = capture_live(wireshark, capture, "tlsdiag,live,ip.addr == 192.0.2.99", one_line=False)
    check(f"a filter that chooses nothing: {rest!r}", rest == "\n0 conversations.\n")

    _, rest = capture_live(wireshark, capture, "tlsdiag,live", "-o", "tlsdiag.only:expired", one_line=False)
    check(f"the preference leaves nothing: {rest!r}", rest == "\n0 conversations.\n")
    line, _ = capture_live(wireshark, silence(), "tlsdiag,live")
    check(f"a silence that others' packets show: {line!r}", "no_server_reply" in line)

    file = wireshark.write("stalled.pcapng", capture)
    output = wireshark.tshark("-q", "-r", file, "-z", "tlsdiag,live")
    check(f"from a file: {output!r}", output.count("conversation 0") == 2 and "\n\n1 conversation: 1 failed" in output)
    refused = wireshark.run("tshark", "-q", "-r", file, "-z", "tlsdiag,live,no such (filter")
    check(f"a wrong filter: {refused}", refused.returncode != 0 and "tlsdiag" in refused.stderr)


if __name__ == "__main__":
    sys.exit(run_test(__doc__, run))
