#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""No network, and nothing written but what was asked for: tshark under strace, with the plugin and without it.

    quiet_test.py --plugins DIR

What tshark does by itself is not the plugin's: only what it does more often with the plugin counts.
"""
import argparse
import pathlib
import re
import subprocess
import sys

from wireshark import Failure, Wireshark

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
SKIPPED = 77
CALLS = ("network", "open", "openat", "openat2", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink",
         "unlinkat", "link", "linkat", "symlink", "symlinkat", "truncate", "chmod", "fchmodat", "execve", "execveat")
RUNS = {  # what is asked of the plugin, and a word of its answer
    "report": (("-z", "tlsdiag"), "at fault"),
    "json": (("-z", "tlsdiag,json"), '"schema"'),
    "live": (("-z", "tlsdiag,live"), "failed"),
    "ladder": (("-z", "tlsdiag,ladder"), "ClientHello"),
    "two passes": (("-2", "-V"), "TLS Diagnosis"),
    "page": (("-z", "tlsdiag,html,home/page.html"), ""),
}
CAPTURES = ("missing_intermediate", "client_cert_missing", "ocsp_revoked", "no_shared_cipher", "starttls_refused",
            "expired")


def is_loud(call):
    """Reading files is quiet; so is asking for them in vain."""
    if re.search(r"\bopen(at2?)?\(", call):
        return re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND", call) is not None
    return not call.startswith(("+++", "---", "exit"))


def loud_calls(wireshark, trace, capture, arguments, plugins):
    done = wireshark.run("strace", "-f", "-qq", "-o", trace, "-e", f"trace={','.join(CALLS)}",
                         "env", f"WIRESHARK_PLUGIN_DIR={plugins}", "tshark", "-r", capture, *arguments)
    if done.returncode != 0:
        raise Failure(f"tshark {' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
    lines = [line.split(maxsplit=1)[1] for line in pathlib.Path(trace).read_text(errors="replace").splitlines()]
    loud = [re.sub(r"0x[0-9a-f]+|\[pid \d+\]|/\* \d+ vars \*/", "", line) for line in lines if is_loud(line)]
    return [re.sub(r"WIRESHARK_PLUGIN_DIR=[^\"]*", "", line) for line in loud], done.stdout


def check(wireshark, capture, name):
    nothing = wireshark.root / "nothing"
    nothing.mkdir(exist_ok=True)
    nothing.chmod(0o755)
    trace = wireshark.root / "home" / "trace"
    asked, word = RUNS[name]
    rest = ["-2", "-V"] if "-V" in asked else ["-q", "-z", "io,stat,0"]
    alone, _ = loud_calls(wireshark, trace, capture, rest, nothing)
    together, shown = loud_calls(wireshark, trace, capture, [*rest, *asked], wireshark.root / "plugins")
    if word not in shown:
        yield f"{capture.name}, {name}: the plugin said nothing"
    for call in set(together):
        asked_for = call.startswith("execve") or "page.html" in call
        if together.count(call) > alone.count(call) and not asked_for:
            yield f"{capture.name}, {name}: {call}"


def prove_hearing(wireshark, capture):
    """A file that is asked for is heard."""
    copy = wireshark.root / "home" / "copy.pcapng"
    trace = wireshark.root / "home" / "trace"
    loud, _ = loud_calls(wireshark, trace, capture, ["-w", copy], wireshark.root / "plugins")
    if not any(copy.name in call for call in loud):
        raise Failure("strace does not show the file that tshark was asked to write")


def may_trace():
    done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    arguments = parser.parse_args()
    if not may_trace():
        print("SKIPPED: strace may not trace here (ptrace is not permitted)")
        return SKIPPED
    wrong = []
    with Wireshark(arguments.plugins) as wireshark:
        wireshark.configure({})
        for number, folder in enumerate(CAPTURES):
            capture = wireshark.share(sorted((REPOSITORY / "captures" / folder).glob("*.pcapng"))[0])
            if number == 0:
                prove_hearing(wireshark, capture)
            name = list(RUNS)[number % len(RUNS)]
            wrong += check(wireshark, capture, name)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FileNotFoundError as missing:
        print(f"SKIPPED: {missing}")
        sys.exit(SKIPPED)
    except Failure as failure:
        sys.exit(str(failure))
