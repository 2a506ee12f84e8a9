# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue of diagnoses as text."""
import difflib
import textwrap

from . import Refusal
from .places import read_catalogue

WIDTH = 100


def _severity(one: dict) -> str:
    return one["severity"] + ", at the end" * one["at_end"]


def list_text() -> str:
    return "".join(f"{one['id']:31} {_severity(one):20} {one['title']}\n" for one in read_catalogue())


def _product(note: dict) -> str:
    alert = f" ({note['alert']})" if note["alert"] else ""
    said = [f"{label}: {text}" for label, text in (("logs", note["log"]), ("fix", note["fix"])) if text]
    return f"* {note['product']}{alert} ({note['side']}) {'; '.join(said)} [{note['source']}]"


def _wrapped(text: str, indent: str = "", hyphens: bool = False) -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=hyphens)


def page(wanted: str) -> str:
    catalogue = {one["id"]: one for one in read_catalogue()}
    if wanted not in catalogue:
        near = difflib.get_close_matches(wanted, catalogue, 3, 0.5)
        hint = f"; similar ones are {', '.join(near)}" if near else ""
        raise Refusal(f"there is no diagnosis {wanted!r}{hint}; tlsdiag --list lists all")
    one = catalogue[wanted]
    blocks = [[wanted, f"{one['title']} ({_severity(one)})"],
              [_wrapped(f"On the wire: {one['wire']}")],
              [_wrapped(f"Remedy: {one['remedy']}")],
              ["Sources:", *(_wrapped(f"- {source}", "  ") for source in one["sources"])],
              [_wrapped(_product(note), "  ", hyphens=True) for note in one["products"]]]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
