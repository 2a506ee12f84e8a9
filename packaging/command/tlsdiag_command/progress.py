# SPDX-License-Identifier: GPL-2.0-or-later
"""The bar on a terminal: captures done, packets a second, time left."""
import shutil
import sys
import threading
import time

BAR = 20


class Progress:
    """Says nothing where standard error is no terminal, or for a single capture."""

    def __init__(self, captures: int, size: int):
        self.shown = captures > 1 and sys.stderr.isatty()
        self._captures, self._size = captures, max(size, 1)
        self._done = self._packets = self._bytes = 0
        self._began, self._drawn = time.monotonic(), 0.0
        self._lock = threading.Lock()

    def count(self, packets: int, size: int) -> None:
        """A capture is done: told by the thread that watched over it."""
        with self._lock:
            self._done += 1
            self._packets += packets
            self._bytes += size
            if self.shown and time.monotonic() - self._drawn > 0.1:
                self._draw()

    def clear(self) -> None:
        """Before anything else is written: it may be the same terminal."""
        if self.shown and self._drawn:
            with self._lock:
                self._drawn = 0.0
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        line = self.line(self._drawn - self._began)[:shutil.get_terminal_size().columns - 1]
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def line(self, seconds: float) -> str:
        share = min(self._bytes / self._size, 1.0)
        full = int(share * BAR)
        left = f"  {_clock(seconds * (1 - share) / share)} left" if share > 0 else ""
        return (f"[{'#' * full}{'.' * (BAR - full)}] {self._done:,} of {self._captures:,} captures"
                f"  {self._packets / max(seconds, 1e-3):,.0f} packets/s{left}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
