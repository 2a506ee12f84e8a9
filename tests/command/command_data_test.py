#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the examples of docs/many-captures.md as written: jq, SQLite, pandas, DuckDB, the Slurm script, index templates."""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import command as commands  # noqa: E402
from command import REPOSITORY  # noqa: E402

command = None  # the Command, from main()

PYTHON = "/usr/bin/python3"  # which has Debian's packages
TEMPLATES = REPOSITORY / "command"
CASES = {"a_failed": "client_cert_missing/dtls", "b_clean": "clean/tls13", "c_two": "missing_intermediate/one_node_of_two"}

# The rows of each statement, a line each, and the types of the table's columns.
DUCKDB = """
(async () => {
    const database = await require("@duckdb/node-api").DuckDBInstance.create(":memory:");
    const connection = await database.connect();
    const types = "SELECT column_name, column_type FROM (DESCRIBE conversation)";
    for (const statement of [...process.argv[1].split(";").filter(text => text.trim()), types])
        console.log(JSON.stringify((await connection.runAndReadAll(statement)).getRowsJson()));
})();
"""


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

    def check_schema(self, name, lines):
        try:
            import jsonschema
        except ImportError:
            missing("jsonschema (python3-jsonschema)")
        schema = json.loads((REPOSITORY / "docs" / name).read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        for line in lines:
            jsonschema.Draft202012Validator(schema).validate(line)

    def test_schema(self):
        self.check_schema("tlsdiag.schema.json", self.conversations)

    def test_schema_of_the_inventory(self):
        folder = command.captures("listed", **CASES, d="clean/eap_tls", e="clean/no_tls", f="version_obsolete/tls10_is_all_they_have")
        merged = command.tlsdiag("--inventory", "--json", folder).stdout
        one = command.tshark("-q", "-r", folder / "c_two.pcapng", "-z", "tlsdiag,json,inventory")
        lines = [json.loads(line) for line in [*merged.splitlines(), *one.splitlines()]]
        self.assertEqual({line["kind"] for line in lines}, {"server", "plain", "total"})
        self.assertTrue(any(line.get("certificates") for line in lines))
        self.check_schema("tlsdiag-inventory.schema.json", lines)

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

    def test_duckdb(self):
        """By way of Node.js, for which there is a package."""
        packages = REPOSITORY / "build" / "npm" / "node_modules"
        if not (packages / "@duckdb" / "node-api").is_dir() or not shutil.which("node"):
            missing("DuckDB (npm: @duckdb/node-api)")
        done = subprocess.run(["node", "-e", DUCKDB, *recipe("DuckDB")], cwd=self.folder, capture_output=True, text=True,
                              env={**os.environ, "NODE_PATH": str(packages)}, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        _, failed, findings, types = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertIn(["10.20.0.10:4433", "client_cert_missing", "1"], failed)
        self.assertIn(["client_cert_missing", "client", "1"], findings)
        self.assertEqual([dict(types)[name] for name in ("time", "seconds", "first_frame")], ["TIMESTAMP", "DOUBLE", "BIGINT"])

    def slurm(self, task, lowest, highest, count, *arguments):
        """Slurm's script in a task of an array; Slurm itself is not needed."""
        script = command.prefix / "share" / "tlsdiag" / "slurm-array.sh"
        script.chmod(0o755)
        return command.run("env", "-C", command.root, f"PATH={command.path}", f"SLURM_ARRAY_TASK_ID={task}",
                           f"SLURM_ARRAY_TASK_MIN={lowest}", f"SLURM_ARRAY_TASK_MAX={highest}",
                           f"SLURM_ARRAY_TASK_COUNT={count}", script, *arguments)

    def shares(self, folder):
        files = sorted((self.folder / folder).iterdir())
        self.assertTrue(all(path.suffix == ".jsonl" for path in files), files)
        return {path.stem: [json.loads(line)["file"] for line in path.read_text("utf-8").splitlines()] for path in files}

    def test_slurm_array(self):
        """Each capture is in one task's share."""
        verdicts = self.folder / "verdicts"
        for task in (0, 1):
            done = self.slurm(task, 0, 1, 2, "captures", verdicts)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        shares = self.shares("verdicts")
        self.assertEqual({name: len(files) for name, files in shares.items()}, {"00000": 3, "00001": 1})
        self.assertEqual(sorted(shares["00000"] + shares["00001"]),
                         [f"captures/{name}.pcapng" for name in ("a_failed", "b_clean", "c_two", "c_two")])
        (verdicts / "00001.jsonl").unlink()
        self.assertEqual(self.slurm(1, 1, 1, 1, "captures", verdicts, 2).returncode, 0)
        self.assertEqual(self.shares("verdicts"), shares, "one task again")

    def test_slurm_arrays_that_do_not_fit(self):
        for task, lowest, highest, count, *shares in ((6, 0, 6, 4), (1, 1, 2, 2), (3, 3, 3, 1), (2, 0, 2, 3, 2),
                                                      (0, 0, 0, 1, "x"), (0, 0, 0, 1, 0)):
            done = self.slurm(task, lowest, highest, count, "captures", self.folder / "unfit", *shares)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, r"\Aslurm-array\.sh: [^\n]*shares[^\n]*\n\Z")
        self.assertEqual(self.slurm(0, 0, 0, 1, "absent", self.folder / "unfit").returncode, 2)

    def test_slurm_takes_the_captures_that_tlsdiag_takes(self):
        names = ("a.pcapng", "b.CAP", "c.snoop", "d.pcap12", "e.pcap.gz", "f.trc1", "g_00001_20261120.pcapng.zst")
        others = ("a.pcapng.expected.json", "b.txt", "pcap", "c.pcap.orig")
        command.captures("named", **CASES)
        for name in (*names, *others):
            command.write(f"named/{name}", b"text, no capture\n")
        done = self.slurm(0, 0, 0, 1, "named", self.folder / "named-verdicts")
        self.assertEqual(done.returncode, 123, "xargs says that tlsdiag failed")
        self.assertEqual(re.findall(r"^tlsdiag: named/([^:]+):", done.stderr, re.MULTILINE), sorted(names))
        direct = command.run("env", "-C", command.root, command.program, "--json", "named").stderr
        self.assertEqual(direct, done.stderr)


class ElasticSearch(unittest.TestCase):
    KINDS = {"FT_STRING": ("keyword", "text"), "FT_UINT32": ("long",), "FT_FRAMENUM": ("long",), "FT_DOUBLE": ("double",)}
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
        mapping = json.loads((TEMPLATES / "elasticsearch-template.json").read_text("utf-8"))["template"]["mappings"]
        self.assertEqual(mapping["properties"]["time"]["type"], "date")
        folder = command.captures("mapped", **CASES, d="clean/eap_tls", e="expired/eap_tls")
        lines = command.tlsdiag("--json", "-o", "tlsdiag.products:all", folder).stdout.splitlines()
        self.assertGreater(len(lines), 4)
        for line in lines:
            self.check(json.loads(line), mapping, "a line")

    def test_packets(self):
        """What tshark writes, by the page's own line, fits into the template; so do all fields that the plugin has."""
        template = json.loads((TEMPLATES / "elasticsearch-packets-template.json").read_text("utf-8"))
        layers = template["template"]["mappings"]["properties"]["layers"]["properties"]
        fields = re.findall(r"^F\t[^\t]+\t(tlsdiag\.(?!problem\.|note\.)\S+)\t(\w+)", command.tshark("-G", "fields"), re.MULTILINE)
        self.assertGreater(len(fields), 20)
        for field, kind in fields:
            mapping = layers["tlsdiag"]["properties"][f"tlsdiag_{field.replace('.', '_')}"]
            self.assertIn(mapping["type"], self.KINDS[kind], field)
        command.share(commands.CAPTURES / "client_cert_missing" / "dtls.pcapng", "home/x.pcapng")
        line = next(line for line in recipe("Elasticsearch and OpenSearch")[1].splitlines() if line.startswith("tshark -2"))
        done = command.run("env", "-C", command.root / "home", "sh", "-c", f"{line}; cat packets.ndjson")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(all(list(action["index"]) == ["_index"] for action in lines[::2]), lines[::2])
        self.assertTrue(any(packet["layers"]["tlsdiag"].get("tlsdiag_tlsdiag_problem") == "client_cert_missing"
                            for packet in lines[1::2]), lines)
        for packet in lines[1::2]:
            self.assertRegex(packet["timestamp"], r"^\d{13}$")
            for layer, properties in layers.items():
                self.check_layer(packet["layers"].get(layer, {}), properties["properties"])

    def check_layer(self, layer, mapping):
        """tshark writes numbers as text."""
        for name, value in layer.items():
            for one in value if isinstance(value, list) else [value]:
                if mapping.get(name, {}).get("type") in ("long", "integer"):
                    self.assertTrue(one.isdecimal(), f"{name}: {one}")
                elif name.startswith("tlsdiag_"):
                    self.assertIn(name, mapping)


if __name__ == "__main__":
    sys.exit(commands.main(sys.modules[__name__], __doc__))
