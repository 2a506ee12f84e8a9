#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures the cost of the command tlsdiag: measure_command.py PLUGINS BUILD [CAPTURE].

It measures the time for 200 captures one after another and in parallel, whose output must be the same, and the CPU time
of tlsdiag --json and of tshark -Y tls.handshake -T json | jq on one capture (by default a new one with 5,000
handshakes).
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from command import CAPTURES, Command  # noqa: E402

HOW_MANY = 200
BY_HAND = "tshark -q -r '{}' -Y tls.handshake -T json | jq -c '.[]._source.layers | [.frame, .ip, .tcp, .tls]' | wc -c"


def output_of(command, *arguments):
    """Its bytes, and how long it took: by the clock, and of all processors."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with command.start(*arguments) as process:
        output = process.communicate()[0]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return output, time.monotonic() - began, sum(after[:2]) - sum(before[:2])


def side_by_side(command):
    cases = sorted(CAPTURES.rglob("*.pcapng"))
    folder = command.captures("many", **{f"c{number:03}": cases[number % len(cases)].relative_to(CAPTURES).with_suffix("")
                                         for number in range(HOW_MANY)})
    cores = len(os.sched_getaffinity(0))
    one, one_time, one_cpu = output_of(command, command.program, "--json", "-j", "1", folder)
    all_, all_time, all_cpu = output_of(command, command.program, "--json", "-j", str(cores), folder)
    print(f"{HOW_MANY} captures: {one_time:.1f} s one after another ({one_cpu:.1f} s CPU), {all_time:.1f} s on {cores} "
          f"cores ({all_cpu:.1f} s CPU): {one_time / all_time / cores:.2f} of the cores' worth; "
          f"output {'the same' if one == all_ else 'DIFFERS'}, {len(all_)} bytes")
    return one == all_


def against_by_hand(command, capture):
    shared = command.share(capture)
    ours, _, our_cpu = output_of(command, command.program, "--json", shared)
    theirs, _, their_cpu = output_of(command, "sh", "-c", BY_HAND.format(shared))
    print(f"{len(ours.splitlines())} conversations: tlsdiag --json {our_cpu:.1f} s CPU, tshark -T json | jq {their_cpu:.1f} s "
          f"({int(theirs)} bytes): ratio {their_cpu / our_cpu:.1f}")
    return json.loads(ours.splitlines()[0])["schema"] == 1


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    with Command(sys.argv[1], sys.argv[2]) as command:
        capture = command.root / "handshakes.pcapng"
        if len(sys.argv) == 4:
            capture = pathlib.Path(sys.argv[3])
        else:
            subprocess.run([HERE / "make_capture.py", capture, "5000"], check=True)
        return 0 if side_by_side(command) & against_by_hand(command, capture) else 1


if __name__ == "__main__":
    sys.exit(main())
