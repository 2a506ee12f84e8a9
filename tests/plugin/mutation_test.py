#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Drops, doubles, delays or cuts single packets of shipped captures, and lets the real sharkd read what is left.

    mutation_test.py --plugins DIR [--every N] [CAPTURE.pcapng ...]

Such a change may turn a statement into "not seen". It must never bring forth another proven statement: neither a finding that
the whole capture does not have, nor another outcome. `--every N`: only every Nth of all changes (chosen alike in each run);
without it all of them are made, which takes long.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cut_test import COLUMNS, REPOSITORY, UNEXPLAINED  # noqa: E402
from pcapng import ENHANCED_PACKET, blocks, with_snaplen  # noqa: E402
from wireshark import Failure, Wireshark  # noqa: E402

TOGETHER = 40  # files that one sharkd reads
KEPT = 100  # bytes of a packet that is cut: the headers and a little more
NOT_SEEN = {"unfinished", "unseen"}
NEVER_PROVEN = {"abandoned"}  # it is listed if it comes up, but it is a reading, and no failure of this test
# What a change makes true: of less than all packets it can be said that some are missing.
LESS = {"capture_incomplete"}


def changed(content):
    """(what was done, the file) for each packet and each change of it."""
    parts = list(blocks(content))
    places = [place for place, (kind, _) in enumerate(parts) if kind == ENHANCED_PACKET]
    raw = [block for _, block in parts]
    for number, place in enumerate(places, start=1):
        yield f"packet {number} dropped", joined(raw[:place] + raw[place + 1:])
        yield f"packet {number} doubled", joined(raw[:place + 1] + raw[place:])
        yield f"packet {number} cut", joined([*raw[:place], with_snaplen(raw[place], KEPT), *raw[place + 1:]])
        later = places[number:number + 3]
        if later:
            end = later[-1] + 1
            moved = at_time_of(raw[place], raw[end - 1])
            yield f"packet {number} delayed by {len(later)}", joined([*raw[:place], *raw[place + 1:end], moved, *raw[end:]])


def joined(parts):
    return b"".join(parts)


def at_time_of(block, other):
    return block[:12] + other[12:20] + block[20:]


def said_in(frames):
    """By stream: the outcomes and the proven findings that are more than notes."""
    outcomes, proven = collections.defaultdict(set), collections.defaultdict(set)
    for frame in frames:
        tcp, udp, outcome, *findings = frame["c"]
        outcomes[tcp, udp].update(outcome.split(",") if outcome else [])
        for name, severity, certainty in zip(*(text.split(",") if text else [] for text in findings)):
            if severity != "note" and certainty == "proven":
                proven[tcp, udp].add(name)
    return outcomes, proven


def read(wireshark, files):
    columns = {f"column{number}": f"{field}:0" for number, field in enumerate(COLUMNS)}
    requests = []
    for number, file in enumerate(files):
        chosen = "tlsdiag.outcome || tlsdiag.id" + " " * number  # sharkd remembers a filter's frames by its text
        requests += [("load", {"file": str(file)}), ("frames", {"filter": chosen, **columns})]
    answers = wireshark.sharkd(*requests)
    return [said_in(frames) for frames in answers[1::2]]


def denied(whole, left):
    """Streams are numbered anew if the first packets are gone, so a capture is compared as a whole."""
    outcomes, proven = (set().union(*one.values()) for one in whole)
    left_outcomes, left_proven = (set().union(*one.values()) for one in left)
    weaker = LESS | (UNEXPLAINED if "failed" in outcomes else set())
    for name in sorted(left_proven - proven - weaker):
        yield f"has {name}, proven"
    for outcome in sorted(left_outcomes - outcomes - NOT_SEEN):
        yield f"is {outcome}, not {sorted(outcomes)}" + (" (not proven)" if outcome in NEVER_PROVEN else "")


def check_group(wireshark, group, wholes):
    files = []
    try:
        for number, (path, _, content) in enumerate(group):
            files.append(wireshark.write(f"mutation-{os.urandom(6).hex()}-{number}.pcapng", content))
        return [f"{path.relative_to(REPOSITORY)}, {what}: {claim}" for (path, what, _), left in zip(group, read(wireshark, files))
                for claim in denied(wholes[path], left)]
    except Failure as failure:
        return [f"{group[0][0].name} ... {group[-1][0].name}: {str(failure)[:2000]}"]
    finally:
        for file in files:
            file.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("captures", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    paths = [path.resolve() for path in arguments.captures] or sorted((REPOSITORY / "captures").rglob("*.pcapng"))
    with Wireshark(arguments.plugins) as wireshark, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wireshark.configure({"tlsdiag.trust_store": "none"})
        shares = [paths[begin:begin + TOGETHER] for begin in range(0, len(paths), TOGETHER)]
        said = pool.map(lambda share: read(wireshark, [wireshark.share(path, "-".join(path.parts[-2:])) for path in share]), shares)
        wholes = dict(zip(paths, itertools.chain.from_iterable(said)))
        changes = itertools.islice(((path, what, content) for path in paths for what, content in changed(path.read_bytes())),
                                   0, None, arguments.every)
        count, wrong = 0, []
        while groups := [group for _ in range(4 * os.cpu_count()) if (group := list(itertools.islice(changes, TOGETHER)))]:
            count += sum(map(len, groups))
            for lines in pool.map(lambda group: check_group(wireshark, group, wholes), groups):
                wrong += lines
    print(*wrong, sep="\n")
    failures = [line for line in wrong if not line.endswith("(not proven)")]
    print(f"{count} changes of {len(paths)} captures, {len(failures)} wrong")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
