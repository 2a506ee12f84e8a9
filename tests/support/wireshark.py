# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the real tshark and sharkd with the built plugin, isolated from this machine's Wireshark configuration.

Wireshark ignores WIRESHARK_PLUGIN_DIR for uid 0, so root runs it as an unprivileged user. Plugin, captures and
configuration are therefore copied to a temporary folder that every user can read.
"""
import argparse
import fcntl
import json
import os
import pathlib
import pty
import shutil
import struct
import subprocess
import tempfile
import termios
import time

NOBODY = 65534
TIMEOUT = 120
CUT_SHORT = 2  # tshark's exit status for a file that ends within a packet
# Wireshark allocates some hundred megabytes while it starts. In huge pages, and without returning them, a start takes a third
# less time, and a test consists of starts.
TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:glibc.malloc.top_pad=67108864"


class Failure(Exception):
    """The failure of a test."""


def check(what, condition):
    if not condition:
        raise Failure(what)


def read_by_other_end(pipe):
    """Waits until everything written to the pipe has been read."""
    end = time.monotonic() + TIMEOUT
    while any(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))):
        check("what was written to the pipe is not read", time.monotonic() < end)
        time.sleep(0.01)


def read_to_end(terminal):
    written = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end is closed: EIO
            part = b""
        if not part:
            return written
        written += part


def unlawful_errors(conversation, lawful=("fatal_alert",)):
    """The severity law: a completed conversation (an object of the JSON) has no error except a late fatal alert."""
    completed = conversation["outcome"] == "completed"
    return [finding["id"] for finding in conversation["findings"]
            if completed and finding["severity"] == "error" and finding["id"] not in lawful]


class Wireshark:
    def __init__(self, plugins, environment=None):
        self._folder = tempfile.TemporaryDirectory(prefix="tlsdiag-test-")
        self.root = pathlib.Path(self._folder.name)
        self.root.chmod(0o755)
        self.environment = environment or {}  # variables that a test adds to those of every run
        shutil.copytree(plugins, self.root / "plugins")
        (self.root / "home").mkdir()
        if os.geteuid() == 0:
            os.chown(self.root / "home", NOBODY, NOBODY)
        for path in (self.root / "plugins").rglob("*"):
            path.chmod(0o755)
        self._prove_plugin()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def share(self, path, name=None):
        """A copy of this file that the unprivileged user can read."""
        return self.write(name or pathlib.Path(path).name, pathlib.Path(path).read_bytes())

    def write(self, name, content):
        copy = self.root / name
        copy.write_bytes(content)
        copy.chmod(0o644)
        return copy

    def configure(self, preferences):
        """Sets Wireshark's preferences, for tshark and sharkd alike."""
        folder = self.root / "config"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        lines = [f"{name}: {value}\n" for name, value in preferences.items()]
        (folder / "preferences").write_text("".join(lines), encoding="utf-8")
        (folder / "preferences").chmod(0o644)

    def _surroundings(self):
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self.root / "home"),
            "GLIBC_TUNABLES": TUNABLES,
            "WIRESHARK_PLUGIN_DIR": str(self.root / "plugins"),
            "WIRESHARK_CONFIG_DIR": str(self.root / "config"),
            **self.environment,
        }
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        return {"cwd": self.root, "env": environment, **as_nobody}

    def run(self, program, *arguments, stdin=None):
        return subprocess.run([program, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                              encoding="utf-8", errors="replace", timeout=TIMEOUT, check=False,
                              **self._surroundings())

    def start(self, program, *arguments, **more):
        """The process, with pipes of bytes, while it runs."""
        return subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **self._surroundings(), **more)

    def on_terminal(self, program, *arguments):
        """The output of the program on a terminal (80 columns wide)."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
        with subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=theirs,
                              stderr=subprocess.DEVNULL, **self._surroundings()) as process:
            os.close(theirs)
            written = read_to_end(ours)
            process.wait(timeout=TIMEOUT)
        os.close(ours)
        return written.decode().replace("\r\n", "\n")

    def tshark(self, *arguments, may_exit=()):
        """The output of tshark; raises Failure if tshark fails."""
        done = self.run("tshark", *arguments)
        if done.returncode not in (0, *may_exit):
            raise Failure(f"tshark {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def conversations(self, capture, may_exit=()):
        """The parsed output of `-z tlsdiag,json`."""
        output = self.tshark("-q", "-r", capture, "-z", "tlsdiag,json", may_exit=may_exit)
        return [json.loads(line) for line in output.splitlines()]

    def sharkd(self, *requests, profile=None, may_fail=()):
        """The results of these (method, params) requests, in their order; None for what failed and may fail."""
        lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
                 for number, (method, params) in enumerate(requests, start=1)]
        mode = ["-C", profile] if profile else ["-"]
        done = self.run("sharkd", *mode, stdin="\n".join(lines) + "\n")
        answers = {}
        for line in done.stdout.splitlines():
            try:
                answer = json.loads(line)
            except ValueError:  # it crashed while it wrote
                break
            answers[answer.get("id")] = answer
        results = []
        for number, (method, params) in enumerate(requests, start=1):
            answer = answers.get(number, {})
            if "result" not in answer and method not in may_fail:
                raise Failure(f"sharkd {method} {params}: {answer or 'no answer'}, exit {done.returncode}\n{done.stderr}")
            results.append(answer.get("result"))
        return results

    def _prove_plugin(self):
        """A test that runs without the plugin, or with one that is installed on this machine, proves nothing."""
        listed = self.run("env", "WIRESHARK_EXTCAP_DIR=/nonexistent", "tshark", "-G", "plugins")  # it would start each of them
        loaded = [line.split("\t")[-1].strip() for line in listed.stdout.splitlines()
                  if line.split()[:1] == ["tlsdiag.so"]]
        if not loaded:
            raise Failure(f"tshark does not load the plugin\n{listed.stdout}{listed.stderr}")
        under_test = (self.root / "plugins").resolve()
        for path in loaded:
            if under_test not in pathlib.Path(path).resolve().parents:
                raise Failure(f"tshark loads {path}, which is not the plugin under test: remove that copy, or find out why "
                              "WIRESHARK_PLUGIN_DIR is ignored (Wireshark ignores it for uid 0)")


def run_test(description, test):
    """Runs test(wireshark, folder of the shipped captures) with the command line's options; returns the exit status."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("captures", type=pathlib.Path, help="the folder of the shipped captures")
    arguments = parser.parse_args()
    try:
        with Wireshark(arguments.plugins) as wireshark:
            test(wireshark, arguments.captures)
    except Failure as failure:
        print(failure)
        return 1
    return 0
