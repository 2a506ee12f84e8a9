#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares one capture with its hand-written expectation, using the real tshark and sharkd.

    capture_test.py --plugins DIR --catalogue FILE CASE.expected.json

The whole list of findings must be the same in the report, in the packet fields of one pass, of two passes, and in
sharkd. One pass may lack only what the catalogue marks as known at the end. A completed conversation has no error except a
late fatal alert.

    {"story": "...", "origin": "...", "options": {"keylog": "x.keys", "trust_store": "none"},
     "findings": [{"id": "expired", "frame": 6, "conversation": 0, "hints": ["OpenSSL client"]}],
     "verdicts": [{"conversation": 0, "outcome": "failed", "cause": "expired", "certainty": "proven"}]}

`conversation` defaults to 0; `options` and `certainty` are optional. File names in options are relative to
the expectation. No trust store is used unless the options name one. `hints`, if present, is the whole list of
products and sides that the finding has hints for.
"""
import argparse
import collections
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import Failure, Wireshark, unlawful_errors  # noqa: E402

PREFERENCES = {"keylog": "tls.keylog_file", "trust_store": "tlsdiag.trust_store", "size_table": "tlsdiag.size_table",
               "products": "tlsdiag.products"}
LATE = ("fatal_alert", "refused_after_completion")  # the second: in a renegotiation, whose first handshake completed
FIELDS = ["frame.number", "tlsdiag.id", "tlsdiag.problem", "tlsdiag.note"]


def read_expectation(path):
    expected = json.loads(path.read_text(encoding="utf-8"))
    unknown = set(expected) - {"story", "origin", "options", "findings", "verdicts"}
    if unknown:
        raise Failure(f"keys that no one reads: {sorted(unknown)}")
    for key in ("story", "origin", "findings", "verdicts"):
        if key not in expected:
            raise Failure(f"the expectation lacks {key!r}")
    if len(expected["story"].split()) < 5:
        raise Failure("the story says too little")
    return expected


def preferences(options, folder, wireshark):
    chosen = {"tlsdiag.trust_store": "none"}
    for name, value in options.items():
        beside = folder / value
        chosen[PREFERENCES[name]] = wireshark.share(beside) if beside.is_file() else value
    return chosen


def packet_findings(rows):
    """(frame, id) of each finding in rows of FIELDS; problem and note must make up the whole of it."""
    found = collections.Counter()
    for frame, ids, problems, notes in rows:
        split = [text.split(",") if text else [] for text in (ids, problems, notes)]
        if sorted(split[0]) != sorted(split[1] + split[2]):
            raise Failure(f"frame {frame}: tlsdiag.id {ids!r} is not problem {problems!r} and note {notes!r}")
        found.update((int(frame), one) for one in split[0])
    return found


def tshark_findings(wireshark, capture, *more):
    fields = [word for field in FIELDS for word in ("-e", field)]
    output = wireshark.tshark("-r", capture, *more, "-T", "fields", "-E", "separator=/t", *fields)
    return packet_findings(line.split("\t") for line in output.splitlines())


def sharkd_findings(wireshark, capture):
    columns = {f"column{number}": f"{field}:0" for number, field in enumerate(FIELDS)}
    _, frames = wireshark.sharkd(("load", {"file": str(capture)}), ("frames", {"filter": "tlsdiag", **columns}))
    return packet_findings(frame["c"] for frame in frames)


def differences(where, expected, found, may_lack=frozenset()):
    missing = [item for item in sorted((expected - found).elements(), key=str) if item[-1] not in may_lack]
    extra = sorted((found - expected).elements(), key=str)
    return [f"{where} lacks {item}" for item in missing] + [f"{where} has {item} too much" for item in extra]


def verdict_differences(expected, conversations):
    wrong = []
    verdicts = {verdict.get("conversation", 0): verdict for verdict in expected}
    for number in sorted(verdicts.keys() | {one["conversation"] for one in conversations}):
        found = next((one for one in conversations if one["conversation"] == number), None)
        if found is None or number not in verdicts:
            wrong.append(f"conversation {number} is only {'expected' if found is None else 'in the report'}")
            continue
        for key in verdicts[number].keys() - {"conversation"}:
            if found[key] != verdicts[number][key]:
                wrong.append(f"conversation {number}: {key} is {found[key]!r}, expected {verdicts[number][key]!r}"
                             f" (verdict: {found['verdict']})")
    return wrong


def law_differences(conversations):
    return [f"conversation {one['conversation']} completed and has the error {name}"
            for one in conversations for name in unlawful_errors(one, LATE)]


def hinted_frames(wireshark, capture):
    output = wireshark.tshark("-r", capture, "-2", "-Y", "tlsdiag.hint", "-T", "fields", "-e", "frame.number")
    return {int(frame) for frame in output.splitlines()}


def hint_differences(expected, conversations, wireshark, capture):
    """For the findings whose expectation has `hints`."""
    asked = [one for one in expected if "hints" in one]
    if not asked:
        return []
    found = {(conversation["conversation"], one["frame"], one["id"]):
             [f"{hint['product']} {hint['side']}" for hint in one.get("hints", [])]
             for conversation in conversations for one in conversation["findings"]}
    wrong = [f"{one['id']} has the hints {found.get(key)}, expected {one['hints']}" for one in asked
             for key in [(one.get("conversation", 0), one["frame"], one["id"])] if found.get(key) != one["hints"]]
    in_report = {frame for (_, frame, _), hints in found.items() if hints}
    in_packets = hinted_frames(wireshark, capture)
    return wrong + ([f"hints in the packets {in_packets}, in the report {in_report}"] if in_packets != in_report else [])


def run_case(wireshark, path, at_end):
    expected = read_expectation(path)
    wireshark.configure(preferences(expected.get("options", {}), path.parent, wireshark))
    capture = wireshark.share(path.with_name(path.name.replace(".expected.json", ".pcapng")))
    conversations = wireshark.conversations(capture)

    wanted = collections.Counter((one.get("conversation", 0), one["frame"], one["id"]) for one in expected["findings"])
    reported = collections.Counter((conversation["conversation"], one["frame"], one["id"])
                                   for conversation in conversations for one in conversation["findings"])
    in_packets = collections.Counter()
    for (_, frame, name), count in wanted.items():
        in_packets[frame, name] += count
    return (differences("the report", wanted, reported)
            + hint_differences(expected["findings"], conversations, wireshark, capture)
            + differences("one pass", in_packets, tshark_findings(wireshark, capture), at_end)
            + differences("-2", in_packets, tshark_findings(wireshark, capture, "-2", "-Y", "tlsdiag"))
            + differences("sharkd", in_packets, sharkd_findings(wireshark, capture))
            + verdict_differences(expected["verdicts"], conversations)
            + law_differences(conversations))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--catalogue", required=True, help="what the program `catalogue json` wrote")
    parser.add_argument("case", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    catalogue = json.loads(pathlib.Path(arguments.catalogue).read_text(encoding="utf-8"))
    at_end = {diagnosis["id"] for diagnosis in catalogue if diagnosis["at_end"]}
    failed = 0
    for case in arguments.case:
        try:
            with Wireshark(arguments.plugins) as wireshark:
                wrong = run_case(wireshark, case, at_end)
        except Failure as failure:
            wrong = [str(failure)]
        for line in wrong:
            print(f"{case}: {line}")
        failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
