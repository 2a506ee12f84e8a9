# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark on an interface, until Ctrl-C: verdicts as they come."""
import argparse
import os
import pathlib
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

from . import wireshark
from .process import on_ending
from .runs import BROKEN_OFF, BUFFER, CONVERSATION, Run, parsed
from .tally import Tally
from .terminal import complain
from .views import JsonView

PATIENCE = 10  # seconds that tshark has to end
NOT_ALLOWED = ("capturing is for root and the group wireshark (Debian: dpkg-reconfigure wireshark-common, then usermod "
               "-a -G wireshark); or let somebody who may record with tcpdump -w, and judge the file")


def watch(options: argparse.Namespace, spool: pathlib.Path) -> tuple[Tally, int]:
    """What it came to, and tshark's exit status."""
    statistics = [wireshark.statistic(form, options.filter) for form in ("live", "json")]
    run = Run(options.interface, 0, *(spool / f"live.{kind}" for kind in ("out", "err", "page", "drawings")), statistics)
    command = [wireshark.program(), *wireshark.preferences(options), "-q", "-i", options.interface,
               *(word for one in statistics for word in ("-z", one))]
    if sys.stderr.isatty():
        complain(f"capturing on {options.interface}; Ctrl-C ends it, and prints the counts")
    source = None if options.interface == "-" else subprocess.DEVNULL
    with open(run.errors, "wb") as errors:
        # In a session of its own, tshark gets the one signal that is passed on, and not the terminal's too.
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=errors,
                                   start_new_session=True)
    try:
        on_ending(lambda _: process.send_signal(signal.SIGINT))
        tally = _tell(run, process, options.json)
        run.status = process.wait()
    finally:
        if process.poll() is None:
            _end(process)
    _explain(run)
    return tally, run.status or bool(run.failure)


def _end(process: subprocess.Popen) -> None:
    """Also when nobody reads on: it would capture for ever."""
    process.stdout.close()
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _lines(process: subprocess.Popen) -> Iterator[str]:
    """Until it ends, or nobody is left who reads ours: the next verdict may be long in coming."""
    ends = select.poll()
    ends.register(process.stdout, select.POLLIN)
    ends.register(sys.stdout, 0)  # its errors alone
    begun = b""
    while True:
        if any(descriptor == sys.stdout.fileno() for descriptor, _ in ends.poll()):
            raise BrokenPipeError
        part = os.read(process.stdout.fileno(), BUFFER)
        if not part:
            break
        *lines, begun = (begun + part).split(b"\n")
        yield from (line.decode("utf-8", "replace") + "\n" for line in lines)
    yield begun.decode("utf-8", "replace")


def _tell(run: Run, process: subprocess.Popen, as_json: bool) -> Tally:
    tally, view = Tally(), JsonView("json")
    for line in _lines(process):
        if CONVERSATION.match(line):
            conversation = parsed(line)
            if conversation is None:
                run.failure = BROKEN_OFF
                continue
            tally.add(conversation)
            if as_json:
                view.conversation(run, line, conversation)
        elif not as_json:
            sys.stdout.write(line)
            sys.stdout.flush()
    return tally


def _explain(run: Run) -> None:
    if run.status == wireshark.WRONG_USAGE and wireshark.lacks_plugin(run.errors.read_text("utf-8", "replace")):
        raise wireshark.explain_refusal(run.errors.read_text("utf-8", "replace"), run.statistics)
    if run.status != 0 or run.failure:
        first = (run.complaints() or ["tshark ended, and does not say why"])[0]
        complain(f"{run.capture}: {first.rstrip('.') + '; ' + NOT_ALLOWED if 'permission' in first else first}")
