#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks with strace that tshark, sharkd and the command tlsdiag use no network and write only requested files, with the
plugin and without it.

    quiet_test.py --plugins DIR --build DIR

Only what tshark does more often with the plugin than without it counts. The command keeps the output of tshark in a
temporary folder and leaves nothing there.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from command import Command  # noqa: E402
from wireshark import Failure  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
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
COMMANDS = {  # of the command, and a word of its answer
    "report": ((), "at fault"),
    "json": (("--json",), '"schema"'),
    "csv": (("--csv",), "outcome,cause"),
    "page": (("--html", "home/page.html"), ""),
    "inventory": (("--inventory",), "TLS 1."),
}
CAPTURES = ("missing_intermediate", "client_cert_missing", "ocsp_revoked", "no_shared_cipher", "starttls_refused",
            "expired")


def is_loud(call):
    """Reading files is fine, and so is looking for files that do not exist."""
    if re.search(r"\bopen(at2?)?\(", call):
        return re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND", call) is not None
    return not call.startswith(("+++", "---", "exit"))


def loud_calls(wireshark, arguments, plugins, stdin=None):
    trace = wireshark.root / "home" / "trace"
    done = wireshark.run("strace", "-f", "-qq", "-o", trace, "-e", f"trace={','.join(CALLS)}",
                         "env", f"WIRESHARK_PLUGIN_DIR={plugins}", f"TMPDIR={spool(wireshark)}", *arguments, stdin=stdin)
    if done.returncode != 0 and arguments[0] != wireshark.program:  # 1: something is wrong with the handshakes
        raise Failure(f"{' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr}")
    lines = [line.split(maxsplit=1)[1] for line in pathlib.Path(trace).read_text(errors="replace").splitlines()]
    loud = [re.sub(r"0x[0-9a-f]+|\[pid \d+\]|/\* \d+ vars \*/", "", line) for line in lines if is_loud(line)]
    return [re.sub(r"WIRESHARK_PLUGIN_DIR=[^\"]*", "", line) for line in loud], done.stdout


def without_plugin(wireshark):
    nothing = wireshark.root / "nothing"
    nothing.mkdir(exist_ok=True)
    nothing.chmod(0o755)
    return nothing


def spool(wireshark):
    folder = wireshark.root / "home" / "spool"
    if not folder.exists():
        folder.mkdir()
        folder.chmod(0o777)
    return folder


def more_often(together, alone, also=()):
    for call in sorted(set(together)):
        asked_for = call.startswith("execve") or any(word in call for word in ("page.html", *also))
        if together.count(call) > alone.count(call) and not asked_for:
            yield call


def check(wireshark, capture, name):
    asked, word = RUNS[name]
    rest = ["-2", "-V"] if "-V" in asked else ["-q", "-z", "io,stat,0"]
    tshark = ["tshark", "-r", capture, *rest]
    alone, _ = loud_calls(wireshark, tshark, without_plugin(wireshark))
    together, shown = loud_calls(wireshark, [*tshark, *asked], wireshark.root / "plugins")
    if word not in shown:
        yield f"{capture.name}, {name}: the plugin said nothing"
    for call in more_often(together, alone):
        yield f"{capture.name}, {name}: {call}"


def check_sharkd(wireshark, capture):
    asked = [("load", {"file": str(capture)}), ("frames", {"limit": 100}), ("frame", {"frame": 6, "proto": True}),
             ("load", {"file": str(capture)}), ("bye", {})]
    requests = "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"
                       for number, (method, params) in enumerate(asked, start=1))
    alone, _ = loud_calls(wireshark, ["sharkd", "-"], without_plugin(wireshark), requests)
    together, shown = loud_calls(wireshark, ["sharkd", "-"], wireshark.root / "plugins", requests)
    if "TLS Diagnosis" not in shown:
        yield f"{capture.name}, sharkd: the plugin said nothing: {shown[:300]}"
    for call in more_often(together, alone):
        yield f"{capture.name}, sharkd: {call}"


def check_command(wireshark, capture, name):
    """Against tshark alone: the command's own doing counts, too. The page that was asked for is copied to its folder with
    sendfile, which strace counts to the network; to get there it would need a socket."""
    asked, word = COMMANDS[name]
    alone, _ = loud_calls(wireshark, ["tshark", "-r", capture, "-q", "-z", "io,stat,0"], without_plugin(wireshark))
    together, shown = loud_calls(wireshark, [wireshark.program, *asked, capture], wireshark.root / "plugins")
    if word not in shown:
        yield f"{capture.name}, tlsdiag {name}: it said nothing: {shown[:300]}"
    for call in more_often(together, alone, [str(spool(wireshark)), "/dev/null", 'mkdir("home"', "sendfile("]):
        yield f"{capture.name}, tlsdiag {name}: {call}"
    for left in spool(wireshark).iterdir():
        yield f"{capture.name}, tlsdiag {name}: leaves {left}"


def prove_hearing(wireshark, capture):
    """A requested file is noticed."""
    copy = wireshark.root / "home" / "copy.pcapng"
    loud, _ = loud_calls(wireshark, ["tshark", "-r", capture, "-w", copy], wireshark.root / "plugins")
    if not any(copy.name in call for call in loud):
        raise Failure("strace does not show the file that tshark was asked to write")


def may_trace():
    done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--build", required=True, help="the build folder, to install the command from")
    arguments = parser.parse_args()
    if not may_trace():
        print("SKIPPED: strace may not trace here (ptrace is not permitted)")
        return SKIPPED
    wrong = []
    with Command(arguments.plugins, arguments.build) as wireshark:
        wireshark.configure({})
        for number, folder in enumerate(CAPTURES):
            capture = wireshark.share(sorted((REPOSITORY / "captures" / folder).glob("*.pcapng"))[0])
            if number == 0:
                prove_hearing(wireshark, capture)
            name = list(RUNS)[number % len(RUNS)]
            wrong += check(wireshark, capture, name)
        wrong += check_sharkd(wireshark, capture)
        for name in COMMANDS:
            wrong += check_command(wireshark, capture, name)
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
