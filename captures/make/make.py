#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the captures again, with real TLS stacks on loopback: make.py [CASE...], as root.

A new capture has other keys, ports and times, and perhaps other frame numbers. Read it (tshark -V) and compare its
expectation with it before you commit it.
"""
import sys
import tempfile

import certificates  # noqa: F401 (registers its cases)
import chains  # noqa: F401
import endings  # noqa: F401
import keys  # noqa: F401
import mutual  # noqa: F401
import names  # noqa: F401
import negotiation  # noqa: F401
import paths  # noqa: F401
import sizes  # noqa: F401
import stapling  # noqa: F401
import transport  # noqa: F401
import upgrades  # noqa: F401
from lab import CASES, Lab


def main():
    unknown = set(sys.argv[1:]) - CASES.keys()
    if unknown:
        print(f"no such case: {', '.join(sorted(unknown))}; there are:", *sorted(CASES), sep="\n", file=sys.stderr)
        return 2
    for case in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as folder:
            CASES[case](Lab(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
