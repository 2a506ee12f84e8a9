# SPDX-License-Identifier: GPL-2.0-or-later
"""The progress bar on a terminal: captures done, packets per second, time left."""
import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator

BAR, SHORTEST_BAR = 20, 5


class Progress:
    """Stays silent if standard error is not a terminal, or for a single capture."""

    def __init__(self, captures: int, size: int):
        self.shown = captures > 1 and sys.stderr.isatty()
        self._captures, self._size = captures, max(size, 1)
        self._done = self._packets = self._bytes = 0
        self._began, self._drawn = time.monotonic(), 0.0
        self._lock = threading.Lock()
        self._waits = False

    def count(self, packets: int, size: int) -> None:
        """Counts a finished capture. The threads that run tshark call this."""
        with self._lock:
            self._done += 1
            self._packets += packets
            self._bytes += size
            if self._waits and time.monotonic() - self._drawn > 0.1:
                self._draw()

    @contextlib.contextmanager
    def shown_while_waiting(self) -> Iterator[None]:
        """Shows the bar, and erases it before anything else is written, perhaps to the same terminal."""
        with self._lock:
            self._waits = self.shown
        try:
            yield
        finally:
            with self._lock:
                self._waits = False
                if self._drawn:
                    self._drawn = 0.0
                    print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        line = self.line(self._drawn - self._began, _columns())
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def line(self, seconds: float, columns: int = 80) -> str:
        share = min(self._bytes / self._size, 1.0)
        left = f"  {_clock(seconds * (1 - share) / share)} left" if share > 0 else ""
        text = (f"{self._done:,} of {self._captures:,} captures"
                f"  {self._packets / max(seconds, 1e-3):,.0f} packets/s{left}")
        bar = min(BAR, columns - len(text) - 4)
        full = int(share * bar)
        return (f"[{'#' * full}{'.' * (bar - full)}] {text}" if bar >= SHORTEST_BAR else text)[:columns - 1]


def _columns() -> int:
    """The width of the bar's terminal: standard output may be another terminal or a file."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
