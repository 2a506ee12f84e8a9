#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests -z tlsdiag,table, -z tlsdiag,inventory and -z tlsdiag,json,inventory, and the same tables in sharkd.

    statistics_test.py --plugins DIR CAPTURES
"""
import collections
import json
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import check, run_test  # noqa: E402

MUTUAL = "client_cert_missing/batch_client_has_none.pcapng"
PLAIN = "clean/no_tls.pcapng"


def report(wireshark, capture, words, *more):
    return wireshark.tshark("-q", "-r", capture, *more, "-z", f"tlsdiag,{words}")


def inventory(wireshark, capture, *more):
    """The lines of JSON, by kind."""
    lines = collections.defaultdict(list)
    for line in report(wireshark, capture, "json,inventory", *more).splitlines():
        one = json.loads(line)
        lines[one["kind"]].append(one)
    return lines


def sheet(wireshark, capture, name):
    """Rows of a Statistics window, as dictionaries."""
    _, answer = wireshark.sharkd(("load", {"file": str(capture)}), ("tap", {"tap0": f"nstat:tlsdiag,table,{name}"}))
    tap, = answer["taps"]
    heads = [field["c"] for field in tap["fields"]]
    return [dict(zip(heads, row)) for row in tap["tables"][0]["i"]]


def check_table(wireshark, capture):
    conversation, = wireshark.conversations(capture)
    table = report(wireshark, capture, "table")
    check("two passes differ from one", table == report(wireshark, capture, "table", "-2"))
    for part in ("Findings\n", "Outcomes by server\n", "Handshake times\n", conversation["server"]):
        check(f"the table lacks {part!r}:\n{table}", part in table)
    expected = {(one["id"], one["severity"], one["frame"]) for one in conversation["findings"]}
    rows = sheet(wireshark, capture, "findings")
    check(f"findings in sharkd: {rows}", {(r["finding"], r["severity"], r["first frame"]) for r in rows} == expected)
    check("findings in the table", all(f"  {name} " in table for name, _, _ in expected))
    server, = sheet(wireshark, capture, "servers")
    check(f"outcomes in sharkd: {server}", server["server"] == conversation["server"] and server["failed"] == 1)


def check_inventory(wireshark, capture):
    conversation, = wireshark.conversations(capture)
    lines = inventory(wireshark, capture)
    one, = lines["server"]
    check(f"the server's line: {one}",
          one["server"] == conversation["server"] and one["name"] == conversation["sni"] and one["schema"] == 1
          and one["versions"] == {conversation["version"]: 1} and one["ciphers"] == {conversation["cipher"]: 1}
          and one["client_auth"] == {conversation["client_auth"]: 1} and one["outcomes"] == {"failed": 1})
    certificate, = one["certificates"].values()
    check(f"the certificate: {certificate}", certificate["connections"] == 1 and certificate["issuer"])
    check(f"the whole: {lines['total']}", lines["total"][0]["conversations"] == 1)
    text = report(wireshark, capture, "inventory")
    for part in (conversation["cipher"], certificate["issuer"].split(",")[0], "would stop working"):
        check(f"the text lacks {part!r}:\n{text}", part in text)
    row, = sheet(wireshark, capture, "inventory")
    check(f"the inventory in sharkd: {row}", row["name"] == conversation["sni"] and row["connections"] == 1)
    check("a filter that chooses nothing",
          report(wireshark, capture, "inventory,ip.addr == 192.0.2.99") == "No TLS conversation, or none that matches the filter.\n")


def check_plain(wireshark, capture):
    lines = inventory(wireshark, capture)
    check(f"no TLS: {lines}", not lines["server"] and lines["total"][0]["conversations"] == 0)
    ports = {line["port"]: line["connections"] for line in lines["plain"]}
    check("no port", ports)
    check("ports in sharkd", {row["port"]: row["connections"] for row in sheet(wireshark, capture, "plain")} == ports)
    text = report(wireshark, capture, "inventory")
    check(f"ports in the text:\n{text}", all(f"  port {port} " in text for port in ports))
    check("the table says so", report(wireshark, capture, "table").startswith("No TLS conversation found"))


def run(wireshark, captures):
    mutual = wireshark.share(captures / MUTUAL)
    check_table(wireshark, mutual)
    check_inventory(wireshark, mutual)
    check_plain(wireshark, wireshark.share(captures / PLAIN))


if __name__ == "__main__":
    sys.exit(run_test(__doc__, run))
