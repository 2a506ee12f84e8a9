# SPDX-License-Identifier: GPL-2.0-or-later
"""The surroundings of the process: standard streams, signals, and a temporary folder."""
import contextlib
import os
import pathlib
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator

from . import Refusal

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def prepare_streams() -> None:
    """Connects closed standard streams to /dev/null, so that no file gets their descriptors."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    if sys.stdout is None:
        raise Refusal("standard output is closed")
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def finish_output() -> None:
    """Flushes here, because the interpreter would report an error when it does."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def on_ending(do: Callable[[int], None]) -> None:
    """Handles signals that end the process. Ignored signals, as under nohup, stay ignored."""
    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: do(number))


def end(number: int) -> None:
    """Ends the process once, so that running tsharks stop and the temporary folder is removed."""
    for one in ENDING:
        signal.signal(one, signal.SIG_IGN)
    raise SystemExit(128 + number)


def temporary_place() -> str:
    return f"{tempfile.gettempdir()} (TMPDIR)"


@contextlib.contextmanager
def temporary_folder() -> Iterator[pathlib.Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="tlsdiag-")
    except OSError as error:
        raise Refusal(f"cannot create a temporary folder: {error.strerror or error}; see TMPDIR") from None
    with folder as path:
        yield pathlib.Path(path)
