#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tools/new_diagnosis in a copy of the sources, and looks at the files that it writes. A compiler reads the C++ among them;
nothing is built.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = next(folder for folder in pathlib.Path(__file__).resolve().parents if (folder / "CMakePresets.json").is_file())
AFTER = "not_yet_valid"


def copy_sources(target):
    """What the script reads, and what the C++ includes; no capture."""
    for folder in ("analyzers", "tests", "tools", "captures/make"):
        shutil.copytree(REPOSITORY / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__", "fuzz", "golden"))
    shutil.copy(REPOSITORY / "CHANGELOG.md", target)


class NewDiagnosis(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tlsdiag-test-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        copy_sources(self.root)

    def run_script(self, *arguments):
        return subprocess.run([sys.executable, self.root / "tools/new_diagnosis", *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, name, *arguments):
        done = self.run_script(name, "--after", AFTER, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def compile(self, *paths):
        compiler = shutil.which("c++")
        if not compiler:
            self.skipTest("no c++")
        rooms = [f"-I{self.root / 'tests'}", *(f"-I{path}" for path in (self.root / "tests").iterdir() if path.is_dir())]
        for path in paths:
            done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                                   f"-I{self.root / 'analyzers'}", *rooms, self.root / path],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_files(self):
        printed = self.write("probe_fault", "--severity", "warning", "--fires", "long_ago", "--nearly", "last_day")
        listed = self.text("analyzers/diagnoses.def")
        self.assertIn(f"DIAGNOSIS({AFTER})\nDIAGNOSIS(probe_fault)\n", listed)
        self.assertEqual(listed.count("probe_fault"), 1)

        analyzer = self.text("analyzers/probe_fault.cpp")
        for part in ("SPDX-License-Identifier", "const Diagnosis probe_fault{", "Severity::warning", ".explains = explains",
                     "finding.because", "TODO"):
            self.assertIn(part, analyzer)
        test = self.text("tests/diagnoses/probe_fault_test.cpp")
        for part in ("SPDX-License-Identifier", '#include "', "play(probe_fault, c)", "fit(probe_fault, c)", "Near misses"):
            self.assertIn(part, test)
        for text in (analyzer, test):
            self.assertNotIn("@", text)

        fires = json.loads(self.text("captures/probe_fault/long_ago.expected.json"))
        nearly = json.loads(self.text("captures/probe_fault/last_day.expected.json"))
        self.assertEqual([finding["id"] for finding in fires["findings"]], ["probe_fault"])
        self.assertEqual(nearly["findings"], [])
        for expectation in (fires, nearly):
            self.assertTrue(expectation["story"].startswith("TODO"))
        recipes = self.text("captures/make/certificates.py")
        compile(recipes, "certificates.py", "exec")
        for name in ("long_ago", "last_day"):
            self.assertIn(f'@case("probe_fault/{name}")\ndef probe_fault_{name}(lab, name):\n', recipes)

        unreleased = self.text("CHANGELOG.md").split("\n## ")[1]
        self.assertIn("\n- Diagnosis `probe_fault`: TODO.\n", unreleased)
        self.assertIn("captures/make/make.py probe_fault/long_ago probe_fault/last_day", printed)

    def test_compiles(self):
        for severity in ("warning", "note"):
            name = f"probe_{severity}"
            self.write(name, "--severity", severity)
            self.compile(f"analyzers/{name}.cpp", f"tests/diagnoses/{name}_test.cpp")

    def test_note(self):
        self.write("probe_fault", "--severity", "note")
        analyzer = self.text("analyzers/probe_fault.cpp")
        for part in ("explains", "because"):  # a note is never the cause
            self.assertNotIn(part, analyzer)

    def test_refusals(self):
        before = {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        (self.root / "analyzers/orphan.cpp").touch()
        for arguments, says in ((["Bad"], "is no id"), (["bad-id"], "is no id"), (["bad__id"], "is no id"), (["_bad"], "is no id"),
                                (["9bad"], "is no id"), (["../bad"], "is no id"), (["b" * 31], "is no id"), (["clean"], "is no id"),
                                (["expired"], "is in analyzers/diagnoses.def"), (["orphan"], "there already"),
                                (["good", "--after", "nothing"], "is no diagnosis"),
                                (["good", "--fires", "../x"], "is no name"),
                                (["good", "--fires", "x", "--nearly", "x"], "different names"),
                                (["good", "--recipes", "nothing"], "there is no captures/make/nothing.py")):
            with self.subTest(arguments=arguments):
                done = self.run_script("--after", AFTER, *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(says, done.stderr)
        self.assertIn("--after ID is missing", self.run_script("good").stderr)
        (self.root / "analyzers/orphan.cpp").unlink()
        after = {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        self.assertEqual(before, after)


if __name__ == "__main__":
    unittest.main()
