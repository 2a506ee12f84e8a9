# SPDX-License-Identifier: GPL-2.0-or-later
"""The summary of many captures, counted in a database on disk so that memory does not grow with their number."""
import collections
import pathlib
import sqlite3

from .tally import SEVERITIES, Tally
from .terminal import counted, printable

SHOWN = 10  # servers, clients and faults
FILES_SHOWN = 4

TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE finding (severity TEXT, id TEXT, conversations INTEGER);
CREATE TABLE fault (file INTEGER, id TEXT, severity TEXT, side TEXT, party TEXT, conversations INTEGER);
CREATE TABLE party (role TEXT, party TEXT, seen INTEGER, failed INTEGER, PRIMARY KEY (role, party)) WITHOUT ROWID;
CREATE TABLE name (server TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE file (file INTEGER PRIMARY KEY, name TEXT);
"""

FINDINGS = """SELECT id, sum(conversations), count(*) FROM finding WHERE severity = ? GROUP BY id
              ORDER BY 2 DESC, id"""
WORST = """SELECT party, seen, failed, coalesce(name, '') FROM party LEFT JOIN name ON role = 'server' AND server = party
           WHERE role = ? AND failed > 0 ORDER BY failed DESC, seen, party LIMIT ?"""
# An alert is only a symptom: captures are compared by the fault behind it.
SHARED = """SELECT id, side, party, count(DISTINCT file) AS files, sum(conversations), coalesce(name, '') FROM fault
            LEFT JOIN name ON server = party WHERE severity <> 'note' AND id <> 'fatal_alert' GROUP BY id, side, party HAVING files > 1
            ORDER BY files DESC, 5 DESC, id, party LIMIT ?"""
WHERE = """SELECT DISTINCT name FROM fault JOIN file USING (file) WHERE id = ? AND side = ? AND party = ?
           ORDER BY file LIMIT ?"""


class Summary:
    def __init__(self, spool: pathlib.Path):
        self._database = sqlite3.connect(spool / "summary.sqlite", isolation_level=None)
        self._database.executescript(TABLES)
        self._outcomes: collections.Counter = collections.Counter()
        self._captures = self._with_problem = self._unread = 0

    def add(self, name: str, tally: Tally, is_whole: bool) -> None:
        """Adds a capture; is_whole: it was read to its end."""
        self._captures += 1
        self._with_problem += tally.has_problem
        self._unread += not is_whole
        self._outcomes += tally.outcomes
        run = self._database.executemany
        run("INSERT INTO finding VALUES (?, ?, ?)", ((*finding, count) for finding, count in tally.findings.items()))
        run("INSERT INTO fault VALUES (?, ?, ?, ?, ?, ?)",
            ((self._captures, fault.id, fault.severity, fault.side, fault.party, count)
             for fault, count in tally.faults.items()))
        run("INSERT INTO party VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seen = seen + excluded.seen, "
            "failed = failed + excluded.failed",
            ((*party, seen, tally.failed[party]) for party, seen in tally.seen.items()))
        run("INSERT INTO name VALUES (?, ?) ON CONFLICT DO NOTHING", tally.names.items())
        if tally.faults:
            run("INSERT INTO file VALUES (?, ?)", [(self._captures, printable(name))])

    def close(self) -> None:
        self._database.close()

    def text(self) -> str:
        parts = [self._head(), self._findings(), self._worst("server"), self._worst("client"), self._shared()]
        return "\n".join(part for part in parts if part)

    def _head(self) -> str:
        unread = f", {self._unread:,} not read to the end" if self._unread else ""
        outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in self._outcomes.most_common())
        return (f"Summary of {counted(self._captures, 'capture', 'captures')}: {self._with_problem:,} with a problem"
                f"{unread}\n"
                f"{counted(self._outcomes.total(), 'conversation', 'conversations')}{': ' if outcomes else ''}{outcomes}\n")

    def _findings(self) -> str:
        lines = []
        for severity in SEVERITIES:
            for diagnosis, conversations, files in self._database.execute(FINDINGS, (severity,)):
                lines.append(f"  {severity:10}  {diagnosis:31}"
                             f"{counted(conversations, 'conversation', 'conversations')} in "
                             f"{counted(files, 'capture', 'captures')}\n")
        return "".join(lines)

    def _worst(self, role: str) -> str:
        lines = [f"  {party:40} {failed:,} of {counted(seen, 'conversation', 'conversations')} failed"
                 f"{'   ' if name else ''}{name}\n"
                 for party, seen, failed, name in self._database.execute(WORST, (role, SHOWN))]
        return f"{role.capitalize()}s with the most failures\n{''.join(lines)}" if lines else ""

    def _shared(self) -> str:
        lines = []
        for diagnosis, side, party, files, _, name in self._database.execute(SHARED, (SHOWN,)).fetchall():
            where = [row[0] for row in self._database.execute(WHERE, (diagnosis, side, party, FILES_SHOWN))]
            more = ", ..." if files > FILES_SHOWN else ""
            who = {"client": f"client {party}", "server": f"server {party}"}.get(side, f"{side}, server {party}")
            lines.append(f"  {diagnosis:31} {who}{'   ' if name else ''}{name}\n"
                         f"      in {files:,} captures: {', '.join(where)}{more}\n")
        return f"The same fault in several captures\n{''.join(lines)}" if lines else ""
