# SPDX-License-Identifier: GPL-2.0-or-later
"""From the command line to the exit status."""
import argparse
import contextlib
import pathlib
import sqlite3
import sys

from . import Refusal, captures, catalogue, descriptors, live, options as command_line, process, wireshark
from .pages import HtmlView, SvgView
from .progress import Progress
from .runs import Run, Runner, shown_name
from .summary import Summary
from .tally import Tally, is_reached
from .terminal import complain, printable
from .views import CsvView, InventoryView, JsonView, TextView, View

FOUND, FAILED = 1, 2
SAID = 3  # lines of tshark's messages about a capture; a program that is not tshark may print its whole usage


def choose_views(options: argparse.Namespace, many: bool) -> list[View]:
    data = "json" if options.json else "csv" if options.csv else ""
    views: list[View] = []
    if options.inventory:
        views.append(InventoryView(data))
    elif options.csv:
        views.append(CsvView())
    elif options.json:
        views.append(JsonView("json,ladder" if options.ladder else "json"))
    elif options.ladder or not (options.html or options.svg):
        views.append(TextView("ladder" if options.ladder else "", many))
    if options.html:
        views.append(HtmlView(options.html, options.captures))
    if options.svg:
        views.append(SvgView(options.svg, options.captures))
    return views


def show(run: Run, views: list[View]) -> tuple[Tally, bool]:
    """Prints the results of a capture. Returns its tally, and whether it was read to its end."""
    if run.status == wireshark.WRONG_USAGE:
        raise wireshark.explain_refusal(run.errors.read_text(encoding="utf-8", errors="replace"), run.statistics)
    tally = Tally()
    for line, conversation in run.conversations() if not run.failure else ():
        tally.add(conversation)
        for view in views:
            view.conversation(run, line, conversation)
    if not run.failure:
        _finish(run, views, tally)
    said = run.complaints() or [f"tshark ended with status {run.status}"] * (run.status != 0)
    for line in said[:SAID]:
        sys.stdout.flush()
        complain(f"{shown_name(run.capture)}: {line}")
    return tally, run.status == 0 and not run.failure


def _finish(run: Run, views: list[View], tally: Tally) -> None:
    for view in views:
        if run.status == 0 or tally.conversations or view.even_if_cut:
            try:
                view.capture(run, tally)
            except Refusal as refusal:
                run.failure = str(refusal)


def print_summary(summary: Summary, for_data: bool) -> None:
    """With data on standard output, the summary goes to standard error, if that is a terminal."""
    if not for_data:
        print(summary.text(), end="")
    elif sys.stderr.isatty():
        print(summary.text(), end="", file=sys.stderr)


def judge(options: argparse.Namespace, spool: pathlib.Path) -> int:
    how_many, size = captures.count(options.captures)
    progress = Progress(how_many, size)
    views = choose_views(options, how_many > 1)
    forms = dict.fromkeys(form for view in views for form in view.forms)
    if not any(form.startswith("json") and "inventory" not in form for form in forms):
        forms["json"] = None  # the summary and the exit status need it
    runner = Runner(wireshark.preferences(options), list(forms), options.filter, spool, progress)
    summary = Summary(spool) if how_many > 1 else None
    reached, all_read = 0, True
    with contextlib.closing(runner.in_order(captures.find(options.captures), options.jobs)) as done:
        for run in done:
            tally, is_whole = show(run, views)
            reached, all_read = max(reached, tally.level), all_read and is_whole
            if summary:
                summary.add(shown_name(run.capture), tally, is_whole)
    for view in views:
        view.end()
    sys.stdout.flush()
    if summary:
        if not options.inventory:
            print_summary(summary, for_data=options.json or options.csv)
        summary.close()
    return exit_status(options, reached, all_read)


def exit_status(options: argparse.Namespace, reached: int, all_read: bool) -> int:
    return FAILED if not all_read else FOUND if is_reached(options.fail_on, reached) else 0


def run_command() -> int:
    options = command_line.parse()
    if options.version:
        lines, is_loaded = wireshark.version_lines()
        print(*map(printable, lines), sep="\n")
        return 0 if is_loaded else FAILED
    if options.list:
        print(catalogue.list_text(), end="")
    elif options.explain:
        print(catalogue.page(options.explain), end="")
    else:
        if options.filter:
            wireshark.check_filter(options.filter)
        with process.temporary_folder() as spool:
            descriptors.keep(options, spool)
            if not options.interface:
                return judge(options, spool)
            tally, status = live.watch(options, spool)
            return exit_status(options, tally.level, status == 0)
    return 0


def main() -> int:
    try:
        process.on_ending(process.end)
        process.prepare_streams()
        status = run_command()
        sys.stdout.flush()
        return status
    except Refusal as refusal:
        complain(str(refusal))
    except BrokenPipeError:
        pass  # the reader has closed the pipe, as head does
    except OSError as error:
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
    except sqlite3.Error as error:
        complain(f"{process.temporary_place()}: {error}")
    except Exception as error:
        complain(f"an error in tlsdiag itself: {type(error).__name__}: {error}")
    finally:
        process.finish_output()
    return FAILED
