#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one hostile capture through every output: the output is sane UTF-8, and nothing in it is executed.

    hostile_test.py --plugins DIR
"""
import argparse
import json
import re
import sys
import unicodedata
import xml.etree.ElementTree
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hostile  # noqa: E402
from wireshark import Failure, Wireshark  # noqa: E402

FIELDS = ("id", "detail", "remedy", "verdict", "sni", "hint", "chain.missing_issuer", "chain.aia")
TEXTS = {
    "report": ("-q", "-z", "tlsdiag"),
    "live": ("-q", "-z", "tlsdiag,live"),
    "json": ("-q", "-z", "tlsdiag,json"),
    "json with ladder": ("-q", "-z", "tlsdiag,json,ladder"),
    "ladder": ("-q", "-z", "tlsdiag,ladder"),
    "table": ("-q", "-z", "tlsdiag,table"),
    "inventory": ("-q", "-z", "tlsdiag,inventory"),
    "json of the inventory": ("-q", "-z", "tlsdiag,json,inventory"),
    "fields": ("-Y", "tlsdiag", "-T", "fields", "-E", "aggregator=|", *(part for field in FIELDS
                                                                     for part in ("-e", f"tlsdiag.{field}"))),
    "tree": ("-V", "-Y", "tlsdiag"),
    "expert": ("-q", "-z", "expert"),
    "info column": ("-Y", "tlsdiag"),
}
OURS_ALONE = {"tree": r"TLS Diagnosis.*?\n(?=\n|\S)", "info column": r"\[[a-z_]+\]", "expert": r"^.*TLSDIAG.*$"}


def harm(name, text):
    if name in OURS_ALONE:  # the rest is Wireshark's
        text = "\n".join(re.findall(OURS_ALONE[name], text, re.DOTALL if name == "tree" else re.MULTILINE))
    if name == "fields":
        text = text.replace("\t", "\n")
    if not text.strip():
        yield f"{name}: nothing comes out"
    for found in hostile.HARMFUL.finditer(text):
        about = text[max(found.start() - 30, 0):found.end() + 10]
        yield f"{name}: U+{ord(found[0]):04X} ({unicodedata.name(found[0], 'control')}) in {about!r}"


def told(name, text):
    """The attacker's text is shown in harmless form, which proves that it got through."""
    if name in ("report", "json", "fields", "tree"):
        one = r"\\" if name == "json" else "\\"
        for word in ("<script>", one + "x1b[31m", one + "1B[31m", one + "u{202e}", "CN=issuer"):
            if word not in text:
                yield f"{name}: {word} is not in it"
    if "json" in name:
        for line in text.splitlines():
            json.loads(line)


def page(wireshark, capture, word):
    """In HTML and SVG, the attacker's markup is plain text."""
    path = wireshark.root / "home" / f"page.{word}"
    wireshark.tshark("-q", "-r", capture, "-z", f"tlsdiag,{word},{path}")
    text = path.read_text(encoding="utf-8")
    yield from harm(word, text)
    if "<script>alert" in text or "&lt;script&gt;alert" not in text:
        yield f"{word}: the attacker's markup is not escaped, or not there"
    if word == "svg":
        xml.etree.ElementTree.fromstring(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    arguments = parser.parse_args()
    wrong = []
    with Wireshark(arguments.plugins) as wireshark:
        wireshark.configure({"tlsdiag.trust_store": "none", "tlsdiag.products": "all"})
        capture = wireshark.write("hostile.pcap", hostile.capture())
        for name, asked in TEXTS.items():
            text = wireshark.tshark("-r", capture, *asked)
            wrong += [*harm(name, text), *told(name, text)]
        for word in ("html", "svg"):
            wrong += page(wireshark, capture, word)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(str(failure))
