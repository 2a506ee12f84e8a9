#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests -z tlsdiag,ladder and -z tlsdiag,json,ladder with the real tshark; the JSON is validated against its schema.

    ladder_test.py --plugins DIR CAPTURES
"""
import json
import pathlib
import sys
import unicodedata

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import check, run_test  # noqa: E402

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tlsdiag.schema.json"
FAILED = "missing_intermediate/refused_bare_leaf.pcapng"
MUTUAL = "client_cert_missing/tls13_decrypted.pcapng"
STALLED = "path_mtu_black_hole/server_ignores_icmp.pcapng"
CLEAN = "clean/tls13.pcapng"
EAP = "clean/eap_tls.pcapng"
QUIC = "clean/quic.pcapng"
NOTHING = "clean/no_tls.pcapng"
TICKET = "ca_list_empty/one_name_only.pcapng"  # TLS 1.2 without secrets; the ticket is in the packet of the Finished
PLAIN = "starttls_refused/ftp_asked_twice.pcapng"


def columns(line):
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in line)
    return len(line) + wide


def widest(text):
    return max(map(columns, text.splitlines()))


class Runs:
    def __init__(self, wireshark, captures):
        self.wireshark = wireshark
        self.captures = captures
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)

    def share(self, case):
        return self.wireshark.share(self.captures / case)

    def output(self, case, *words, **environment):
        """What tshark prints for -z tlsdiag,WORD each."""
        self.wireshark.environment = environment
        taps = [argument for word in words for argument in ("-z", f"tlsdiag,{word}")]
        return self.wireshark.tshark("-q", "-r", self.share(case), *taps)

    def objects(self, case, word):
        found = [json.loads(line) for line in self.output(case, word).splitlines()]
        for one in found:
            wrong = [f"{list(error.path)}: {error.message}" for error in self.validator.iter_errors(one)]
            check(f"{case}, {word}: {wrong}", not wrong)
        return found


def check_text(runs):
    text = runs.output(FAILED, "ladder")
    for wanted in ("Conversation 0", "├── ClientHello ──", "── Certificate ──┤", "▲ [1] missing_intermediate", "━▶│",
                   "\n  failed  ", "Client certificate  not requested"):
        check(f"{wanted!r} in\n{text}", wanted in text)
    check(f"a ladder of {widest(text)} columns", 95 <= widest(text) <= 100)
    check("colour in a file", "\x1b" not in text)
    text = runs.output(STALLED, "ladder")
    check(f"a stall\n{text}", "sent again, 6 times" in text and "of silence" in text and "✗" in text)
    text = runs.output(PLAIN, "ladder")
    check(f"before TLS\n{text}", '├── "AUTH TLS" ──' in text and "━┤" in text)


def check_surroundings(runs):
    text = runs.output(FAILED, "ladder", LC_ALL="C")
    check(f"ASCII\n{text}", text.isascii() and "|-- ClientHello --" in text and "==>|" in text)
    text = runs.output(FAILED, "ladder", COLUMNS="70")
    check(f"COLUMNS=70: {widest(text)}\n{text}", 65 <= widest(text) <= 70)
    text = runs.output(FAILED, "ladder", COLUMNS="nonsense")
    check(f"COLUMNS=nonsense: {widest(text)}", 95 <= widest(text) <= 100)
    on_terminal = ("tshark", "-q", "-r", runs.share(FAILED), "-z", "tlsdiag,ladder")
    runs.wireshark.environment = {"TERM": "xterm"}
    text = runs.wireshark.on_terminal(*on_terminal)
    check(f"on a terminal\n{text!r}", "\x1b[1;31m" in text and text.count("\x1b[") % 2 == 0)
    runs.wireshark.environment = {"TERM": "xterm", "NO_COLOR": "1"}
    text = runs.wireshark.on_terminal(*on_terminal)
    check(f"NO_COLOR on a terminal of 80\n{text!r}", "\x1b" not in text and "▲ [1]" in text and widest(text) <= 80)


def check_choice(runs):
    text = runs.output(CLEAN, "ladder")
    check(f"no problem: {text}", text.startswith("No conversation has a problem.") and text.count("\n") == 1)
    text = runs.output(CLEAN, "ladder,tls.handshake.type == 1")
    check(f"a healthy one that the filter chooses\n{text}", "├── ClientHello" in text and "  completed  " in text)
    text = runs.output(FAILED, "ladder,ip.addr == 192.0.2.99")
    check(f"a filter that chooses nothing: {text}", "matches the filter" in text and text.count("\n") == 1)
    text = runs.output(NOTHING, "ladder")
    check(f"no TLS: {text}", text.startswith("No TLS conversation found"))
    for word in ("ladders", "ladder,no such (filter", "json,ladders"):
        refused = runs.wireshark.run("tshark", "-q", "-r", runs.share(CLEAN), "-z", f"tlsdiag,{word}")
        complained = refused.stderr.startswith(f"tlsdiag: -z tlsdiag,{word}")
        check(f"{word}: {refused}", refused.returncode != 0 and complained)


def check_json(runs):
    for case in (FAILED, MUTUAL, STALLED, CLEAN, EAP, QUIC, PLAIN):
        for one in runs.objects(case, "json,ladder"):
            placed = [index for row in one["ladder"]["rows"] for index in row.get("findings", [])]
            check(f"{case}: findings at rows {placed}", sorted(placed) == list(range(len(one["findings"]))))
            check(f"{case}: no arrow", any(row["kind"] == "message" or row["kind"] == "plain"
                                           for row in one["ladder"]["rows"]))
    plain, = runs.objects(FAILED, "json")
    full, = runs.objects(FAILED, "json,ladder,tls")
    check("plain JSON has no ladder, and the rest is the same", "ladder" not in plain and full.pop("ladder") and
          full == plain)
    check("a filter that chooses nothing", runs.objects(FAILED, "json,ladder,ip.addr == 192.0.2.99") == [])


def check_once(runs):
    """Wireshark's tree shows the ticket, too, after an encrypted record: it must not be taken for what was decrypted."""
    one, = runs.objects(TICKET, "json,ladder")
    rows = one["ladder"]["rows"]
    tickets = [row for row in rows if row["label"] == "NewSessionTicket"]
    check(f"one ticket, in clear: {tickets}", len(tickets) == 1 and "decrypted" not in tickets[0])
    finished = [(row["kind"], row["from"]) for row in rows if row["label"] == "Finished"]
    check(f"both Finished, encrypted: {finished}", finished == [("encrypted", "client"), ("encrypted", "server")])


def run(wireshark, captures):
    runs = Runs(wireshark, captures)
    for part in (check_text, check_surroundings, check_choice, check_json, check_once):
        part(runs)


if __name__ == "__main__":
    sys.exit(run_test(__doc__, run))
