#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts every shipped capture, both the file and its packets, and lets the real tshark and sharkd read the rest.

    cut_test.py --plugins DIR [CAPTURE.pcapng ...]

They must not crash, and must not claim anything that the whole capture contradicts. tshark reads the whole
capture and each cut of it, and so does sharkd. cut_test.cpp cuts TCP captures much more finely by the same rules, so they are
cut coarsely here.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from capture_test import SUFFIX, read_expectation, report_differences  # noqa: E402
from pcapng import with_snaplen  # noqa: E402
from wireshark import CUT_SHORT, Failure, Wireshark, check  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SNAPLENS = {"coarse": (96, 300, 900), "fine": (58, 96, 128, 256, 600, 1000)}
FILE_CUTS = {"coarse": 4, "fine": 12}
TOGETHER = 8  # captures that one sharkd reads, with their cuts
COLUMNS = ("tcp.stream", "udp.stream", "tlsdiag.outcome", "tlsdiag.id", "tlsdiag.severity", "tlsdiag.certainty")
UNEXPLAINED = {"client_cert_rejected", "handshake_failure_unexplained", "server_cert_rejected"}


def cut_file(content, count):
    """Prefixes of the file that end at spread places, most of them within a packet."""
    for number in range(1, count + 1):
        end = len(content) * number // (count + 1)
        yield f"byte {end}", content[:end]


def said(conversations):
    """By stream: the outcomes, and the findings that are more than notes and guesses."""
    outcomes, problems = collections.defaultdict(set), collections.defaultdict(set)
    for conversation in conversations:
        stream = (conversation["proto"], conversation["stream"])
        outcomes[stream].add(conversation["outcome"])
        problems[stream].update(one["id"] for one in conversation["findings"]
                                if one["severity"] != "note" and one["certainty"] != "guess")
    return outcomes, problems


def said_in_packets(frames):
    """The same, of sharkd's rows of COLUMNS."""
    outcomes, problems = collections.defaultdict(set), collections.defaultdict(set)
    for frame in frames:
        tcp, udp, outcome, *findings = frame["c"]
        ids, severities, certainties = (text.split(",") if text else [] for text in findings)
        check(f"frame {frame['num']}: the findings have {findings}", len(ids) == len(severities) == len(certainties))
        outcomes[tcp, udp].update(outcome.split(",") if outcome else [])
        problems[tcp, udp].update(name for name, severity, certainty in zip(ids, severities, certainties)
                                  if severity != "note" and certainty != "guess")
    return outcomes, problems


def denied(whole, cut):
    (outcomes, problems), (cut_outcomes, cut_problems) = whole, cut
    for stream in cut_outcomes:
        for name in cut_problems[stream] - problems[stream] - (UNEXPLAINED if "failed" in outcomes[stream] else set()):
            yield f"{stream} has {name}"
        for outcome in cut_outcomes[stream] - outcomes[stream] - {"unfinished", "unseen"}:
            yield f"{stream} is {outcome}, not {sorted(outcomes[stream])}"


def read_by_sharkd(wireshark, files):
    """What is said of each file, all read by one process; None for a file that it cannot open."""
    columns = {f"column{number}": f"{field}:0" for number, field in enumerate(COLUMNS)}
    requests = []
    for number, file in enumerate(files):
        chosen = "tlsdiag.outcome || tlsdiag.id" + " " * number  # sharkd remembers a filter's frames by its text
        requests += [("load", {"file": str(file)}), ("status", {}), ("frames", {"filter": chosen, **columns})]
    answers = wireshark.sharkd(*requests, may_fail=("load",))  # it fails for a file that ends within a packet, but loads it
    said_of = []
    for file, status, frames in zip(files, answers[1::3], answers[2::3]):
        said_of.append(said_in_packets(frames) if status.get("filename") == file.name else None)
    return said_of


def check_alone(path, whole):
    """The report when nothing else is asked for: all else is left out that costs time."""
    expected = read_expectation(path.with_name(path.stem + SUFFIX))
    return [] if "options" in expected and expected["options"] != {"trust_store": "none"} else report_differences(expected, whole)


class Capture:
    """A shipped capture, and its cuts: (where, file) of each."""

    def __init__(self, wireshark, path):
        content = path.read_bytes()
        self.path = path
        self.name = "-".join(path.relative_to(REPOSITORY).parts)
        self.file = wireshark.share(path, self.name)
        self.report = wireshark.conversations(self.file)
        how = "coarse" if all(one["proto"] == "tcp" for one in self.report) else "fine"
        cuts = list(cut_file(content, FILE_CUTS[how]))
        cuts += [(f"snaplen {snaplen}", with_snaplen(content, snaplen)) for snaplen in SNAPLENS[how]]
        self.cuts = [(where, wireshark.write(f"cut-{place}-{self.name}", cut)) for place, (where, cut) in enumerate(cuts)]

    def files(self):
        return [self.file, *(file for _, file in self.cuts)]


def wrong_in_tshark(wireshark, capture, where, file):
    left = wireshark.conversations(file, may_exit=(CUT_SHORT,))
    return [f"{where}: {claim}" for claim in denied(said(capture.report), said(left))]


def all_of(stated):
    """The outcomes and the problems, whatever the stream."""
    return [set().union(*by_stream.values()) for by_stream in stated]


def wrong_in_capture(wireshark, capture, whole, cuts):
    yield from check_alone(capture.path, capture.report)
    if all_of(said(capture.report)) != all_of(whole):
        yield f"the report has {all_of(said(capture.report))}, sharkd has {all_of(whole)}"
    for (where, file), cut in zip(capture.cuts, cuts):
        yield from wrong_in_tshark(wireshark, capture, where, file)
        if cut:  # sharkd could open it
            yield from (f"{where}, sharkd: {claim}" for claim in denied(whole, cut))


def check_group(wireshark, paths):
    wrong, captures = [], []
    try:
        for path in paths:
            captures.append(Capture(wireshark, path))
        read = iter(read_by_sharkd(wireshark, [file for capture in captures for file in capture.files()]))
        for capture in captures:
            whole, *cuts = (next(read) for _ in capture.files())
            wrong += [f"{capture.name}, {line}" for line in wrong_in_capture(wireshark, capture, whole, cuts)]
    except Failure as failure:
        wrong.append(str(failure))
    for capture in captures:
        for file in capture.files():
            file.unlink()
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("captures", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    captures = [path.resolve() for path in arguments.captures] or sorted((REPOSITORY / "captures").rglob("*.pcapng"))
    with Wireshark(arguments.plugins) as wireshark, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wireshark.configure({"tlsdiag.trust_store": "none"})
        groups = [captures[begin:begin + TOGETHER] for begin in range(0, len(captures), TOGETHER)]
        wrong = [line for lines in pool.map(lambda group: check_group(wireshark, group), groups) for line in lines]
    print(*wrong, sep="\n")
    return 1 if wrong or not captures else 0


if __name__ == "__main__":
    sys.exit(main())
