#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests the environment of tlsdiag: closed streams, a missing tshark or plugin, and live interfaces."""
import json
import select
import signal
import sys
import unittest

import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import command as commands  # noqa: E402
from command import CAPTURES  # noqa: E402
from wireshark import read_by_other_end  # noqa: E402

command = None  # the Command, from main()

FAILED = "client_cert_missing/dtls"
WARNING = "missing_intermediate/aia_points_at_it"  # completed
CLEAN = "clean/tls13"


def capture(case):
    return command.share(CAPTURES / f"{case}.pcapng")


def tlsdiag(*arguments, **more):
    return command.tlsdiag(*arguments, **more)


class Surroundings(unittest.TestCase):
    """One line and 2, whatever is missing."""

    def check(self, script, *words):
        done = command.run("env", f"tlsdiag={command.program}", f"capture={capture(WARNING)}", "sh", "-c", script)
        self.assertEqual((done.returncode, done.stdout), (2, ""), script)
        self.assertRegex(done.stderr, r"\Atlsdiag: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_standard_output(self):
        self.check("$tlsdiag $capture >&-", "standard output is closed")
        for option in ("", "--json", "--csv", "--ladder", "--list"):
            self.check(f"$tlsdiag $capture {option} > /dev/full", "standard output: No space left on device")

    def test_standard_error(self):
        for redirection in ("2>&-", "2> /dev/full"):
            done = command.run("sh", "-c", f"{command.program} {capture(WARNING)} absent --json {redirection}")
            self.assertEqual((done.returncode, len(done.stdout.splitlines()), done.stderr), (2, 1, ""))

    def test_standard_input(self):
        self.check("$tlsdiag - <&-", "standard input: ")
        done = command.run("sh", "-c", f"{command.program} {capture(CLEAN)} <&-")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_no_temporary_folder(self):
        code = ("import sys, tempfile; sys.path[:0] = [sys.argv.pop(1)]; tempfile._candidate_tempdir_list = lambda: ['/x'];"
                "from tlsdiag_command.main import main; sys.exit(main())")
        self.check(f"/usr/bin/python3 -B -c \"{code}\" {command.prefix}/share/tlsdiag $capture", "temporary folder", "TMPDIR")

    def test_what_nobody_foresaw(self):
        code = ("import sys; sys.path[:0] = [sys.argv.pop(1)]; from tlsdiag_command import main; "
                "main.judge = lambda *_: [][0]; sys.exit(main.main())")
        self.check(f"/usr/bin/python3 -B -c \"{code}\" {command.prefix}/share/tlsdiag $capture", "IndexError")


class Live(unittest.TestCase):
    """From a pipe, which needs no rights."""

    def watch(self, *arguments):
        """The first line while the capture goes on; the rest after Ctrl-C; the exit code."""
        with command.start(command.program, "-i", "-", *arguments) as process:
            process.stdin.write((CAPTURES / f"{FAILED}.pcapng").read_bytes())
            process.stdin.flush()
            line = b""
            if "--json" in arguments:  # which comes at the end
                read_by_other_end(process.stdin)
            elif select.select([process.stdout], [], [], 30)[0]:
                line = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=30)
        self.assertEqual(errors, b"")
        return line.decode(), rest.decode(), process.returncode

    def test_verdicts_come_at_once_and_counts_at_the_end(self):
        line, rest, status = self.watch()
        self.assertIn("client_cert_missing", line)
        self.assertIn("1 conversation: 1 failed.", rest)
        self.assertNotIn("{", rest)
        self.assertEqual(status, 1)

    def test_json_at_the_end(self):
        line, rest, status = self.watch("--json", "--fail-on", "never")
        self.assertEqual(json.loads(line + rest)["outcome"], "failed")
        self.assertEqual(status, 0)

    def test_an_interface_that_cannot_be_opened(self):
        done = tlsdiag("-i", "no-such-interface")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Atlsdiag: no-such-interface: [^\n]+\n\Z")


class WithoutThePlugin(unittest.TestCase):
    def check(self, done, *words):
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Atlsdiag: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_it_says_what_to_do(self):
        nothing = command.root / "nothing"
        nothing.mkdir(exist_ok=True)
        without = ("env", f"WIRESHARK_PLUGIN_DIR={nothing}")
        if "tlsdiag" in command.run(*without, "tshark", "-G", "plugins").stdout:
            self.skipTest("a plugin is installed for everyone on this machine")
        path = capture(CLEAN)
        done = command.run(*without, command.program, "--version")
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (2, "the plugin tlsdiag is not loaded"))
        self.check(command.run(*without, command.program, path), "does not load the plugin", "install", "tlsdiag.so")

    def test_no_tshark(self):
        self.check(command.run("env", "TSHARK=/nonexistent/tshark", command.program, capture(CLEAN)), "not installed")
        self.assertEqual(command.run("env", "TSHARK=", command.program, capture(CLEAN)).returncode, 0)

    def test_what_is_no_tshark(self):
        """It may say all its options."""
        other = command.write("other", b"#!/bin/sh\nseq 1000 >&2; exit 2\n")
        other.chmod(0o755)
        done = command.run("env", f"TSHARK={other}", command.program, capture(CLEAN))
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 3))

    def test_a_plugin_that_is_too_old(self):
        old = command.write("old-tshark", b"#!/bin/sh\n[ \"$2\" = plugins ] || { echo 'tshark: Invalid -z argument "
                                          b"\"tlsdiag\"; it must be one of:' >&2; exit 1; }\n"
                                          b"printf 'tlsdiag.so\\t0.0.1\\tdissector\\t/x/tlsdiag.so\\n'\n")
        old.chmod(0o755)
        self.check(command.run("env", f"TSHARK={old}", command.program, capture(CLEAN)), "0.0.1", "update")


if __name__ == "__main__":
    sys.exit(commands.main(sys.modules[__name__], __doc__))
