#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares captures with their hand-written expectations, using the real tshark and sharkd.

    capture_test.py --plugins DIR --catalogue FILE CASE.expected.json ...

The whole list of findings must be the same in the report, in the packet fields of one pass, of two passes, and in
sharkd. One pass may lack only what the catalogue marks as known at the end, and a finding with "at_end": true, whose
handshake ended in silence. A completed conversation has no error except a
late fatal alert. Starting tshark takes most of the time, so one run prints both the fields and the report, and one sharkd
loads many captures.

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
SUFFIX = ".expected.json"


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


def shared(wireshark, path):
    """A copy whose name differs from those of other folders' files."""
    return wireshark.share(path, f"{path.parent.name}-{path.name}")


def preferences(options, folder, wireshark):
    chosen = {"tlsdiag.trust_store": "none"}
    for name, value in options.items():
        beside = folder / value
        chosen[PREFERENCES[name]] = str(shared(wireshark, beside)) if beside.is_file() else value
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


def ask_tshark(wireshark, capture, *more):
    """The findings in the packets, and the conversations in the report."""
    fields = [word for field in FIELDS for word in ("-e", field)]
    output = wireshark.tshark("-r", capture, *more, "-z", "tlsdiag,json", "-T", "fields", "-E", "separator=/t", *fields)
    reports = [line for line in output.splitlines() if line.startswith("{")]
    rows = [line.split("\t") for line in output.splitlines() if not line.startswith("{")]
    return packet_findings(rows), [json.loads(line) for line in reports]


def ask_sharkd(wireshark, captures):
    """Of each capture: the rows of FIELDS, and the frames with hints."""
    columns = {f"column{number}": f"{field}:0" for number, field in enumerate(FIELDS)}
    requests = []
    for number, capture in enumerate(captures):
        other_text = " " * number  # by a filter's text, sharkd remembers which frames it chose, even of the file before
        requests += [("load", {"file": str(capture)}), ("frames", {"filter": "tlsdiag" + other_text, **columns}),
                     ("frames", {"filter": "tlsdiag.hint" + other_text})]
    answers = wireshark.sharkd(*requests)
    return [([frame["c"] for frame in frames], {frame["num"] for frame in hinted})
            for frames, hinted in zip(answers[1::3], answers[2::3])]


def ask_sharkd_each(wireshark, captures):
    """The same, or a Failure in its place. If one process does not manage all captures, each gets a process of its own."""
    try:
        return ask_sharkd(wireshark, captures)
    except Failure as failure:
        answers = []
        for capture in captures:
            try:
                answers += ask_sharkd(wireshark, [capture])
            except Failure as alone:
                answers.append(alone)
        return answers if any(isinstance(answer, Failure) for answer in answers) else [failure] * len(captures)


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


def hint_differences(expected, conversations, in_packets):
    """For the findings whose expectation has `hints`; and the packets have hints where the report has them."""
    found = {(conversation["conversation"], one["frame"], one["id"]):
             [f"{hint['product']} {hint['side']}" for hint in one.get("hints", [])]
             for conversation in conversations for one in conversation["findings"]}
    wrong = [f"{one['id']} has the hints {found.get(key)}, expected {one['hints']}" for one in expected if "hints" in one
             for key in [(one.get("conversation", 0), one["frame"], one["id"])] if found.get(key) != one["hints"]]
    in_report = {frame for (_, frame, _), hints in found.items() if hints}
    return wrong + ([f"hints in the packets {in_packets}, in the report {in_report}"] if in_packets != in_report else [])


def report_differences(expected, conversations):
    wanted = collections.Counter((one.get("conversation", 0), one["frame"], one["id"]) for one in expected["findings"])
    reported = collections.Counter((conversation["conversation"], one["frame"], one["id"])
                                   for conversation in conversations for one in conversation["findings"])
    return (differences("the report", wanted, reported) + verdict_differences(expected["verdicts"], conversations)
            + law_differences(conversations))


def case_differences(wireshark, expected, capture, in_sharkd, at_end):
    one_pass, conversations = ask_tshark(wireshark, capture)
    two_passes, conversations_again = ask_tshark(wireshark, capture, "-2", "-Y", "tlsdiag")
    if isinstance(in_sharkd, Failure):
        raise in_sharkd
    rows, hinted = in_sharkd
    silent_ends = {one["id"] for one in expected["findings"] if one.get("at_end")}
    in_packets = collections.Counter((one["frame"], one["id"]) for one in expected["findings"])
    return (report_differences(expected, conversations)
            + hint_differences(expected["findings"], conversations, hinted)
            + differences("one pass", in_packets, one_pass, at_end | silent_ends)
            + differences("-2", in_packets, two_passes)
            + differences("sharkd", in_packets, packet_findings(rows))
            + ([] if conversations_again == conversations else [f"-2 reports {conversations_again}, one pass {conversations}"]))


def run_cases(wireshark, paths, at_end):
    """(path, difference) of each; captures with the same preferences share a sharkd."""
    groups = collections.defaultdict(list)
    for path in paths:
        try:
            expected = read_expectation(path)
            chosen = preferences(expected.get("options", {}), path.parent, wireshark)
            capture = shared(wireshark, path.with_name(path.name.removesuffix(SUFFIX) + ".pcapng"))
            groups[tuple(sorted(chosen.items()))].append((path, expected, capture))
        except (Failure, OSError) as failure:
            yield path, str(failure)
    for chosen, cases in groups.items():
        wireshark.configure(dict(chosen))
        answers = ask_sharkd_each(wireshark, [capture for _, _, capture in cases])
        for (path, expected, capture), in_sharkd in zip(cases, answers):
            try:
                for line in case_differences(wireshark, expected, capture, in_sharkd, at_end):
                    yield path, line
            except Failure as failure:
                yield path, str(failure)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--catalogue", required=True, help="what the program `catalogue json` wrote")
    parser.add_argument("case", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    catalogue = json.loads(pathlib.Path(arguments.catalogue).read_text(encoding="utf-8"))
    at_end = {diagnosis["id"] for diagnosis in catalogue if diagnosis["at_end"]}
    failed = set()
    try:
        with Wireshark(arguments.plugins) as wireshark:
            for path, line in run_cases(wireshark, arguments.case, at_end):
                print(f"{path}: {line}")
                failed.add(path)
    except Failure as failure:
        print(failure)
        return 1
    print(f"{len(arguments.case)} captures, {len(failed)} of them wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
