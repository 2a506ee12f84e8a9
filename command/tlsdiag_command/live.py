# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark on an interface until Ctrl-C and prints verdicts as they come."""
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

PATIENCE = 10  # seconds that tshark has to stop
NOT_ALLOWED = ("only root and the group wireshark may capture (Debian: dpkg-reconfigure wireshark-common, then usermod "
               "-a -G wireshark); or let somebody with that right capture with tcpdump -w, and analyse the file")


def watch(options: argparse.Namespace, spool: pathlib.Path) -> tuple[Tally, int]:
    """The tally, and tshark's exit status."""
    statistics = [wireshark.statistic(form, options.filter) for form in ("live", "json")]
    run = Run(options.interface, 0, *(spool / f"live.{kind}" for kind in ("out", "err", "page", "drawings")), statistics)
    command = [wireshark.program(), *wireshark.preferences(options), "-q", "-i", options.interface,
               *(word for one in statistics for word in ("-z", one))]
    if sys.stderr.isatty():
        complain(f"capturing on {options.interface}; Ctrl-C stops it and prints the counts")
    source = None if options.interface == "-" else subprocess.DEVNULL
    with open(run.errors, "wb") as errors:
        # In a session of its own, tshark gets only the signal that we pass on, not the terminal's as well.
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
    """Stops tshark, which would otherwise capture forever, also if nobody reads our output any longer."""
    process.stdout.close()
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _lines(process: subprocess.Popen) -> Iterator[str]:
    """Lines until tshark ends or nobody reads our output any longer: the next verdict may take long."""
    ends = select.poll()
    ends.register(process.stdout, select.POLLIN)
    ends.register(sys.stdout, 0)  # only its errors
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
        first = (run.complaints() or ["tshark ended without a message"])[0]
        complain(f"{run.capture}: {first.rstrip('.') + '; ' + NOT_ALLOWED if 'permission' in first else first}")
