# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the installed command tlsdiag with the real tshark and the built plugin."""
import argparse
import os
import pathlib
import subprocess
import sys
import unittest

from wireshark import Failure, Wireshark

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = REPOSITORY / "captures"


class Command(Wireshark):
    def __init__(self, plugins, build):
        super().__init__(plugins)
        self.prefix = self.root / "prefix"
        done = subprocess.run(["cmake", "--install", build, "--component", "command", "--prefix", self.prefix],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"cmake --install: {done.stdout}{done.stderr}")
        for path in self.prefix.rglob("*"):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        self.program = self.prefix / "bin" / "tlsdiag"
        self.path = f"{self.program.parent}:{os.environ['PATH']}"
        # The roots that the machine trusts must not matter.
        self.configure({"tlsdiag.trust_store": "none"})

    def tlsdiag(self, *arguments, stdin=None):
        return self.run(self.program, *arguments, stdin=stdin)

    def captures(self, folder, **names):
        """A folder with copies of shipped captures: name="case/file"."""
        made = self.root / folder
        made.mkdir(parents=True, exist_ok=True)
        made.chmod(0o755)
        for name, case in names.items():
            self.write(f"{folder}/{name}.pcapng", (CAPTURES / f"{case}.pcapng").read_bytes())
        return made


def main(module, description):
    """Runs the module's tests; `module.command` is the Command."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--build", required=True, help="the build folder, to install from")
    arguments, others = parser.parse_known_args()
    try:
        with Command(arguments.plugins, arguments.build) as command:
            module.command = command
            return 0 if unittest.main(module, argv=[sys.argv[0], *others], exit=False).result.wasSuccessful() else 1
    except Failure as failure:
        print(failure)
        return 1
