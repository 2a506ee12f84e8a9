#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that tlsdiag --json prints what tshark -q -z tlsdiag,json prints for each corpus capture, plus its file name.

    command_corpus_test.py --plugins DIR --build DIR [--every N]

Exit status: 77 if there is no corpus.
"""
import argparse
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from command import REPOSITORY, Command  # noqa: E402
from wireshark import CUT_SHORT, Failure  # noqa: E402

SKIPPED = 77


def compare(command, names, corpus):
    folder = command.root / "corpus"
    folder.mkdir()
    folder.chmod(0o755)
    for name in names:
        command.write(f"corpus/{name}", (corpus / name).read_bytes())
    expected = []
    for name in names:
        output = command.tshark("-q", "-r", folder / name, "-z", "tlsdiag,json", may_exit=(CUT_SHORT,))
        expected += [f'{{"file":"{folder / name}",{line[1:]}' for line in output.splitlines()]
    with command.start(command.program, "--json", folder) as process:  # it may take its time
        found = process.communicate()[0].decode().splitlines()
    differing = [(want, have) for want, have in zip(expected, found) if want != have]
    if differing or len(expected) != len(found):
        raise Failure(f"{len(found)} lines, expected {len(expected)}; the first that differ: {differing[:1]}")
    print(f"{len(names)} captures, {len(found)} conversations: equal")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--every", type=int, default=1, help="take only every Nth capture")
    arguments = parser.parse_args()
    corpus = pathlib.Path(os.environ.get("TLSDIAG_CORPUS") or REPOSITORY.parent / "shared" / "corpus") / "captures"
    if not corpus.is_dir():
        print(f"SKIPPED: no corpus in {corpus.parent}; set TLSDIAG_CORPUS")
        return SKIPPED
    try:
        with Command(arguments.plugins, arguments.build) as command:
            compare(command, sorted(os.listdir(corpus))[::arguments.every], corpus)
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
