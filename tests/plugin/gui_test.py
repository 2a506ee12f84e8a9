#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests Wireshark's GUI with the plugin, on a virtual display and as an ordinary user; gui_cases.py has the cases.

    gui_test.py --plugins DIR --out DIR CAPTURES
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hostile  # noqa: E402
from wireshark import NOBODY, Failure, Wireshark  # noqa: E402

SKIPPED = 77
TOOLS = ["wireshark", "Xvfb", "openbox", "dbus-run-session", "import"]
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's bindings
BINDINGS = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
HERE = pathlib.Path(__file__).resolve().parent
FILES = [HERE / "gui_cases.py", HERE / "gui_desktop.py", HERE.parent / "support" / "hostile.py"]
CAPTURES = ["missing_intermediate/refused_bare_leaf.pcapng", "clean/no_tls.pcapng"]
BROWSER = """#!/bin/sh
printf %s "${1#file://}" >"$HOME/opened.path"
cp "${1#file://}" "$HOME/opened.part" && mv "$HOME/opened.part" "$HOME/opened.html"
"""
COMPLAINT = re.compile(r"^(?!dbus-daemon).*(?:CRITICAL|ERROR|GLib|tlsdiag|[Aa]ssert).*", re.MULTILINE)
TIMEOUT = 240


def missing():
    """What this machine lacks to run the test."""
    lacks = [tool for tool in TOOLS if not shutil.which(tool)]
    if subprocess.run([PYTHON, "-c", BINDINGS], capture_output=True, check=False).returncode != 0:
        lacks.append("python3-gi and gir1.2-atspi-2.0")
    return lacks


def home(wireshark):
    """The unprivileged user's folders; Wireshark writes into its configuration."""
    wireshark.configure({"gui.update.enabled": "FALSE", "tlsdiag.trust_store": "none"})
    folder = wireshark.root / "home"
    folder.chmod(0o700)
    if os.geteuid() == 0:
        for path in (wireshark.root / "config").rglob("*"):
            os.chown(path, NOBODY, NOBODY)
        os.chown(wireshark.root / "config", NOBODY, NOBODY)
    return folder


def run_cases(wireshark, captures, out):
    folder = home(wireshark)
    for path in FILES:
        wireshark.share(path)
    wireshark.write("xdg-open", BROWSER.encode()).chmod(0o755)
    for name in CAPTURES:
        shutil.copy(wireshark.share(captures / name), folder)
    (folder / "hostile.pcap").write_bytes(hostile.capture())
    with wireshark.start("Xvfb", "-displayfd", "1", "-screen", "0", "1280x960x24", "-nolisten", "tcp") as display:
        try:
            wireshark.environment |= {"DISPLAY": f":{display.stdout.readline().decode().strip()}",
                                      "XDG_RUNTIME_DIR": str(folder), "QT_QPA_PLATFORM": "xcb",
                                      "PATH": f"{wireshark.root}:{os.environ['PATH']}"}
            manager = wireshark.start("openbox")
            cases = wireshark.start("dbus-run-session", "--", PYTHON, "gui_cases.py", folder)
            try:
                said, errors = cases.communicate(timeout=TIMEOUT)
            finally:
                for process in (cases, manager):
                    process.kill()
                    process.wait()
        finally:
            display.kill()
    print(said.decode(), end="")
    if cases.returncode != 0:
        if (folder / "failure.png").exists():
            out.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "failure.png", out)
        raise Failure(f"see {out}/failure.png\n{errors.decode()}")
    if complaints := COMPLAINT.findall(errors.decode()):
        raise Failure("\n".join(["Wireshark complains:", *complaints]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="where a failure's screenshot goes")
    parser.add_argument("captures", type=pathlib.Path, help="the folder of the shipped captures")
    arguments = parser.parse_args()
    if lacks := missing():
        print(f"SKIPPED: the GUI is not tested, for this machine lacks {', '.join(lacks)}")
        return SKIPPED
    try:
        with Wireshark(arguments.plugins) as wireshark:
            run_cases(wireshark, arguments.captures, arguments.out)
    except (Failure, subprocess.TimeoutExpired) as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
