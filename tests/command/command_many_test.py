#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests tlsdiag on many captures: order, summary, broken files, progress bar, memory, Ctrl-C."""
import collections
import contextlib
import fcntl
import io
import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import tracemalloc
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import command as commands  # noqa: E402
from command import CAPTURES, REPOSITORY  # noqa: E402

sys.dont_write_bytecode = True
sys.path.insert(0, str(REPOSITORY / "command"))
from tlsdiag_command import captures, main, progress, runs, summary, tally  # noqa: E402

command = None  # the Command, from main()

CASES = {"a_failed": "client_cert_missing/dtls", "b_warning": "missing_intermediate/aia_points_at_it",
         "c_clean": "clean/tls13", "d_no_tls": "clean/no_tls", "e_two": "missing_intermediate/one_node_of_two"}


def night():
    """A typical folder: captures of several kinds, some in subfolders, one broken, and other files."""
    folder = command.captures("night", **CASES)
    command.captures("night/inner", f_failed="client_cert_missing/dtls")
    command.write("night/README.txt", b"no capture\n")
    command.write("night/broken.pcap", b"garbage\n" * 10)
    command.write("night/unnamed", (CAPTURES / "clean" / "tls13.pcapng").read_bytes())
    return folder


ORDER = ["a_failed.pcapng", "b_warning.pcapng", "broken.pcap", "c_clean.pcapng", "d_no_tls.pcapng", "e_two.pcapng",
         "inner/f_failed.pcapng", "unnamed"]


class Folders(unittest.TestCase):
    def test_in_the_order_of_the_names_whatever_runs_side_by_side(self):
        folder = night()
        outputs = [command.tlsdiag(folder, "-j", jobs) for jobs in (1, 5)]
        self.assertEqual(outputs[0].stdout, outputs[1].stdout)
        self.assertEqual(outputs[0].stderr, outputs[1].stderr)
        self.assertEqual(outputs[0].returncode, 2)
        headings = re.findall(r"^== (.*)$", outputs[0].stdout, re.MULTILINE)
        self.assertEqual(headings, [f"{folder}/{name}" for name in ORDER if name != "broken.pcap"])
        self.assertRegex(outputs[0].stderr, rf"\Atlsdiag: {folder}/broken\.pcap: [^\n]+\n\Z")
        self.check_summary(outputs[0].stdout, folder)

    def check_summary(self, text, folder):
        for line in ("Summary of 8 captures: 4 with a problem, 1 not read to the end",
                     "7 conversations: 4 completed, 3 failed",
                     "  warning     client_cert_missing            2 conversations in 2 captures",
                     "  10.20.0.10:4433                          2 of 2 conversations failed   shop.fabrikam.test",
                     "  10.20.1.5                                2 of 2 conversations failed",
                     "  client_cert_missing             client 10.20.1.5",
                     f"      in 2 captures: {folder}/a_failed.pcapng, {folder}/inner/f_failed.pcapng"):
            self.assertIn(f"{line}\n", text)

    def test_data_have_nothing_else(self):
        done = command.tlsdiag("--json", night())
        files = collections.Counter(json.loads(line)["file"].rpartition("night/")[2] for line in
                                    done.stdout.splitlines())
        self.assertEqual(list(files), [name for name in ORDER if name not in ("broken.pcap", "d_no_tls.pcapng")])
        self.assertEqual(files["e_two.pcapng"], 2)
        self.assertEqual(done.stderr.count("\n"), 1, "in a pipe there is neither bar nor summary")

    def test_files_and_folders_as_they_are_given(self):
        folder = night()
        named = [folder / "inner", folder / "README.txt", folder / "c_clean.pcapng"]
        self.assertEqual(list(captures.find(list(map(str, named)))),
                         [str(folder / "inner" / "f_failed.pcapng"), *map(str, named[1:])])

    def test_names_of_captures(self):
        for name in ("x.pcap", "X.PCAPNG", "x.pcap.gz", "trace.pcap12", "ring_00001_20261120.pcapng", "x.cap.3.zst",
                     "x.pcap.lz4", "x.trc1"):
            self.assertTrue(captures.NAME.search(name), name)
        for name in ("x.pcap.expected.json", "x.txt", "pcap", "x.gz", "capture.tar"):
            self.assertFalse(captures.NAME.search(name), name)

    def test_a_folder_that_cannot_be_read(self):
        folder = command.captures("partly", a_failed="client_cert_missing/dtls", z_clean="clean/tls13")
        closed = folder / "closed"
        closed.mkdir(mode=0)
        self.addCleanup(closed.chmod, 0o755)
        done = command.tlsdiag("--json", folder)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.assertRegex(done.stderr, rf"\Atlsdiag: {closed}: [^\n]+\n\Z")

    def test_links_that_lead_nowhere(self):
        folder = command.captures("links", a_failed="client_cert_missing/dtls", z_clean="clean/tls13")
        closed = command.captures("closed")
        closed.chmod(0)
        self.addCleanup(closed.chmod, 0o755)
        for name, target in (("loop", "loop"), ("within", closed / "x"), ("absent.pcap", "nowhere"), ("other", "nowhere"),
                             ("folder", folder.parent)):
            (folder / name).symlink_to(target)
        done = command.tlsdiag("--json", folder)
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (2, 2))
        self.assertEqual(re.findall(r"^tlsdiag: (\S+): [^\n]+$", done.stderr.partition("\n")[2], re.MULTILINE),
                         [f"{folder}/{name}" for name in ("absent.pcap", "loop", "within")])
        self.assertIn(f"links to folders are not followed: {folder}/folder;", done.stderr.partition("\n")[0])

    def test_folders_in_folders(self):
        top = command.captures("deep")
        script = ("import os\nfor _ in range(1500): os.mkdir('d'); os.chmod('d', 0o755); os.chdir('d')\n"
                  "open('x.pcap', 'w').write('x')")
        subprocess.run([sys.executable, "-c", script], cwd=top, check=True)
        self.assertEqual(list(captures.find([str(top)])), [f"{top}/{'d/' * 1500}x.pcap"])
        self.addCleanup(subprocess.run, ["rm", "-rf", top], check=True)

    def test_names_that_wait_are_few_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            for number in range(10_000):
                pathlib.Path(folder, f"{number}.pcap").touch()
            tracemalloc.start()
            next(captures.find([folder]))
            self.assertLess(tracemalloc.get_traced_memory()[1], 10_000 * 160)
            tracemalloc.stop()

    def test_nobody_reads_on(self):
        done = command.run("sh", "-c", f"{command.program} --json {night()} {night()} 2>&1 | head -n 1")
        self.assertNotIn("Traceback", done.stdout + done.stderr)

    def test_a_folder_without_captures(self):
        empty = command.captures("empty")
        done = command.tlsdiag(empty)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(str(empty), done.stderr)


class Bar(unittest.TestCase):
    def test_on_a_terminal(self):
        folder = night()
        ours, its = pty.openpty()
        with contextlib.closing(os.fdopen(ours, "rb", buffering=0)) as terminal:
            done = command.start("sh", "-c", f"exec {command.program} --json {folder} 2>&{its}", pass_fds=(its,))
            os.close(its)
            output = done.communicate()[0].decode()
            shown = read_all(terminal)
        self.assertRegex(shown, r"\r\x1b\[K\[[#.]{20}\] \d of 8 captures  [\d,]+ packets/s  \d+:\d\d left")
        self.assertGreater(max(map(int, re.findall(r"(\d+) packets/s", shown))), 0)
        self.assertIn("Summary of 8 captures", shown)
        self.assertEqual(output, command.tlsdiag("--json", folder).stdout, "the bar changes nothing of the results")

    def test_it_is_not_drawn_into_the_report(self):
        """Captures continue to be processed while the results are printed."""
        with mock.patch.object(sys, "stderr", Terminal()) as terminal:
            bar = progress.Progress(3, 1000)
            bar.count(1, 1)
            self.assertEqual(terminal.getvalue(), "")
            with bar.shown_while_waiting():
                bar.count(1, 1)
            drawn = terminal.getvalue()
            bar.count(1, 1)
        self.assertRegex(drawn, r"\A\r\x1b\[K\[.*2 of 3 captures.*\r\x1b\[K\Z")
        self.assertEqual(terminal.getvalue(), drawn)

    def test_it_fits_its_terminal(self):
        """Standard output may have another width, or none."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 50, 0, 0))
        with contextlib.closing(os.fdopen(ours, "rb", buffering=0)) as terminal:
            done = command.start("sh", "-c", f"exec {command.program} --json {night()} 2>&{its}", pass_fds=(its,))
            os.close(its)
            done.communicate()
            shown = re.findall(r"\r\x1b\[K([^\r\n]+)", read_all(terminal))
        lines = [line for line in shown if re.match(r"(\[[#.]{5,}\] )?\d of 8 captures", line)]
        self.assertTrue(lines)
        self.assertLess(max(map(len, lines)), 50)

    def test_the_line(self):
        bar = progress.Progress(200, 1000)
        bar.count(5000, 250)
        self.assertEqual(bar.line(10), "[#####...............] 1 of 200 captures  500 packets/s  0:30 left")
        bar.count(0, 750)
        self.assertIn("0:00 left", bar.line(4000))
        self.assertEqual(bar.line(10, 54), "[#######] 2 of 200 captures  500 packets/s  0:00 left")
        self.assertEqual(bar.line(10, 51), "2 of 200 captures  500 packets/s  0:00 left")


class Terminal(io.StringIO):
    def isatty(self):
        return True

    def fileno(self):
        raise OSError


def read_all(terminal):
    shown = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while part := terminal.read(65536):
            shown += part
    return shown.decode()


TABLE = "====\n| 0.000 <> 0.396 |     16 |  3300 |\n====\n"  # -z io,stat


class WithAnotherTshark(unittest.TestCase):
    """What takes too long with the real one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)

    def pretend(self, script):
        program = self.folder / "tshark"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    def peak(self, how_many):
        """The most memory that was in use while so many captures were judged."""
        options = main.command_line.parse(["--json", "-j", "4", *[__file__] * how_many])
        with tempfile.TemporaryDirectory() as spool, contextlib.redirect_stdout(io.StringIO()) as output:
            output.write = len  # keeps nothing
            tracemalloc.start()
            self.assertEqual(main.judge(options, pathlib.Path(spool)), 1)
            self.assertEqual([path.name for path in pathlib.Path(spool).iterdir()], ["summary.sqlite"])
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return most

    def test_memory_does_not_grow_with_the_captures(self):
        line = command.tshark("-q", "-r", command.share(CAPTURES / "client_cert_missing/dtls.pcapng"), "-z",
                              "tlsdiag,json")
        (self.folder / "lines").write_text(TABLE + line * 20, encoding="utf-8")
        program = self.pretend(f"exec cat {self.folder}/lines")
        with mock.patch.dict(os.environ, TSHARK=str(program)), mock.patch.object(runs, "AHEAD", 20):
            self.peak(10)
            few, many = self.peak(40), self.peak(400)
        self.assertLess(many, few * 1.2 + 60_000)

    def run_with(self, program, script):
        """The script, in which $tlsdiag and $capture stand for what they say."""
        capture = command.share(CAPTURES / "clean/tls13.pcapng")
        return command.run("env", f"TSHARK={program}", f"tlsdiag={command.program}", f"capture={capture}", "sh", "-c", script)

    def test_a_temporary_folder_that_is_full(self):
        """Not a part of the results as if it were all; tshark itself does not notice."""
        program = self.pretend("yes '{\"schema\":1,\"conversation\":0}' | head -c 200000")
        done = self.run_with(program, "ulimit -f 64; exec $tlsdiag --json $capture $capture")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"\A(tlsdiag: /\S+/tls13\.pcapng: [^\n]*\(TMPDIR\): File too large\n){2}\Z")

    def test_what_is_no_fault_of_the_temporary_folder(self):
        done = self.run_with("tshark", "ulimit -n 12; exec $tlsdiag --json -j 8 $capture $capture $capture $capture")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\A(tlsdiag: [^\n]*: Too many open files\n)+\Z")
        self.assertNotIn("TMPDIR", done.stderr)

    def test_a_line_that_is_broken_off(self):
        line = command.tshark("-q", "-r", command.share(CAPTURES / "clean/tls13.pcapng"), "-z", "tlsdiag,json")
        (self.folder / "lines").write_text(TABLE + line + line[:100], encoding="utf-8")
        done = self.run_with(self.pretend(f"exec cat {self.folder}/lines"), "exec $tlsdiag --json $capture")
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (2, 1))
        self.assertRegex(done.stderr, r"\Atlsdiag: \S+: tshark's results are incomplete\n\Z")

    def test_signals_end_all(self):
        capture = command.share(CAPTURES / "clean/tls13.pcapng")
        program = self.pretend(f"echo $$ >> {self.folder}/pids; exec sleep 60")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            (self.folder / "pids").write_text("", encoding="utf-8")
            (self.folder / "pids").chmod(0o666)
            with command.start("env", f"TSHARK={program}", f"TMPDIR={command.root}/home", command.program, "-j", "2",
                               capture, capture, capture) as process:
                self.wait_for(lambda: len(self.pids()) == 2)
                process.send_signal(number)
                _, errors = process.communicate(timeout=20)
            self.assertEqual((process.returncode, errors), (128 + number, b""))
            self.assertEqual(len(self.pids()), 2, "no other is begun")
            self.wait_for(self.have_ended)
            self.assertEqual(list((command.root / "home").glob("tlsdiag-*")), [])

    def test_a_capture_on_an_interface_ends_with_its_reader_and_its_terminal(self):
        for leave in (lambda process: process.stdout.close(), lambda process: process.send_signal(signal.SIGHUP)):
            self.check_that_it_ends(leave)

    def check_that_it_ends(self, leave):
        program = self.pretend(f"echo $$ > {self.folder}/pids; echo verdict; exec sleep 60")
        (self.folder / "pids").touch()
        (self.folder / "pids").chmod(0o666)
        with command.start("env", f"TSHARK={program}", command.program, "-i", "x") as process:
            self.assertEqual(process.stdout.readline(), b"verdict\n")
            leave(process)
            self.wait_for(lambda: process.poll() is not None)
        self.assertTrue(self.have_ended())

    def have_ended(self):
        return not any(pathlib.Path(f"/proc/{pid}").exists() for pid in self.pids())

    def pids(self):
        return (self.folder / "pids").read_text("utf-8").split()

    def wait_for(self, condition):
        end = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), end, "it did not come to this")
            time.sleep(0.05)


class Summaries(unittest.TestCase):
    @staticmethod
    def conversation(client, outcome, *findings):
        return {"client": client, "server": "[2001:db8::2]:443", "sni": None, "outcome": outcome,
                "findings": [{"id": name, "severity": severity, "side": side} for name, severity, side in findings]}

    def test_levels(self):
        for conversation, level in ((self.conversation(None, "completed"), "never"),
                                    (self.conversation(None, "unseen", ("capture_incomplete", "note", "capture")),
                                     "never"),
                                    (self.conversation(None, "completed", ("expired", "warning", "server")), "warning"),
                                    (self.conversation(None, "completed", ("fatal_alert", "error", "server")), "error"),
                                    (self.conversation(None, "failed"), "failed")):
            counted = tally.Tally()
            counted.add(conversation)
            self.assertEqual(counted.level, tally.LEVELS[level])
            for asked in ("failed", "error", "warning", "never"):
                self.assertEqual(tally.is_reached(asked, counted.level),
                                 asked != "never" and tally.LEVELS[asked] <= counted.level)

    def test_both_sides_have_it(self):
        """In one conversation."""
        counted = tally.Tally()
        counted.add(self.conversation("10.0.0.1:4000", "failed", ("expired", "warning", "client"),
                                      ("expired", "warning", "server")))
        with tempfile.TemporaryDirectory() as spool:
            counting = summary.Summary(pathlib.Path(spool))
            for number in range(2):
                counting.add(f"{number}.pcap", counted, True)
            text = counting.text()
        self.assertIn("  warning     expired                        2 conversations in 2 captures\n", text)
        self.assertIn("  expired                         client 10.0.0.1\n", text)

    def test_whose_fault(self):
        counted = tally.Tally()
        counted.add(self.conversation("10.0.0.1:4000", "failed", ("client_cert_missing", "warning", "client"),
                                      ("expired", "warning", "server"), ("path_mtu_black_hole", "warning", "network")))
        with tempfile.TemporaryDirectory() as spool:
            counting = summary.Summary(pathlib.Path(spool))
            for number in range(6):
                counting.add(f"{number}\x1b.pcap", counted, True)
            text = counting.text()
        for line in ("Summary of 6 captures: 6 with a problem\n6 conversations: 6 failed\n",
                     "  expired                         server [2001:db8::2]:443\n      in 6 captures: 0\\x1b.pcap, "
                     "1\\x1b.pcap, 2\\x1b.pcap, 3\\x1b.pcap, ...\n",
                     "  client_cert_missing             client 10.0.0.1\n",
                     "  path_mtu_black_hole             network, server [2001:db8::2]:443\n"):
            self.assertIn(line, text)


if __name__ == "__main__":
    sys.exit(commands.main(sys.modules[__name__], __doc__))
