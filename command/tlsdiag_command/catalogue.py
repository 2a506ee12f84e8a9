# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue of diagnoses, read from docs/diagnoses.md, which is generated from it."""
import difflib
import re
import textwrap

from . import Refusal
from .places import read_catalogue

ENTRY = re.compile(r"^\| \[(?P<id>[a-z0-9_]+)\]\(#[a-z0-9_]+\) \| (?P<severity>[^|]+) \| (?P<title>.+) \|$", re.MULTILINE)
WIDTH = 100


def entries() -> list[dict[str, str]]:
    return [match.groupdict() for match in ENTRY.finditer(read_catalogue())]


def list_text() -> str:
    return "".join(f"{one['id']:31} {one['severity']:20} {one['title']}\n" for one in entries())


def _row(cells: list[str]) -> str:
    """A row of the table of products, as text: | product | side | log message | fix | source |"""
    product, side, log, there, source = (cell.strip() for cell in cells)
    said = [f"logs: {log}"] * bool(log) + [f"there: {there}"] * bool(there)
    return f"* {product} ({side}) {'; '.join(said)} [{source}]"


def _plain(line: str) -> str:
    """A line of the page's Markdown as text."""
    cells = re.split(r"(?<!\\)\|", line)[1:-1] if line.startswith("|") else []
    if cells:
        is_head = cells[0].strip() in ("product", "---")
        return "" if is_head else textwrap.fill(_row(cells), WIDTH, subsequent_indent="  ", break_long_words=False)
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line.replace("**", ""), WIDTH, subsequent_indent=indent, break_long_words=False,
                         break_on_hyphens=False)


def page(wanted: str) -> str:
    section = re.search(rf"^## {re.escape(wanted)}\n(.*?)(?=^## |\Z)", read_catalogue(), re.MULTILINE | re.DOTALL)
    if not section:
        near = difflib.get_close_matches(wanted, [one["id"] for one in entries()], 3, 0.5)
        hint = f"; similar ones are {', '.join(near)}" if near else ""
        raise Refusal(f"there is no diagnosis {wanted!r}{hint}; tlsdiag --list lists all")
    text = "\n".join([wanted, *(_plain(line) for line in section[1].splitlines())])
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
