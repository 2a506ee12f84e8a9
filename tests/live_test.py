#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""-z tlsdiag,live: verdicts while tshark still captures (from a pipe, which needs no rights), counts after Ctrl-C.

    live_test.py --plugins DIR CAPTURES
"""
import argparse
import pathlib
import select
import signal
import sys

from wireshark import Failure, Wireshark

PATIENCE = 30  # seconds
STALLED = "handshake_stalled/server_hangs_after_its_hello.pcapng"  # later packets show the silence


def first_line(process):
    """What tshark says while nothing has ended yet."""
    if not select.select([process.stdout], [], [], PATIENCE)[0]:
        raise Failure("no verdict while tshark captures: it came late, or was not flushed")
    return process.stdout.readline()


def capture_live(wireshark, capture, argument, silent_for=None):
    """The first line, and the rest after Ctrl-C. Where no line is to come, Ctrl-C comes after so many seconds: before
    it captures, it ends tshark without a word."""
    with wireshark.start("tshark", "-q", "-i", "-", "-z", argument) as process:
        process.stdin.write(capture)
        process.stdin.flush()
        line = b"" if silent_for else first_line(process)
        select.select([process.stdout], [], [], silent_for or 0)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=PATIENCE)
    if process.returncode == -signal.SIGINT and silent_for and silent_for < PATIENCE:
        return capture_live(wireshark, capture, argument, 3 * silent_for)
    if process.returncode != 0:
        raise Failure(f"{argument}: exit {process.returncode}\n{errors.decode()}")
    return line.decode(), rest.decode()


def check(what, condition):
    if not condition:
        raise Failure(what)


def run(wireshark, captures):
    capture = (captures / STALLED).read_bytes()
    line, rest = capture_live(wireshark, capture, "tlsdiag,live")
    check(f"the verdict's line: {line!r}", "  failed      conversation 0  " in line and "handshake_stalled" in line)
    check(f"the summary: {rest!r}", rest.startswith("\n1 conversation: 1 failed.\n") and "handshake_stalled" in rest)

    line, _ = capture_live(wireshark, capture, "tlsdiag,live,tls.handshake.type == 1")
    check(f"a filter that chooses it: {line!r}", "  failed  " in line)
    _, rest = capture_live(wireshark, capture, "tlsdiag,live,ip.addr == 192.0.2.99", 2)
    check(f"a filter that chooses nothing: {rest!r}", rest == "\n0 conversations.\n")

    file = wireshark.write("stalled.pcapng", capture)
    output = wireshark.tshark("-q", "-r", file, "-z", "tlsdiag,live")
    check(f"from a file: {output!r}", output.count("conversation 0") == 2 and "\n\n1 conversation: 1 failed" in output)
    refused = wireshark.run("tshark", "-q", "-r", file, "-z", "tlsdiag,live,no such (filter")
    check(f"a wrong filter: {refused}", refused.returncode != 0 and "tlsdiag" in refused.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("captures", type=pathlib.Path, help="the folder of the shipped captures")
    arguments = parser.parse_args()
    try:
        with Wireshark(arguments.plugins) as wireshark:
            run(wireshark, arguments.captures)
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
