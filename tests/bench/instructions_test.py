#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the instructions that the core takes for a few captures with the recorded figure: instructions_test.py PROGRAM
[--record]

callgrind counts them, so the machine and its load do not matter. Compilers and OpenSSL do: figures of other versions are
not compared. A rise of more than 3 % fails: find the cause and remove it, or explain in the commit why it is worth it and
record the new figure with --record.
"""
import json
import pathlib
import platform
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / "instructions.json"
CAPTURES = ("clean/tls13.pcapng", "missing_intermediate/refused_bare_leaf.pcapng",
            "client_cert_missing/batch_client_has_none.pcapng", "ca_list_oversize/list_of_12_kb.pcapng",
            "resumption_refused/resumed.pcapng", "not_tls_peer/smtp_answers_421.pcapng")
TIMES = 40
MOST = 0.03
SKIPPED = 77


def versions():
    compiler = subprocess.run(["c++", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout.split()[1]
    return f"{platform.machine()}, gcc {compiler}, OpenSSL {openssl}"


def instructions(program):
    captures = [HERE.parent.parent / "captures" / name for name in CAPTURES]
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, str(TIMES), *captures],
                          capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not counted:
        sys.exit(f"{program}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return int(counted[1])


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    here = versions()
    recorded = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    if len(sys.argv) == 2 and here not in recorded:
        print(f"SKIPPED: no figure for {here}; there is one for {'; '.join(recorded) or 'none'}")
        return SKIPPED
    now = instructions(sys.argv[1])
    if len(sys.argv) == 3:
        recorded[here] = now
        RECORD.write_text(json.dumps(recorded, indent=4) + "\n", encoding="utf-8")
        print(f"recorded {now:,} instructions for {here}")
        return 0
    change = now / recorded[here] - 1
    print(f"{now:,} instructions, {change:+.1%} against {recorded[here]:,} ({here})")
    if change > MOST:
        print(f"A rise over {MOST:.0%} has to be explained: see the top of tests/bench/instructions_test.py.")
    return 1 if change > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
