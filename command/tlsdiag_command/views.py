# SPDX-License-Identifier: GPL-2.0-or-later
"""The forms of output for each capture."""
import csv
import json
import sys

from . import Refusal
from .inventory import Inventory
from .inventory_text import inventory_text
from .runs import BROKEN_OFF, Run, shown_name
from .tally import Tally
from .terminal import printable


class View:
    """What happens to each capture's results. main asks for the form "json" in any case."""
    forms: list[str] = []  # the forms of -z that tshark gets; {page} and {drawings} stand for what it writes
    even_if_cut = False  # whether it accepts a capture that was not read to its end and has no conversation

    def conversation(self, run: Run, line: str, conversation: dict) -> None:
        """Called for each conversation as it comes."""

    def capture(self, run: Run, tally: Tally) -> None:
        """Called when all conversations of a capture have come."""

    def end(self) -> None:
        """Called when all captures have come."""


class JsonView(View):
    def __init__(self, form: str):
        self.forms = [form]

    def conversation(self, run: Run, line: str, conversation: dict) -> None:
        """Prints the plugin's own line, with the file as its first key. JSON allows no invalid UTF-8, so it is escaped."""
        name = shown_name(run.capture).encode("utf-8", "backslashreplace").decode("utf-8")
        sys.stdout.write(f'{{"file":{json.dumps(name)},{line[1:]}')


class CsvView(View):
    KEYS = ("conversation", "proto", "stream", "client", "server", "time", "sni", "version", "cipher", "client_auth",
            "first_frame", "last_frame", "seconds", "outcome", "cause", "certainty", "verdict")

    def __init__(self) -> None:
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        self._writer.writerow(("file", *self.KEYS, "problems", "notes", "remedy"))

    def conversation(self, run: Run, line: str, conversation: dict) -> None:
        findings = conversation["findings"]
        notes = [one["id"] for one in findings if one["severity"] == "note"]
        problems = [one["id"] for one in findings if one["severity"] != "note"]
        remedy = next((one["remedy"] for one in findings if one["id"] == conversation["cause"]), "")
        row = (printable(shown_name(run.capture)), *(conversation[key] for key in self.KEYS), " ".join(problems), " ".join(notes),
               remedy)
        self._writer.writerow([_cell(value) for value in row])


# Characters that begin a formula in a spreadsheet. The last four are full-width forms, which some programs accept too.
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def _cell(value: object) -> object:
    """Disarms text that may come from the wire."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


class InventoryView(View):
    forms = ["json,inventory"]
    even_if_cut = True

    def __init__(self, form: str):
        self._form, self._inventory = form, Inventory()

    def capture(self, run: Run, tally: Tally) -> None:
        try:
            for line in run.inventory():
                self._inventory.add(line)
        except ValueError:
            raise Refusal(BROKEN_OFF) from None

    def end(self) -> None:
        if self._form == "json":
            print(*self._inventory.json_lines(), sep="\n")
        elif self._form == "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(self._inventory.HEADINGS)
            writer.writerows([_cell(value) for value in row] for row in self._inventory.rows())
        else:
            print(inventory_text(self._inventory), end="")


class TextView(View):
    """The report or the ladders. With many captures, each has its name as a heading."""

    def __init__(self, form: str, many: bool):
        self.forms = [form]
        self._many = many

    def capture(self, run: Run, tally: Tally) -> None:
        if self._many:
            print(f"== {printable(shown_name(run.capture))}")
        for line in run.text():
            sys.stdout.write(line)
            if self._many and not tally.has_problem:
                break  # the first line says that there is no problem; the summary counts the rest
        if self._many:
            print()
