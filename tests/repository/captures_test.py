#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that every diagnosis has a capture that triggers it and a near miss, that every capture has an expectation, and
that nothing is left that tools/new_diagnosis marks as to be done.
"""
import json
import pathlib
import re
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def main():
    captures = REPOSITORY / "captures"
    listed = (REPOSITORY / "analyzers" / "diagnoses.def").read_text(encoding="utf-8")
    diagnoses = re.findall(r"^DIAGNOSIS\(([a-z0-9_]+)\)", listed, re.MULTILINE)
    wrong = []
    for diagnosis in diagnoses:
        fires = []
        for path in (captures / diagnosis).glob("*.expected.json"):
            findings = json.loads(path.read_text(encoding="utf-8"))["findings"]
            fires.append(diagnosis in {finding["id"] for finding in findings})
        if True not in fires:
            wrong.append(f"captures/{diagnosis} has no capture in which it fires")
        if False not in fires:
            wrong.append(f"captures/{diagnosis} has no near miss")
    cases = {path.with_name(path.name.removesuffix(".expected.json")) for path in captures.rglob("*.expected.json")}
    files = {path.with_suffix("") for path in captures.rglob("*.pcapng")}
    wrong += [f"{case.relative_to(REPOSITORY)}: a capture or its expectation is missing" for case in cases ^ files]
    wrong += [f"{case.relative_to(REPOSITORY)}: the folder is no diagnosis" for case in files
              if case.parent.name not in [*diagnoses, "clean"]]
    texts = [*REPOSITORY.glob("analyzers/*.cpp"), *captures.rglob("*.expected.json"), *captures.glob("make/*.py"),
             *REPOSITORY.glob("tests/**/*_test.cpp"), REPOSITORY / "CHANGELOG.md"]
    wrong += [f"{path.relative_to(REPOSITORY)} has a TODO" for path in texts
              if re.search(r"\bTODO\b", path.read_text(encoding="utf-8"))]
    print(*sorted(wrong), sep="\n")
    return 1 if wrong or not diagnoses else 0


if __name__ == "__main__":
    sys.exit(main())
