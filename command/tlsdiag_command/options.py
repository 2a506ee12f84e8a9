# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line."""
import argparse
import os
import sys

from . import Refusal
from .terminal import complain

LEVELS = ("failed", "error", "warning", "never")

USAGE = """tlsdiag [options] CAPTURE...
       tlsdiag [options] -i IFACE
       tlsdiag --explain ID | --list | --version | --help"""
EXIT_CODES = """exit status: 0 nothing reached the level of --fail-on; 1 something did; 2 wrong usage, or a capture that has no
packets or could not be read to its end (standard error names it; the other captures are analysed anyway)"""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        complain(f"{message} (tlsdiag --help shows the options)")
        sys.exit(2)


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _given(text: str) -> str:
    """Refuses an empty value: a script's variable may be empty."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return text


def _ids(text: str) -> str:
    if not text.replace(",", "").strip():
        raise argparse.ArgumentTypeError(f"{text!r} names no diagnosis; tlsdiag --list lists all")
    return text


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of captures (1 or more)")
    return int(text)


def _file(text: str) -> str:
    try:  # a pipe can be opened only once
        if os.path.isfile(text) or not os.path.exists(text):
            open(text, "rb").close()
        return text
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error.strerror}") from error


def _add_forms(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to print or write (default: the report)")
    group.add_argument("--json", action="store_true", help="one line of JSON for each conversation, with its file")
    group.add_argument("--csv", action="store_true", help="one line of CSV for each conversation")
    group.add_argument("--ladder", action="store_true", help="draw the handshakes that have a problem; with "
                                                             "--json: add the data of the drawings")
    group.add_argument("--inventory", action="store_true", help="what is protected, how and by whom, for all "
                                                                "captures together; also with --json or --csv")
    group.add_argument("--html", metavar="FILE", help="write a page; for several captures or a folder: a folder of pages")
    group.add_argument("--svg", metavar="DIR", help="write a drawing of each conversation that has a problem")


def _add_choices(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to analyse, and what to show of it")
    group.add_argument("-Y", dest="filter", metavar="FILTER", help="show only conversations with a packet that matches "
                                                                   "this display filter")
    group.add_argument("--only", metavar="ID,...", type=_ids, help="show only these diagnoses, and only conversations "
                                                                   "that have one of them")
    group.add_argument("--hide", metavar="ID,...", type=_ids, help="do not show these diagnoses")
    group.add_argument("--keylog", metavar="FILE", type=_file, help="key log file with TLS secrets (SSLKEYLOGFILE)")
    group.add_argument("--trust-store", metavar="PATH|system|none", help="the root certificates that the parties trust: "
                                                                         "a PEM file or a folder of them (default: "
                                                                         "system)")
    group.add_argument("-o", dest="preferences", metavar="NAME:VALUE", action="append", default=[],
                       help="set a Wireshark preference, as with tshark")
    group.add_argument("-d", dest="decode_as", metavar="RULE", action="append", default=[],
                       help="decode as, as with tshark: tcp.port==8443,tls")


def _add_running(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how to run")
    group.add_argument("--fail-on", metavar="LEVEL", choices=LEVELS, default="failed",
                       help="what makes the exit status 1: failed (a failed handshake, the default), error or warning "
                            "(such a finding, or worse), never")
    group.add_argument("-j", "--jobs", metavar="N", type=_jobs, default=cores(), help="captures to analyse at a time "
                                                                                      "(default: the number of cores)")
    group.add_argument("-i", dest="interface", metavar="IFACE", help="capture on this interface until Ctrl-C, and print "
                                                                     "each verdict as soon as it is known")


def _add_questions(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("instead of an analysis")
    group.add_argument("--explain", metavar="ID", help="explain a diagnosis and what to do")
    group.add_argument("--list", action="store_true", help="list all diagnoses")
    group.add_argument("--version", action="store_true", help="print the versions of tlsdiag, and of the Wireshark "
                                                              "and OpenSSL in use")
    group.add_argument("-h", "--help", action="help", help="print this text")


def parser() -> argparse.ArgumentParser:
    made = Parser(prog="tlsdiag", usage=USAGE, add_help=False, allow_abbrev=False,
                  description="Says why TLS handshakes in captures failed, and who has to change what.",
                  epilog=EXIT_CODES)
    made.add_argument("captures", metavar="CAPTURE", nargs="*", help="a capture that tshark reads, a folder (with all "
                                                                     "captures below it), or - for standard input")
    made.register("type", None, _given)
    _add_forms(made)
    _add_choices(made)
    _add_running(made)
    _add_questions(made)
    return made


def _contradiction(options: argparse.Namespace) -> str | None:
    if options.json and options.csv:
        return "--json and --csv exclude each other"
    if options.ladder and (options.csv or options.inventory):
        return "--ladder cannot be combined with --csv or --inventory"
    if options.interface and options.captures:
        return "give captures or -i, not both"
    if options.interface and (options.csv or options.ladder or options.inventory or options.html or options.svg):
        return "-i can be combined only with --json; for the other forms write a capture with tshark -w and analyse that"
    if not options.interface and not options.captures:
        return "no capture given"
    if options.captures.count("-") > 1:
        return "- can be given only once"
    return None


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    arguments = sys.argv[1:] if arguments is None else arguments
    # Everything after "--" is a capture. Python 3.11's intermixed parsing does not handle that.
    split = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser().parse_intermixed_args(arguments[:split])
    options.captures += arguments[split + 1:]
    if "" in options.captures:
        raise Refusal("the name of a capture is empty")
    if not (options.explain or options.list or options.version):
        wrong = _contradiction(options)
        if wrong:
            raise Refusal(f"{wrong} (tlsdiag --help shows the options)")
    return options
