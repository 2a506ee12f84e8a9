#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of docs/many-captures.md, as they stand there: jq, SQLite, pandas, Slurm's script; the index template."""
import json
import re
import shutil
import subprocess
import sys
import unittest

import command as commands
from command import REPOSITORY

command = None  # the Command, from main()

PYTHON = "/usr/bin/python3"  # which has Debian's packages
CASES = {"a_failed": "client_cert_missing/dtls", "b_clean": "clean/tls13", "c_two": "missing_intermediate/one_node_of_two"}


def recipe(heading):
    """The blocks of code under a heading."""
    page = (REPOSITORY / "docs" / "many-captures.md").read_text("utf-8")
    section = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^```\w+\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def missing(program):
    print(f"SKIPPED: {program} is missing")
    raise unittest.SkipTest(f"{program} is missing")


class Data(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        lines = command.tlsdiag("--json", command.captures("captures", **CASES)).stdout
        cls.conversations = [json.loads(line) for line in lines.splitlines()]
        cls.folder = command.root / "home"
        (cls.folder / "night.jsonl").write_text(lines, encoding="utf-8")

    def do(self, *arguments, where=None):
        done = command.run("env", "-C", where or self.folder, f"PATH={command.path}", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def test_schema(self):
        try:
            import jsonschema
        except ImportError:
            missing("jsonschema (python3-jsonschema)")
        schema = json.loads((REPOSITORY / "docs" / "tlsdiag.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        for conversation in self.conversations:
            jsonschema.Draft202012Validator(schema).validate(conversation)

    def test_jq(self):
        rows = [line.split("\t") for line in self.do("sh", "-c", *recipe("jq")).splitlines()]
        self.assertEqual([row[3] for row in rows], ["client_cert_missing", "missing_intermediate"])

    def test_sqlite(self):
        if not shutil.which("sqlite3"):
            missing("sqlite3")
        self.assertIn("client_cert_missing", self.do("sh", "-c", *recipe("SQLite")))
        count = self.do("sqlite3", "night.db", "SELECT count(*), count(seconds), max(seconds) < 10 FROM conversation; "
                                               "SELECT count(*) FROM finding")
        findings = sum(len(one["findings"]) for one in self.conversations)
        self.assertEqual(count.split(), ["4|4|1", str(findings)])

    def test_pandas(self):
        if subprocess.run([PYTHON, "-c", "import pandas"], capture_output=True, check=False).returncode != 0:
            missing("pandas (python3-pandas)")
        check = "assert str(conversations.time.dtype).startswith('datetime64'), conversations.dtypes\n"
        output = self.do(PYTHON, "-W", "ignore", "-c", *[block + check for block in recipe("pandas")])
        self.assertRegex(output, r"10\.20\.0\.10:4433 +failed +1")
        self.assertRegex(output, r"client_cert_missing +client +1")

    def test_slurm_array(self):
        """Each capture is in one task's share; Slurm itself is not needed."""
        script = command.prefix / "share" / "tlsdiag" / "slurm-array.sh"
        script.chmod(0o755)
        for task in (5, 6):
            self.do("env", f"SLURM_ARRAY_TASK_ID={task}", "SLURM_ARRAY_TASK_MIN=5", "SLURM_ARRAY_TASK_MAX=6", script,
                    "captures", self.folder / "verdicts", where=command.root)
        shares = [path.read_text("utf-8").splitlines() for path in sorted((self.folder / "verdicts").iterdir())]
        self.assertEqual([len(share) for share in shares], [3, 1])
        self.assertEqual(sorted(json.loads(line)["file"] for share in shares for line in share),
                         [f"captures/{name}.pcapng" for name in ("a_failed", "b_clean", "c_two", "c_two")])


class ElasticSearch(unittest.TestCase):
    TYPES = {int: ("long", "integer"), float: ("double",), str: ("keyword", "text", "date"), dict: ("nested",)}

    def check(self, value, mapping, name):
        for one in value if isinstance(value, list) else [value]:
            if one is None:
                continue
            if isinstance(one, dict):
                for key, inner in one.items():
                    self.assertIn(key, mapping["properties"], f"{name} has a key that the template lacks")
                    self.check(inner, mapping["properties"][key], key)
            if "type" in mapping:
                self.assertIn(mapping["type"], self.TYPES[type(one)], name)

    def test_the_template_has_every_key_with_its_type(self):
        path = REPOSITORY / "packaging" / "command" / "elasticsearch-template.json"
        mapping = json.loads(path.read_text("utf-8"))["template"]["mappings"]
        self.assertEqual(mapping["properties"]["time"]["type"], "date")
        folder = command.captures("mapped", **CASES, d="clean/eap_tls", e="expired/eap_tls")
        lines = command.tlsdiag("--json", "-o", "tlsdiag.products:all", folder).stdout.splitlines()
        self.assertGreater(len(lines), 4)
        for line in lines:
            self.check(json.loads(line), mapping, "a line")

    def test_packets(self):
        capture = command.share(commands.CAPTURES / "client_cert_missing" / "dtls.pcapng")
        lines = command.tshark("-r", capture, "-Y", "tlsdiag.problem", "-J", "tlsdiag", "-T", "ek").splitlines()
        self.assertIn("client_cert_missing", json.dumps([json.loads(line) for line in lines]))
        mapping = command.tshark("-G", "elastic-mapping", "--elastic-mapping-filter", "tlsdiag")
        self.assertIn("tlsdiag", json.dumps(json.loads(mapping)))


if __name__ == "__main__":
    sys.exit(commands.main(sys.modules[__name__], __doc__))
