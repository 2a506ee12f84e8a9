# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark on several captures at a time, and keeps its output in files until it is that capture's turn."""
import collections
import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from . import wireshark
from .captures import STANDARD_INPUT, size_of
from .descriptors import can_be_read_again, inherited
from .process import temporary_place
from .progress import Progress

AHEAD = 1000  # captures whose results may wait for their turn
BUFFER = 1 << 14
CONVERSATION = re.compile(r'\{"schema":\d+,"conversation":')
INVENTORY = re.compile(r'\{"schema":\d+,"kind":')
COUNT = "io,stat,0"  # the number of packets; it has no row if all have the same time
# Whether there is any packet. This costs more; it is for captures that can be read only once.
FIRST = "io,phs,frame.number==1" + "".join(f"&&frame.encap_type!={kind}" for kind in wireshark.WHOLE_FILES)
COUNTED = re.compile(r"^(?:\| +[0-9.]+ +<> .*\| +(\d+) +\| +\d+ +\||\S+ +frames:(\d+) bytes:\d+)$")
BORDER = "===="  # above and below the table
BROKEN_OFF = "tshark's results are incomplete"
NO_PACKETS = "has no packets (empty, or cut short)"


def shown_name(capture: str) -> str:
    return "standard input" if capture == STANDARD_INPUT else capture


def parsed(line: str) -> dict | None:
    """A line of JSON; None if it is incomplete."""
    try:
        return json.loads(line)
    except ValueError:
        return None


@dataclass
class Run:
    """What tshark wrote about one capture."""
    capture: str
    status: int
    output: pathlib.Path
    errors: pathlib.Path
    page: pathlib.Path  # written by a form with {page}
    drawings: pathlib.Path  # a folder, filled by a form with {drawings}
    statistics: list[str]
    failure: str = ""  # why the results are incomplete

    def _lines(self) -> Iterator[str]:
        with open(self.output, encoding="utf-8", errors="replace") as lines:
            yield from lines

    def conversations(self) -> Iterator[tuple[str, dict]]:
        """Each line of JSON, and its parsed contents."""
        for line in filter(CONVERSATION.match, self._lines()):
            conversation = parsed(line)
            if conversation is None:
                self.failure = BROKEN_OFF
                return
            yield line, conversation

    def inventory(self) -> Iterator[str]:
        return (line for line in self._lines() if INVENTORY.match(line))

    def text(self) -> Iterator[str]:
        """The lines that are neither JSON nor part of the table with the number of packets, which comes first."""
        borders = 0
        for line in self._lines():
            if borders < 2:
                borders += line.startswith(BORDER)
            elif not CONVERSATION.match(line):
                yield line

    def packets(self) -> int:
        """The number of packets in the table; 0 may also mean that all have the same time."""
        borders = 0
        for line in self._lines():
            match = COUNTED.match(line)
            if match:
                return int(match[1] or match[2])
            borders += line.startswith(BORDER)
            if borders == 2:
                break
        return 0

    def complaints(self) -> list[str]:
        """tshark's messages without the file name, which the caller adds."""
        errors = self.errors.read_text("utf-8", "surrogateescape") if self.errors.exists() else ""
        said = wireshark.complaints(errors.replace(f'The file "{self.capture}" ', ""), self.statistics)
        return [self.failure, *said] if self.failure else said

    def forget(self) -> None:
        for path in (self.output, self.errors, self.page, self.drawings):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


class Runner:
    """Runs tshark once for each capture. tshark prints statistics in the reverse order of their -z arguments."""

    def __init__(self, options: list[str], forms: list[str], chosen: str | None, spool: pathlib.Path,
                 progress: Progress):
        self._command = [wireshark.program(), *options, "-q"]
        self._forms, self._chosen, self._spool, self._progress = forms, chosen, spool, progress
        self._running: set[subprocess.Popen] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def in_order(self, captures: Iterable[str], jobs: int) -> Iterator[Run]:
        """Each finished run, in the order of the captures. Its files exist until the next run is asked for."""
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            waiting: collections.deque[concurrent.futures.Future[Run]] = collections.deque()
            try:
                for number, capture in enumerate(captures):
                    waiting.append(pool.submit(self._run, number, capture))
                    if len(waiting) == AHEAD:
                        yield from self._finished(waiting.popleft())
                while waiting:
                    yield from self._finished(waiting.popleft())
            finally:
                self._stop(pool)

    def _finished(self, future: concurrent.futures.Future[Run]) -> Iterator[Run]:
        with self._progress.shown_while_waiting():
            run = future.result()
        yield run
        run.forget()

    def _stop(self, pool: concurrent.futures.ThreadPoolExecutor) -> None:
        pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.terminate()

    def _plan(self, number: int, capture: str) -> Run:
        run = Run(capture, 0, *(self._spool / f"{number}.{kind}" for kind in ("out", "err", "page", "drawings")), [])
        for form in self._forms:
            form = form.replace("{page}", str(run.page)).replace("{drawings}", str(run.drawings))
            run.statistics.append(wireshark.statistic(form, self._chosen))
        run.statistics.append(COUNT if can_be_read_again(capture) else FIRST)
        return run

    def _run(self, number: int, capture: str) -> Run:
        run = self._plan(number, capture)
        packets = 0
        try:
            self._keep(run)
            packets = run.packets()
        except OSError as error:
            run.failure = run.failure or f"{error.filename or 'tshark'}: {error.strerror or error}"
        if not packets and run.status == 0 and not run.failure and not self._stopped:
            run.failure = "" if COUNT in run.statistics and wireshark.has_packets(capture) else NO_PACKETS
        self._progress.count(packets, size_of(capture))
        return run

    def _keep(self, run: Run) -> None:
        """Runs tshark. tshark ignores write errors, so its results come through a pipe and are written here."""
        if any("{drawings}" in form for form in self._forms):
            run.drawings.mkdir()
        with open(run.output, "wb") as output, open(run.errors, "wb") as errors:
            process = self._begin(run, errors)
            if not process:
                return
            try:
                shutil.copyfileobj(process.stdout, output, BUFFER)
                output.flush()
            except OSError as error:
                run.failure = f"{temporary_place()}: {error.strerror or error}"
                process.terminate()
            finally:
                process.stdout.close()
                run.status = process.wait()
                with self._lock:
                    self._running.discard(process)

    def _begin(self, run: Run, errors: IO[bytes]) -> subprocess.Popen | None:
        command = [*self._command, *(word for one in run.statistics for word in ("-z", one)), "-r", run.capture]
        descriptors = (0,) if run.capture == STANDARD_INPUT else inherited(run.capture)
        with self._lock:
            if self._stopped:
                return None
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, pass_fds=descriptors,
                                       stdin=None if 0 in descriptors else subprocess.DEVNULL)
            self._running.add(process)
        return process
