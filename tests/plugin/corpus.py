#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores the plugin against the labelled corpus, which is not part of this repository.

    corpus.py --plugins build/release/plugins [--corpus ../shared/corpus] [--file TEXT] [--list N] [--out DIR] [--check]

Writes to DIR: conversations.jsonl (the whole output of the plugin), findings.jsonl (the same for score.py), the score's
reports (only.txt: our diagnoses; whole.txt: all) and figures. Exit status: 1 if --check is given and a bound below is
missed, 77 if there is no corpus.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import CUT_SHORT, Failure, Wireshark, unlawful_errors  # noqa: E402

MIN_PRECISION = 0.97  # over our diagnoses
MIN_RECALL = 0.95
MIN_CAUSE = 0.92  # verdicts that name the right cause, of all failed connections whose cause is known
# Of ids that the corpus's labels do not know: how many findings there are, each read with its packets and found true.
READ = {"key_usage_mismatch": 1, "plaintext_after_tls": 3, "unknown_critical_extension": 2}
MIN_CLEAN = 0.98  # completed connections without a fault that stay without a false alarm

SKIPPED = 77
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def diagnoses():
    listed = (REPOSITORY / "analyzers" / "diagnoses.def").read_text(encoding="utf-8")
    return re.findall(r"^DIAGNOSIS\(([a-z0-9_]+)\)", listed, re.MULTILINE)


def ask_plugin(wireshark, corpus, names, trust_store):
    """The conversations of each file; files are processed in parallel."""
    wireshark.configure({"tlsdiag.trust_store": trust_store})

    def one(name):
        capture = wireshark.share(corpus / "captures" / name)
        return [{"file": name, **conversation} for conversation in wireshark.conversations(capture, (CUT_SHORT,))]

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [conversation for conversations in pool.map(one, names) for conversation in conversations]


def connection(conversation):
    """The corpus counts EAP conversations from 0."""
    return {"file": conversation["file"], "proto": conversation["proto"], "stream": conversation["stream"] or 0}


def slug(finding):
    return "fatal_alert:" + finding["alert"] if finding["id"] == "fatal_alert" else finding["id"]


def score_lines(conversation):
    """The input of score.py: the outcome, then the findings."""
    yield {**connection(conversation), "outcome": conversation["outcome"]}
    for finding in conversation["findings"]:
        yield {**connection(conversation), "problem": slug(finding), "primary": finding["id"] == conversation["cause"]}


def write_lines(path, values):
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")


def score(corpus, out, name, how_many, *more):
    done = subprocess.run([sys.executable, corpus / "score.py", out / "findings.jsonl", "--labels", out / "labels.json",
                           "--json", out / f"{name}.json", "--list", str(how_many), *more],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"score.py: {done.stderr}")
    (out / f"{name}.txt").write_text(done.stdout, encoding="utf-8")
    return done.stdout, json.loads((out / f"{name}.json").read_text(encoding="utf-8"))


def labelled(conversation, labels):
    wanted = connection(conversation)
    for label in labels[conversation["file"]]["connections"]:
        if (label["proto"], label["stream"]) == (wanted["proto"], wanted["stream"]):
            return label
    return None


def neutral(conversations, labels):
    """How often each id was found where the labels are neutral."""
    counts = collections.Counter()
    for conversation in conversations:
        label = labelled(conversation, labels)
        for name in {slug(finding) for finding in conversation["findings"]} if label else ():
            if name in label["lenient"] and not any(name in problem.split("|") for problem in label["problems"]):
                counts[name] += 1
    return dict(counts.most_common())


def errors_on_completed(conversations, labels):
    for conversation in conversations:
        label = labelled(conversation, labels)
        outcome = label["outcome"] if label and label["outcome"] == "completed" else conversation["outcome"]
        for name in unlawful_errors({**conversation, "outcome": outcome}):
            yield f"{conversation['file']} {conversation['proto']} {conversation['stream']}: {name}"


def unlabelled(conversations, names):
    """How often an id was found that the corpus's labels do not know: they are older than it, so it cannot be scored here."""
    found = collections.Counter(finding["id"] for one in conversations for finding in one["findings"])
    return {name: found[name] for name in sorted(names) if found[name]}


def measure(arguments):
    arguments.out.mkdir(parents=True, exist_ok=True)
    every = json.loads((arguments.corpus / "labels.json").read_text(encoding="utf-8"))
    labels = {name: label for name, label in every.items() if arguments.file in name}
    (arguments.out / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    with Wireshark(arguments.plugins) as wireshark:
        conversations = ask_plugin(wireshark, arguments.corpus, sorted(labels), arguments.trust_store)
    write_lines(arguments.out / "conversations.jsonl", conversations)
    write_lines(arguments.out / "findings.jsonl", [line for one in conversations for line in score_lines(one)])

    known = {name for label in every.values() for one in label["connections"]
             for problem in one["problems"] + one["lenient"] for name in problem.split("|")}
    ours = diagnoses()
    scored = [name for name in ours if name in known or name.startswith("fatal_alert")]
    shown, only = score(arguments.corpus, arguments.out, "only", arguments.list or 0, "--only", ",".join(scored))
    _, whole = score(arguments.corpus, arguments.out, "whole", 0)
    if arguments.list is not None:
        print(shown)
    figures = {"only": only, "whole": whole, "errors": sorted(set(errors_on_completed(conversations, labels))),
               "neutral": neutral(conversations, labels), "unlabelled": unlabelled(conversations, set(ours) - set(scored))}
    (arguments.out / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


def known_figures(arguments):
    """The figures in the folder, if nothing that they depend on is newer. (An installed file is as old as its package, but
    its inode is new.)"""
    stored = arguments.out / "figures.json"
    inputs = [*pathlib.Path(arguments.plugins).rglob("*.so"), pathlib.Path(__file__), pathlib.Path(shutil.which("tshark") or "."),
              REPOSITORY / "tests" / "support" / "wireshark.py", *arguments.corpus.glob("*.*"),
              *(arguments.corpus / "captures").iterdir()]
    if stored.is_file() and all(path.stat().st_ctime < stored.stat().st_mtime for path in inputs):
        return json.loads(stored.read_text(encoding="utf-8"))
    return None


def judge(figures):
    """Prints the figures; the names of those that miss their bound."""
    only, whole = figures["only"]["overall"], figures["whole"]
    bounds = [("precision of our diagnoses", only["precision"] or 0, MIN_PRECISION),
              ("recall of our diagnoses", only["recall"] or 0, MIN_RECALL),
              ("right cause", whole["primary_right"] / max(whole["causes"], 1), MIN_CAUSE),
              ("clean without false alarm", 1 - whole["clean_with_false_alarm"] / max(whole["clean"], 1), MIN_CLEAN)]
    for name, value, least in bounds:
        print(f"{name:26} {value:.3f}, at least {least}")
    print(f"causes: {whole['primary_right']} right of {whole['causes']};",
          f"false alarms on {whole['clean_with_false_alarm']} of {whole['clean']} clean connections;",
          f"outcome agrees on {whole['outcomes_agree']} of {whole['outcomes']} ({whole['connections']} connections)")
    for name, scored in (("all labels", whole["overall"]), ("alerts", whole["alerts"])):
        print(f"{name}: recall {scored['recall'] or 0:.3f}, precision {scored['precision'] or 0:.3f}")
    print("of ids that no label knows, not scored:",
          ", ".join(f"{name} {count}" for name, count in figures.get("unlabelled", {}).items()) or "none")
    print("neutral findings:", ", ".join(f"{name} {count}" for name, count in figures["neutral"].items()) or "none")
    print("errors on completed connections:", "; ".join(figures["errors"]) or "none")
    unread = [name for name, count in figures.get("unlabelled", {}).items() if count > READ.get(name, 0)]
    return ([name for name, value, least in bounds if value < least] + ["errors on completed"] * bool(figures["errors"])
            + [f"more of {name} than were found true" for name in unread])


def main():
    corpus = os.environ.get("TLSDIAG_CORPUS") or REPOSITORY.parent / "shared" / "corpus"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--corpus", type=pathlib.Path, default=pathlib.Path(corpus), help="or TLSDIAG_CORPUS")
    parser.add_argument("--file", default="", help="only files with this in their name")
    parser.add_argument("--list", type=int, help="print the score, with so many misses and false alarms; 0: all")
    parser.add_argument("--trust-store", default="none")
    parser.add_argument("--out", type=pathlib.Path, default=REPOSITORY / "build" / "corpus")
    parser.add_argument("--check", action="store_true", help="fail when a bound is missed")
    parser.add_argument("--unless-known", action="store_true", help="take the figures in DIR when they are still true")
    arguments = parser.parse_args()
    if not (arguments.corpus / "labels.json").is_file():
        print(f"SKIPPED: no corpus in {arguments.corpus}; set TLSDIAG_CORPUS")
        return SKIPPED
    try:
        missed = judge(arguments.unless_known and known_figures(arguments) or measure(arguments))
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    if arguments.check and missed:
        print("missed: " + ", ".join(missed))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
