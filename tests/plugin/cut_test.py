#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts every shipped capture, both the file and its packets, and runs the real tshark on the rest.

    cut_test.py --plugins DIR [CAPTURE.pcapng ...]

tshark must not crash, and must not claim anything that the whole capture contradicts. cut_test.cpp cuts TCP captures
much more finely by the same rules, so they are cut coarsely here.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from pcapng import with_snaplen  # noqa: E402
from wireshark import CUT_SHORT, Failure, Wireshark  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SNAPLENS = {"coarse": (96, 300, 900), "fine": (58, 96, 128, 256, 600, 1000)}
FILE_CUTS = {"coarse": 4, "fine": 12}
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


def denied(whole, cut):
    outcomes, problems = said(whole)
    cut_outcomes, cut_problems = said(cut)
    for stream in cut_outcomes:
        for name in cut_problems[stream] - problems[stream] - (UNEXPLAINED if "failed" in outcomes[stream] else set()):
            yield f"{stream} has {name}"
        for outcome in cut_outcomes[stream] - outcomes[stream] - {"unfinished", "unseen"}:
            yield f"{stream} is {outcome}, not {sorted(outcomes[stream])}"


def check(wireshark, capture):
    content = capture.read_bytes()
    name = "-".join(capture.relative_to(REPOSITORY).parts)
    whole = wireshark.conversations(wireshark.share(capture, name))
    how = "coarse" if all(one["proto"] == "tcp" for one in whole) else "fine"
    cuts = list(cut_file(content, FILE_CUTS[how]))
    cuts += [(f"snaplen {snaplen}", with_snaplen(content, snaplen)) for snaplen in SNAPLENS[how]]
    wrong = []
    for where, cut in cuts:
        copy = wireshark.write("cut-" + name, cut)
        try:
            left = wireshark.conversations(copy, may_exit=(CUT_SHORT,))
        except Failure as failure:
            wrong.append(f"{name}, {where}: {failure}")
            continue
        wrong += [f"{name}, {where}: {claim}" for claim in denied(whole, left)]
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("captures", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    captures = [path.resolve() for path in arguments.captures] or sorted((REPOSITORY / "captures").rglob("*.pcapng"))
    with Wireshark(arguments.plugins) as wireshark, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wireshark.configure({"tlsdiag.trust_store": "none"})
        wrong = [line for lines in pool.map(lambda path: check(wireshark, path), captures) for line in lines]
    print(*wrong, sep="\n")
    return 1 if wrong or not captures else 0


if __name__ == "__main__":
    sys.exit(main())
