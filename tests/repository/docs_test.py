#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the examples in the documents: docs_test.py --plugins DIR FILE.md...

In a ```console block, "$ " begins a command, which runs in the repository's folder; the lines after it are its output.
"..." alone in a line stands for any lines; at the end of a line it stands for the rest of the line. A line
"Filter: `...`" before the block must match a packet of its capture. All this must hold with the system's trust store
and without one.
"""
import argparse
import difflib
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import Failure, Wireshark  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ELLIPSIS = "..."
TRUST_STORES = ["system", "none"]


def examples(text):
    """(filters, [(command, lines of output)]) of each block; the filters are those since the previous block."""
    before = 0
    for block in re.finditer(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        filters = re.findall(r"^Filter: `(.+)`$", text[before:block.start()], re.MULTILINE)
        before = block.end()
        runs = []
        for line in block[1].splitlines():
            if line.startswith("$ "):
                runs.append((line[2:], []))
            elif not runs:
                raise Failure(f"no command before {line!r}")
            elif not runs[-1][1] and runs[-1][0].endswith(("\\", "|")):
                runs[-1] = (runs[-1][0] + "\n" + line, [])
            else:
                runs[-1][1].append(line)
        yield filters, runs


def pattern(lines):
    """A pattern for these lines; an ellipsis matches any lines, or any rest of a line."""
    return "".join(r"(?:.*\n)*?" if line.strip() == ELLIPSIS
                   else re.escape(line.rstrip().removesuffix(ELLIPSIS)) + (
                       r".*\n" if line.rstrip().endswith(ELLIPSIS) else r"[ \t]*\n")
                   for line in lines)


def run(wireshark, command):
    done = wireshark.run("sh", "-c", command)
    if done.returncode:
        raise Failure(f"$ {command}\nexit {done.returncode}: {done.stderr}")
    return done.stdout


def check_block(wireshark, runs):
    wrong = []
    for command, expected in runs:
        output = run(wireshark, command)
        if not re.fullmatch(pattern(expected), output):
            diff = difflib.unified_diff(expected, output.splitlines(), "document", "output", lineterm="", n=1)
            wrong.append(f"$ {command}\n" + "\n".join(diff))
    return wrong


def check_filters(wireshark, filters):
    """Each filter, one of (capture, filter), matches a packet; one sharkd reads all captures."""
    requests = []
    for number, (capture, expression) in enumerate(filters):
        other_text = " " * number  # sharkd remembers a filter's frames by its text
        requests += [("load", {"file": capture}), ("frames", {"filter": expression + other_text, "limit": 1})]
    answers = wireshark.sharkd(*requests)[1::2]
    return [f"{capture}: no packet for {expression}" for (capture, expression), frames in zip(filters, answers) if not frames]


def copy_readable(source, target):
    """For the unprivileged user."""
    shutil.copyfile(source, target)
    pathlib.Path(target).chmod(0o644)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("documents", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    count, wrong = 0, []
    try:
        with Wireshark(arguments.plugins) as wireshark:
            shutil.copytree(REPOSITORY / "captures", wireshark.root / "captures", copy_function=copy_readable)
            for store in TRUST_STORES:
                wireshark.configure({"tlsdiag.trust_store": store})
                all_filters = []
                for path in arguments.documents:
                    for filters, runs in examples(path.read_text(encoding="utf-8")):
                        wrong += check_block(wireshark, runs)
                        all_filters += [(re.search(r"captures/\S+\.pcapng", runs[0][0])[0], one) for one in filters]
                        count += len(runs)
                wrong += check_filters(wireshark, all_filters)
    except Failure as failure:
        wrong.append(str(failure))
    print(*wrong, f"{count} commands", sep="\n")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
