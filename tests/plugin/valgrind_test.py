#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark and sharkd with the plugin under memcheck: load, read, read again, close. Run by hand; takes minutes.

    valgrind_test.py --plugins DIR [CAPTURE ...]

Wireshark has errors and leaks of its own. Only errors and lost memory with the plugin in the stack count; tables that are
registered once and kept until Wireshark exits do not. Build the plugin with symbols (preset dev).
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import Failure, Wireshark  # noqa: E402
import wireshark as runner

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
CAPTURES = ("ca_list_oversize", "clean", "client_cert_missing", "missing_intermediate",
            "ocsp_revoked", "starttls_refused", "eap_round_limit", "quic_version_negotiation")
VALGRIND = ("valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite,indirect", "--num-callers=40",
            "--keep-debuginfo=yes", "--child-silent-after-fork=yes")  # plugins are unloaded before leaks are reported


def runs(capture):
    requests = [("load", {"file": str(capture)}), ("frames", {"limit": 100}), ("frame", {"frame": 4, "proto": True}),
                ("load", {"file": str(capture)}), ("frames", {"filter": "tlsdiag"}), ("bye", {})]
    lines = "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"
                    for number, (method, params) in enumerate(requests, start=1))
    yield "one pass", ("tshark", "-r", capture, "-V"), None
    yield "two passes", ("tshark", "-r", capture, "-2", "-V"), None
    yield "sharkd", ("sharkd", "-"), lines


REPORTS = ("-z", "tlsdiag", "-z", "tlsdiag,json,ladder", "-z", "tlsdiag,table", "-z", "tlsdiag,inventory", "-z", "tlsdiag,live",
           "-z", "tlsdiag,html,home/page.html")


def errors(output):
    """Each as its lines, without numbers."""
    found = []
    for line in output.splitlines():
        match = re.match(r"==\d+== ?(.*)", line)
        if not match:
            continue
        if match[1] and not match[1].startswith(" "):
            found.append([])
        if found and match[1]:
            found[-1].append(match[1])
    return [one for one in found if len(one) > 1]


def in_plugin(error):
    registered = "lost in loss record" in error[0] and any(re.search(r" proto_reg(ister|_handoff)_tlsdiag ", line) for line in error)
    return any("tlsdiag" in line for line in error) and not registered


def prove_alarm():
    done = subprocess.run(["valgrind", "-q", sys.executable, "-c",
                           "import ctypes; c = ctypes.CDLL(None); c.malloc.restype = ctypes.c_void_p; "
                           "c.memset(ctypes.c_void_p(c.malloc(16)), 0, 17)"], capture_output=True, text=True, check=False)
    if "Invalid write" not in done.stderr:
        raise Failure(f"valgrind says nothing of a wrong write: {done.stderr[-500:]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("captures", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        print("SKIPPED: there is no valgrind")
        return SKIPPED
    runner.TIMEOUT = 600
    captures = arguments.captures
    if not captures:
        captures = [sorted((REPOSITORY / "captures" / one).glob("*.pcapng"))[0] for one in CAPTURES]
    wrong = 0
    memory = {"G_SLICE": "always-malloc", "G_DEBUG": "gc-friendly", "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple"}
    with Wireshark(arguments.plugins, memory) as wireshark:
        wireshark.configure({"tlsdiag.trust_store": "none"})
        prove_alarm()
        for capture in captures:
            copy = wireshark.share(capture)
            for name, command, stdin in runs(copy):
                more = REPORTS if command[0] == "tshark" else ()
                done = wireshark.run(*VALGRIND, *command, *more, stdin=stdin)
                told = errors(done.stderr)
                ours = [one for one in told if in_plugin(one)]
                print(f"{capture.relative_to(REPOSITORY)}, {name}: {len(told)} in all, {len(ours)} of the plugin, exit "
                      f"{done.returncode}", flush=True)
                for one in ours:
                    wrong += 1
                    print(*one, sep="\n")
                if done.returncode not in (0, 1):
                    wrong += 1
                    print(done.stderr[-1000:])
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(str(failure))
