#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests tlsdiag --html, --svg and --inventory: which files they write, and the results for many captures."""
import csv
import io
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import command as commands  # noqa: E402
from command import CAPTURES, REPOSITORY  # noqa: E402

sys.dont_write_bytecode = True
sys.path.insert(0, str(REPOSITORY / "command"))
from tlsdiag_command import inventory, inventory_text  # noqa: E402

command = None  # the Command, from main()

TWO = "missing_intermediate/one_node_of_two"  # one of them has a problem
CASES = {"a": TWO, "b": "clean/tls13"}


def folder_for(name):
    """One that the unprivileged user may fill."""
    folder = command.root / "home" / name
    command.run("mkdir", folder)
    return folder


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_file())


class Pages(unittest.TestCase):
    def test_html_of_one(self):
        capture = command.share(CAPTURES / f"{TWO}.pcapng", "with, comma.pcapng")
        folder = folder_for("one")
        direct = folder / "direct.html"
        command.tshark("-q", "-r", capture, "-z", f"tlsdiag,html,{direct}")
        done = command.tlsdiag("--html", folder / "a,b.html", capture)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(done.stdout, f"{folder}/a,b.html: 2 conversations\n")
        self.assertEqual((folder / "a,b.html").read_text("utf-8"), direct.read_text("utf-8"))
        self.assertEqual((folder / "a,b.html").stat().st_mode & 0o777, 0o644)
        self.assertEqual(command.tlsdiag("--html", folder, capture).returncode, 1)
        self.assertEqual(files_below(folder), ["a,b.html", "direct.html", "with, comma.pcapng.html"])

    def test_html_of_many(self):
        captures, folder = command.captures("pages", **CASES), folder_for("many")
        command.captures("pages/inner", c="clean/no_tls")
        done = command.tlsdiag("--json", "--html", folder / "night", captures)
        self.assertEqual(done.returncode, 1, done.stderr)
        inside = str(captures).lstrip("/")
        self.assertEqual(files_below(folder / "night"), [f"{inside}/{name}.pcapng.html" for name in ("a", "b",
                                                                                                     "inner/c")])

    def test_svg(self):
        captures, folder = command.captures("drawn", **CASES), folder_for("drawings")
        done = command.tlsdiag("--svg", folder, captures / "a.pcapng")
        self.assertEqual((done.returncode, done.stdout), (1, f"{folder}/a.pcapng: 1 drawing\n"))
        self.assertEqual(files_below(folder), ["a.pcapng.1.svg"])
        direct = folder_for("direct") / "1.svg"
        command.tshark("-q", "-r", captures / "a.pcapng", "-z", f"tlsdiag,svg,{direct},tcp.stream==1")
        self.assertEqual((folder / "a.pcapng.1.svg").read_text("utf-8"), direct.read_text("utf-8"))
        command.tlsdiag("--svg", folder, captures / "a.pcapng", "-Y", "tls")
        self.assertEqual(files_below(folder), ["a.pcapng.0.svg", "a.pcapng.1.svg"], "a filter chooses healthy ones too")
        self.assertEqual(command.tlsdiag("--svg", folder_for("none"), captures / "b.pcapng").stdout,
                         f"{command.root}/home/none/b.pcapng: 0 drawings\n")

    def test_both_at_once(self):
        captures, folder = command.captures("both", **CASES), folder_for("both")
        done = command.tlsdiag("--html", folder / "a.html", "--svg", folder, captures / "a.pcapng")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(files_below(folder), ["a.html", "a.pcapng.1.svg"])

    def test_a_folder_of_pages_by_what_is_asked(self):
        captures, folder = command.captures("single", a=TWO), folder_for("asked")
        command.tlsdiag("--html", folder / "night", captures)
        self.assertEqual(files_below(folder), [f"night/{str(captures).lstrip('/')}/a.pcapng.html"])

    def test_other_files_are_not_overwritten(self):
        captures, folder = command.captures("kept", **CASES), folder_for("kept-pages")
        command.run("sh", "-c", f"cp {captures}/* {folder}; echo text > {folder}/text; echo '<html>' > {folder}/page; "
                                f": > {folder}/empty")
        content = (folder / "a.pcapng").read_bytes()
        for words, reason in (("a.pcapng a.pcapng", "is the capture"), ("a.pcapng b.pcapng", "is not a page"),
                              ("a.pcapng a.pcapng b.pcapng", "several captures need a folder"),
                              ("page .", "several captures need a folder"), ("text a.pcapng", "is not a page")):
            done = command.run("env", "-C", folder, command.program, "--html", *words.split())
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertRegex(done.stderr, rf"\Atlsdiag: --html [^\n]*{reason}[^\n]*\n\Z")
        self.assertEqual((folder / "a.pcapng").read_bytes(), content)
        for name in ("page", "empty"):
            self.assertEqual(command.tlsdiag("--html", folder / name, captures / "a.pcapng").returncode, 1)
            self.assertTrue((folder / name).read_text("utf-8").startswith("<!DOCTYPE html>"))

    def test_a_page_that_cannot_be_written_stops_no_other(self):
        captures, folder = command.captures("unwritten", **CASES), folder_for("unwritten")
        below = folder / "pages" / str(captures).lstrip("/")
        command.run("sh", "-c", f"mkdir -p {below}/a.pcapng.html")
        done = command.tlsdiag("--html", folder / "pages", captures)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, rf"\Atlsdiag: {captures}/a\.pcapng: {below}/a\.pcapng\.html: [^\n]+\n\Z")
        self.assertEqual(files_below(below), ["b.pcapng.html"])
        self.assertIn("1 not read to the end", done.stdout)

    def test_long_names(self):
        names, folder = [character * 248 + ".pcapng" for character in "xy"], folder_for("long")
        content = (CAPTURES / f"{TWO}.pcapng").read_bytes()
        paths = [command.write(name, content) for name in names]
        self.assertEqual(command.tlsdiag("--html", folder, "--svg", folder, *paths).returncode, 1)
        written = [pathlib.Path(name).name for name in files_below(folder)]
        self.assertEqual(sorted(pathlib.Path(name).suffix for name in written), [".html", ".html", ".svg", ".svg"])
        self.assertEqual(len(set(written)), 4)

    def test_a_temporary_folder_with_a_comma(self):
        folder, capture = folder_for("a,b"), command.share(CAPTURES / f"{TWO}.pcapng")
        done = command.run("env", f"TMPDIR={folder}", command.program, "--html", folder / "page.html", capture)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, rf"\Atlsdiag: {folder} \(TMPDIR\): [^\n]+ comma\n\Z")

    def test_where_nothing_can_be_written(self):
        capture = command.share(CAPTURES / f"{TWO}.pcapng")
        for option in ("--html", "--svg"):
            done = command.tlsdiag(option, "/proc/nowhere/page", capture)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, r"\Atlsdiag: [^\n]*/proc/nowhere[^\n]+\n\Z")


class Inventories(unittest.TestCase):
    def test_of_one_it_is_what_the_plugin_prints(self):
        for case in (TWO, "clean/tls13", "clean/no_tls", "clean/eap_tls",
                     "version_obsolete/tls10_is_all_they_have", "missing_intermediate/refused_bare_leaf"):
            capture = command.share(CAPTURES / f"{case}.pcapng")
            self.assertEqual(command.tlsdiag("--inventory", capture).stdout,
                             command.tshark("-q", "-r", capture, "-z", "tlsdiag,inventory"), case)

    def test_of_one_that_has_everything(self):
        """All shipped captures as one: the text is written twice (see inventory_text.py), and must be the same."""
        done = subprocess.run(["mergecap", "-w", "-", *sorted(CAPTURES.rglob("*.pcapng"))], capture_output=True, check=True)
        capture = command.write("everything.pcapng", done.stdout)
        self.assertEqual(command.tlsdiag("--inventory", capture).stdout.splitlines(),
                         command.tshark("-q", "-r", capture, "-z", "tlsdiag,inventory").splitlines())

    def test_of_many_it_is_one(self):
        folder = command.captures("inventory", a=TWO, b=TWO, c="clean/no_tls")
        done = command.tlsdiag("--inventory", "--json", folder, "--fail-on", "never")
        self.assertEqual(done.returncode, 0)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        one = [json.loads(line) for line in command.tlsdiag("--inventory", "--json", folder / "a.pcapng").stdout.splitlines()]
        server, = [line for line in lines if line["kind"] == "server"]
        for key in ("connections", "completed", "bytes_by_server"):
            self.assertEqual(server[key], 2 * one[0][key])
        self.assertEqual(server["versions"], {"TLS 1.2": 4})
        self.assertEqual((lines[-1]["kind"], lines[-1]["conversations"]), ("total", 4))
        self.assertIn("4: completed (2), failed (2)", command.tlsdiag("--inventory", folder).stdout)
        row, = csv.DictReader(io.StringIO(command.tlsdiag("--inventory", "--csv", folder).stdout))
        self.assertEqual((row["server"], row["connections"], row["versions"]), (server["server"], "4", "TLS 1.2 (4)"))

    def test_of_one_that_is_cut_short(self):
        content = (CAPTURES / "clean/no_tls.pcapng").read_bytes()
        cut = command.write("cut.pcapng", content[:-20])  # tshark exits with 2, from 4.6 on with 14
        done = command.tlsdiag("--inventory", cut)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, command.tshark("-q", "-r", cut, "-z", "tlsdiag,inventory", may_exit=(2, 14)))
        self.assertIn("TCP connections that carried no TLS", done.stdout)

    def test_merging(self):
        merged = inventory.merged("", {"schema": 1, "first": "b", "last": "b", "name": None, "n": 1, "of": {"x": 1}},
                                  {"schema": 1, "first": "a", "last": "c", "name": None, "n": 2, "of": {"x": 2, "y": 5}})
        self.assertEqual(merged, {"schema": 1, "first": "a", "last": "c", "name": None, "n": 3, "of": {"x": 3, "y": 5}})

    def test_a_certificate_without_an_end(self):
        server = {"certificates": {"aa": {"connections": 1, "subject": "CN=東京" * 9, "issuer": "CN=CA", "key": "RSA 2048",
                                          "signature": "RSA-SHA256", "not_after": "2262-04-11T23:47:16.854775Z"}},
                  "certificates_unlisted": 0, "certificates_encrypted": 0, "last": "2026-11-20T10:00:00.000000Z"}
        text = "".join(inventory_text._certificates(server))
        self.assertIn("expires in 2262 or later", text)
        self.assertEqual(max(map(inventory_text.columns, text.splitlines())), 90)

    def test_numbers(self):
        self.assertEqual([inventory_text.size(number) for number in (999, 1000, 9_960, 123_456, 5_000_000_000_000_000)],
                         ["999 bytes", "1.0 kB", "10.0 kB", "123 kB", "5000 TB"])
        counts = {"b": 1, "a": 1, "c": 5, "(others)": 3}
        self.assertEqual(inventory_text.shares(counts), "c (5), a (1), b (1), others (3)")
        self.assertEqual(inventory_text.names(counts, 2), "c, a, and more than 1 more")


if __name__ == "__main__":
    sys.exit(commands.main(sys.modules[__name__], __doc__))
