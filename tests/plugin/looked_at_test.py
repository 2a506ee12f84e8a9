#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that every consumer of a packet sees its results in one pass. (The plugin skips results that nobody reads.)

    looked_at_test.py --plugins DIR CAPTURES
"""
import re
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import check, run_test  # noqa: E402

REFUSED = "missing_intermediate/refused_bare_leaf.pcapng"
FINDING = 8  # the frame of missing_intermediate
TITLE = "An intermediate certificate was not sent"
FILTERS = ('tlsdiag.problem == "missing_intermediate"', f'_ws.expert.message contains "{TITLE}"')


def check_columns(wireshark, capture):
    rows = wireshark.tshark("-r", capture).splitlines()
    check(f"the Info column: {rows}", [row for row in rows if "[missing_intermediate]" in row] == [rows[FINDING - 1]])


def check_filters(wireshark, capture):
    """No column and no tree is shown: only the filter reads the packets."""
    kept = wireshark.root / "home" / "kept.pcapng"
    for one in FILTERS:
        wireshark.tshark("-r", capture, "-Y", one, "-w", kept)
        packets = wireshark.tshark("-r", kept, "-T", "fields", "-e", "frame.number").split()
        check(f"kept by {one}: {packets}", packets == ["1"])
        counted = wireshark.tshark("-q", "-r", capture, "-z", f"io,stat,0,{one}")
        check(f"counted by {one}: {counted}", re.search(r"<>[^|]*\| +1 \|", counted))


def check_expert_statistics(wireshark, capture):
    said = wireshark.tshark("-q", "-r", capture, "-z", "expert")
    check(f"-z expert: {said}", re.search(f" 1 .*TLSDIAG +{TITLE}", said))


def run(wireshark, captures):
    wireshark.configure({"tlsdiag.trust_store": "none"})
    capture = wireshark.share(captures / REFUSED)
    for part in (check_columns, check_filters, check_expert_statistics):
        part(wireshark, capture)


if __name__ == "__main__":
    sys.exit(run_test(__doc__, run))
