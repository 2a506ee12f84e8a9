#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests tlsdiag on one capture: exit codes, output, and error messages."""
import csv
import gzip
import io
import json
import pathlib
import re
import shutil
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import command as commands  # noqa: E402
import hostile  # noqa: E402
import pcapng  # noqa: E402
from command import CAPTURES  # noqa: E402

command = None  # the Command, from main()

FAILED = "client_cert_missing/dtls"
WARNING = "missing_intermediate/aia_points_at_it"  # completed
CLEAN = "clean/tls13"
NO_TLS = "clean/no_tls"
HARMLESS = re.compile(r"[\n\x20-\x7e\xa0-\U0010ffff]*")


def capture(case):
    return command.share(CAPTURES / f"{case}.pcapng")


def tlsdiag(*arguments, **more):
    return command.tlsdiag(*arguments, **more)


def with_and_without_keys():
    """A capture that has its keys in itself, the same without, and the keys."""
    content = (CAPTURES / "fatal_alert" / "alpn_refused_decrypted.pcapng").read_bytes()
    secrets = b"".join(block[16:16 + struct.unpack_from("<I", block, 12)[0]]
                       for kind, block in pcapng.blocks(content) if kind == pcapng.DECRYPTION_SECRETS)
    bare = b"".join(block for kind, block in pcapng.blocks(content) if kind != pcapng.DECRYPTION_SECRETS)
    return (command.write("whole.pcapng", content), command.write("bare.pcapng", bare), command.write("keys", secrets))


class ExitCodes(unittest.TestCase):
    def check(self, expected, *arguments):
        done = tlsdiag(*arguments)
        self.assertEqual(done.returncode, expected, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def test_levels(self):
        table = {FAILED: {"failed": 1, "error": 1, "warning": 1, "never": 0},
                 WARNING: {"failed": 0, "error": 0, "warning": 1, "never": 0},
                 CLEAN: {"failed": 0, "warning": 0}, NO_TLS: {"warning": 0}}
        for case, levels in table.items():
            for level, expected in levels.items():
                with self.subTest(case=case, level=level):
                    self.check(expected, capture(case), "--fail-on", level)

    def test_failed_is_the_default(self):
        self.check(1, "--json", capture(FAILED))
        self.check(0, "--csv", capture(WARNING))

    def test_wrong_usage(self):
        case = capture(CLEAN)
        for arguments in [(), ("--nonsense", case), ("--json", "--csv", case), ("--ladder", "--csv", case),
                          ("-i", "any", case), ("-j", "0", case), ("--fail-on", "note", case), ("-", "-"),
                          ("--keylog", command.root / "absent", case), ("--trust-store", command.root / "absent", case),
                          ("--only", "nonsense", case), ("--hide", "expired,nonsense", case),
                          ("-Y", "no such (filter", case), ("-Y", "tcp) or (udp", case), ("--html", "", case),
                          ("--svg", "", case), ("--only", "", case), ("--hide", ",", case), ("--explain", ""), ("-i", ""),
                          ("-Y", "", case), ("--keylog", "", case), ("",), (case, ""), ("--", ""), ("-d", "foo", case),
                          ("-o", "tlsdiag.nonsense:1", case), ("--explain", "nonsense")]:
            with self.subTest(arguments=arguments):
                done = self.check(2, *arguments)
                self.assertEqual(done.stdout, "")
                self.assertRegex(done.stderr, r"\Atlsdiag: [^\n]{20,300}\n\Z")

    def test_what_is_wrong_with_a_filter(self):
        """As it was typed, and not as it is passed on."""
        done = self.check(2, "-Y", "tls)", capture(CLEAN))
        self.assertEqual(done.stderr, 'tlsdiag: -Y tls): ")" was unexpected in this context.\n')
        self.check(0, "-Y", 'tls.handshake.extensions_server_name != ")(" or tcp', capture(CLEAN))

    def test_names_that_begin_with_a_dash(self):
        command.write("-x.pcapng", (CAPTURES / f"{FAILED}.pcapng").read_bytes())
        done = command.run(command.program, "--json", "--", "-x.pcapng")
        self.assertEqual((done.returncode, json.loads(done.stdout)["file"]), (1, "-x.pcapng"), done.stderr)

    def test_files_that_cannot_be_read(self):
        garbage = command.write("garbage.pcap", b"garbage\n" * 10)
        cut = command.write("cut.pcapng", (CAPTURES / f"{WARNING}.pcapng").read_bytes()[:-20])
        for path in (garbage, cut, command.root / "absent.pcap"):
            with self.subTest(path=path):
                done = self.check(2, path)
                self.assertRegex(done.stderr, rf"\Atlsdiag: {re.escape(str(path))}: [^\n]+\n\Z")
        self.assertIn("missing_intermediate", tlsdiag(cut).stdout, "what could be read is judged")


    def test_nothing_is_no_all_clear(self):
        content = (CAPTURES / f"{CLEAN}.pcapng").read_bytes()
        header = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
        for number, beginning in enumerate((b"", content[:1], content[:4], header, gzip.compress(b""), b"{}")):
            path = command.write(f"nothing{number}", beginning)
            for arguments in ((path,), ("--json", path), ("--inventory", path)):
                done = self.check(2, *arguments)
                self.assertEqual(done.stderr, f"tlsdiag: {path}: has no packets (empty, or cut short)\n")
                self.assertNotIn("No TLS conversation found", done.stdout)
        for beginning in (b"", b"\n", header):
            self.assertEqual(self.piped(beginning), (2, b"tlsdiag: standard input: has no packets (empty, or cut short)\n"))

    def test_packets_that_took_no_time(self):
        packet = struct.pack("<IIII", 1, 0, 60, 60) + bytes(60)
        content = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1) + packet
        done = self.check(0, command.write("one.pcap", content))
        self.assertIn("No TLS conversation found", done.stdout)
        self.assertEqual(self.piped(content), (0, b""))

    def piped(self, content):
        """The exit status, and what is said on standard error."""
        with command.start(command.program, "-") as process:
            _, errors = process.communicate(content)
        return process.returncode, errors


class Forms(unittest.TestCase):
    def test_report(self):
        for case in (FAILED, CLEAN, NO_TLS):
            path = capture(case)
            self.assertEqual(tlsdiag(path).stdout, command.tshark("-q", "-r", path, "-z", "tlsdiag"))

    def test_json(self):
        path = capture(FAILED)
        lines = command.tshark("-q", "-r", path, "-z", "tlsdiag,json").splitlines()
        self.assertEqual(tlsdiag("--json", path).stdout.splitlines(),
                         [f'{{"file":"{path}",{line[1:]}' for line in lines])
        self.assertEqual(json.loads(lines[0])["outcome"], "failed")

    def test_ladder(self):
        path = capture(FAILED)
        self.assertEqual(tlsdiag("--ladder", path).stdout, command.tshark("-q", "-r", path, "-z", "tlsdiag,ladder"))
        line, = tlsdiag("--ladder", "--json", path).stdout.splitlines()
        self.assertIn("ladder", json.loads(line))

    def test_csv(self):
        path = capture("missing_intermediate/one_node_of_two")
        rows = list(csv.DictReader(io.StringIO(tlsdiag("--csv", path).stdout)))
        said = command.conversations(path)
        self.assertEqual([row["conversation"] for row in rows], ["0", "1"])
        for row, conversation in zip(rows, said):
            self.assertEqual(row["file"], str(path))
            self.assertEqual(row["verdict"], conversation["verdict"])
            self.assertEqual(row["problems"].split(), [one["id"] for one in conversation["findings"]
                                                       if one["severity"] != "note"])
        self.assertTrue(rows[1]["remedy"].startswith("Configure the side"))

    def test_standard_input(self):
        content = (CAPTURES / f"{CLEAN}.pcapng").read_bytes()
        with command.start(command.program, "--json", "-") as process:
            output, _ = process.communicate(content)
        self.assertEqual(json.loads(output)["file"], "standard input")

    def test_compressed(self):
        packed = command.write("packed.pcapng.gz", gzip.compress((CAPTURES / f"{FAILED}.pcapng").read_bytes()))
        self.assertEqual(json.loads(tlsdiag("--json", packed).stdout)["outcome"], "failed")


class Choices(unittest.TestCase):
    def findings(self, *arguments):
        lines = tlsdiag("--json", *arguments).stdout.splitlines()
        return [[one["id"] for one in json.loads(line)["findings"]] for line in lines]

    def test_only_and_hide(self):
        path = capture(FAILED)
        every = self.findings(path)
        self.assertEqual(every, [["client_cert_missing", "fatal_alert"]])
        self.assertEqual(self.findings(path, "--hide", "fatal_alert"), [["client_cert_missing"]])
        self.assertEqual(self.findings(path, "--only", "fatal_alert,expired"), [["fatal_alert"]])
        self.assertEqual(self.findings(path, "--only", "expired"), [])
        self.assertEqual(tlsdiag(path, "--only", "expired").returncode, 0)
        self.assertNotIn("fatal_alert", tlsdiag(path, "--hide", "fatal_alert").stdout)

    def test_packets_show_the_same(self):
        path = capture(FAILED)
        fields = ["-T", "fields", "-e", "tlsdiag.id"]
        shown = command.tshark("-r", path, "-Y", "tlsdiag.id", "-o", "tlsdiag.hide:fatal_alert", *fields)
        self.assertEqual(shown.split(), ["client_cert_missing"])
        shown = command.tshark("-r", path, "-Y", "tlsdiag.id", "-o", "tlsdiag.only:fatal_alert", *fields)
        self.assertEqual(shown.split(), ["fatal_alert"])

    def test_filter(self):
        path = capture("missing_intermediate/one_node_of_two")
        self.assertEqual(len(self.findings(path)), 2)
        self.assertEqual(self.findings(path, "-Y", "tcp.stream == 0 || frame.number == 1"), self.findings(path)[:1])
        self.assertEqual(self.findings(path, "-Y", "tcp.port in {1,2}"), [])

    def test_keylog(self):
        whole, bare, keys = with_and_without_keys()
        self.assertNotEqual(self.findings(bare), self.findings(whole))
        self.assertEqual(self.findings(bare, "--keylog", keys), self.findings(whole))

    def bash(self, script, **values):
        words = [f"{name}={value}" for name, value in {"tlsdiag": command.program, **values}.items()]
        done = command.run("env", *words, "bash", "-c", script)
        return done.stderr, [[one["id"] for one in json.loads(line)["findings"]] for line in done.stdout.splitlines()]

    def test_what_the_shell_names(self):
        """Each of several captures is judged with the keys, which can be read only once."""
        whole, bare, keys = with_and_without_keys()
        wanted = self.findings(whole)
        for script, expected in (("$tlsdiag --json --keylog <(cat $keys) $bare $bare", wanted * 2),
                                 ("mkfifo -m 600 ~/pipe; cat $keys > ~/pipe & $tlsdiag --json --keylog ~/pipe $bare", wanted),
                                 ("$tlsdiag --json <(cat $whole) <(cat $whole)", wanted * 2),
                                 ("$tlsdiag --json /proc/self/fd/5 5< $whole", wanted),
                                 ("$tlsdiag --json /dev/stdin < $whole", wanted)):
            self.assertEqual(self.bash(script, bare=bare, whole=whole, keys=keys), ("", expected), script)
        path = capture("issuer_not_sent/its_root_is_trusted")
        root = command.share(CAPTURES / "issuer_not_sent" / "its_root_is_trusted.root.pem")
        self.assertEqual(self.bash("$tlsdiag --json --trust-store <(cat $root) $path", path=path, root=root),
                         ("", self.findings(path, "--trust-store", root)))

    def test_a_keylog_without_keys(self):
        keys = command.write("no-keys", b"# SSL/TLS secrets log file\n")
        errors, found = self.bash("$tlsdiag --json --keylog $keys $path $path", keys=keys, path=capture(FAILED))
        self.assertEqual((errors, len(found)), (f"tlsdiag: --keylog {keys}: contains no keys\n", 2))

    def test_trust_store_and_preferences(self):
        path = capture("issuer_not_sent/its_root_is_trusted")
        root = command.share(CAPTURES / "issuer_not_sent" / "its_root_is_trusted.root.pem")
        self.assertEqual(self.findings(path, "--trust-store", root), self.findings(path, "-o",
                                                                                   f"tlsdiag.trust_store:{root}"))
        self.assertNotEqual(self.findings(path, "--trust-store", root), self.findings(path, "--trust-store", "none"))

    def test_decode_as(self):
        path = capture(FAILED)
        self.assertEqual(self.findings(path, "-d", "udp.port==4433,data"), [])


class Questions(unittest.TestCase):
    def test_explain_and_list(self):
        listed = [line.split()[0] for line in tlsdiag("--list").stdout.splitlines()]
        defined = (commands.REPOSITORY / "analyzers" / "diagnoses.def").read_text("utf-8")
        self.assertEqual(listed, re.findall(r"^DIAGNOSIS\(([a-z0-9_]+)\)", defined, re.MULTILINE))
        page = tlsdiag("--explain", "missing_intermediate").stdout
        for part in ("An intermediate certificate was not sent", "On the wire: ", "Remedy: ", "Sources:", "RFC 5246"):
            self.assertIn(part, page)
        self.assertNotIn("**", page)
        self.assertLessEqual(max(map(len, page.splitlines())), 120)

    def test_near_ids_are_named(self):
        self.assertIn("missing_intermediate", tlsdiag("--explain", "missing_intermediates").stderr)

    def test_version(self):
        project = re.search(r"VERSION ([0-9.]+)", (commands.REPOSITORY / "CMakeLists.txt").read_text("utf-8").split(
            "project(tlsdiag")[1])[1]
        lines = tlsdiag("--version").stdout.splitlines()
        self.assertEqual(lines[0], f"tlsdiag {project}")
        self.assertRegex(lines[1], r"Wireshark\) \d+\.\d+")
        self.assertRegex(lines[2], rf"\Aplugin tlsdiag {project} in /.*tlsdiag\.so\Z")
        if shutil.which("tshark").startswith("/usr/bin"):  # the plugin of another release's tree cannot be loaded here
            self.assertRegex(lines[3], r"\AOpenSSL 3\.")


class Hostile(unittest.TestCase):
    def test_names_of_files_steer_no_terminal(self):
        names = ["\x1b[31mred.pcap", "line\nbreak.pcap", "\u202egnp.pcap", "=cmd.pcap", "-r.pcap", "a,b (c).pcap"]
        folder = command.captures("hostile")
        content = (CAPTURES / f"{FAILED}.pcapng").read_bytes()
        for name in names:
            command.write(f"hostile/{name}", content)
        (pathlib.Path(folder) / "\udcff.pcap").write_bytes(b"garbage\n" * 10)
        broken = command.write("no\nne.pcap", b"garbage\n" * 10)
        self.assertEqual(tlsdiag(broken).stderr.count(command.root.name), 1, "its name is said once")
        for arguments in ((), ("--json",), ("--csv",)):
            done = tlsdiag(folder, *arguments)
            self.assertEqual(done.returncode, 2)
            for stream in (done.stdout, done.stderr):
                self.assertTrue(HARMLESS.fullmatch(stream), ascii(stream))
                self.assertNotIn("\u202e", stream)
        done = tlsdiag("--json", folder)
        self.assertEqual({json.loads(line)["file"] for line in done.stdout.splitlines()},
                         {f"{folder}/{name}" for name in names})

    def test_a_formula_in_a_table(self):
        folder = command.captures("formula")
        command.write("formula/=1+1.pcap", (CAPTURES / f"{CLEAN}.pcapng").read_bytes())
        with command.start("sh", "-c", f"cd {folder} && {command.program} --csv =1+1.pcap") as process:
            output, _ = process.communicate()
        self.assertTrue(output.decode().splitlines()[1].startswith("'=1+1.pcap,"))

    def test_a_hostile_capture_in_a_table(self):
        """Names of servers and certificates are the attacker's; a cell holds them all, and none is a formula."""
        path = command.write("hostile.pcap", hostile.capture())
        for arguments in (("--csv",), ("--inventory", "--csv")):
            text = tlsdiag(*arguments, path).stdout
            self.assertIsNone(hostile.HARMFUL.search(text))
            heading, *rows = csv.reader(io.StringIO(text))
            self.assertGreater(len(rows), 3)
            for row in rows:
                self.assertEqual(len(row), len(heading))
                for cell in row:
                    self.assertFalse(cell.startswith(tuple("=+-@")), cell)
        self.assertIn(f"'{hostile.FORMULA.decode()}", [row["sni"] for row in csv.DictReader(
            io.StringIO(tlsdiag("--csv", path).stdout))])


if __name__ == "__main__":
    sys.exit(commands.main(sys.modules[__name__], __doc__))
