# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark: its command line, whether it has the plugin, and its error messages."""
import argparse
import ctypes
import os
import re
import shutil
import subprocess

from . import Refusal
from .places import version

WRONG_USAGE = 1  # tshark's exit status for a wrong option or filter; others concern the file
WHOLE_FILES = ("134", "175")  # Wiretap's encapsulations: pictures and the like; JSON, which blanks count as
CHATTER = re.compile(r"^(Running as user|Capturing on|\d+ packets? (captured|dropped)| \*\* \(tshark:.* MESSAGE\]|"
                     r"(tshark: )?\s*$)")


def program() -> str:
    """The path of tshark, or of the program in the variable TSHARK."""
    wanted = os.environ.get("TSHARK") or "tshark"
    found = shutil.which(wanted)
    if not found:
        raise Refusal(f"{wanted} is not installed, and tlsdiag needs it: install Wireshark's tshark "
                      "(Debian: apt install tshark)")
    return found


def _ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program(), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="surrogateescape", check=False)


def has_packets(capture: str) -> bool:
    """Whether the file contains network packets: tshark reads any other file as one packet."""
    first = _ask("-n", "-r", capture, "-c", "1", "-T", "fields", "-e", "frame.encap_type", "-e", "frame.protocols")
    encapsulation, _, protocols = first.stdout.strip().partition("\t")
    return bool(protocols) and encapsulation not in WHOLE_FILES


def check_filter(chosen: str) -> None:
    """Checks the filter alone: the message then quotes what the user typed, and its parentheses cannot close ours."""
    asked = _ask("-n", "-r", os.devnull, "-Y", chosen)
    said = complaints(asked.stderr, [])
    # tshark checks the filter before it opens the file.
    if said and not any(line.startswith(f'The file "{os.devnull}"') for line in said):
        raise Refusal(f"-Y {chosen}: {said[0]}")


def statistic(form: str, chosen: str | None) -> str:
    """The argument of -z. The parentheses keep a filter from being read as a word of ours."""
    return f"tlsdiag{',' + form if form else ''}{f',({chosen})' if chosen else ''}"


def preferences(options: argparse.Namespace) -> list[str]:
    """The command's options as options of tshark."""
    named = {"tls.keylog_file": options.keylog, "tlsdiag.trust_store": options.trust_store,
             "tlsdiag.only": options.only, "tlsdiag.hide": options.hide}
    chosen = [f"{name}:{value}" for name, value in named.items() if value is not None] + options.preferences
    # -n: tshark resolves no names, whatever the user's preferences say.
    return ["-n", *(word for one in chosen for word in ("-o", one)),
            *(word for one in options.decode_as for word in ("-d", one))]


# ---- tshark's error messages ----

def complaints(errors: str, statistics: list[str]) -> list[str]:
    """The lines of its standard error that are worth printing, without arguments that the user did not type."""
    lines = []
    for argument in statistics:
        errors = errors.replace(f"tlsdiag: -z {argument}: ", "")
    for line in errors.splitlines():
        if line.startswith("    ") or CHATTER.match(line):
            continue
        lines.append(line.removeprefix("tshark: ").removeprefix("tlsdiag: "))
    return list(dict.fromkeys(lines))


def lacks_plugin(errors: str) -> bool:
    return 'Invalid -z argument "tlsdiag' in errors


def _folder(kind: str) -> str:
    match = re.search(rf"^{kind} Plugins:\s*(.*)$", _ask("-G", "folders").stdout, re.MULTILINE)
    return f"{match[1]}/epan" if match else f"Wireshark's folder of {kind.lower()} plugins"


def plugin() -> tuple[str, str] | None:
    """The version and file of the plugin that tshark loads."""
    for line in _ask("-G", "plugins").stdout.splitlines():
        fields = line.split("\t")
        if fields[0].strip() in ("tlsdiag.so", "tlsdiag.dll"):
            return fields[1].strip(), fields[-1].strip()
    return None


def explain_refusal(errors: str, statistics: list[str]) -> Refusal:
    """tshark rejected the command line: why, and what to do."""
    if not lacks_plugin(errors):
        return Refusal(next(iter(complaints(errors, statistics)), "tshark rejects the command line without a message"))
    found = plugin()
    if found:
        return Refusal(f"the plugin {found[1]} has version {found[0]}, which does not support this: update it")
    own = complaints(_ask("-G", "plugins").stderr, [])
    why = f" ({own[0]})" if own else ""
    if os.geteuid() == 0:
        return Refusal(f"tshark does not load the plugin tlsdiag{why}: as root, Wireshark ignores personal plugins and "
                       f"WIRESHARK_PLUGIN_DIR. Run tlsdiag as yourself, or install tlsdiag.so for everyone, in "
                       f"{_folder('Global')}")
    return Refusal(f"tshark does not load the plugin tlsdiag{why}: install the package tlsdiag for this release of "
                   f"Wireshark, or put tlsdiag.so into {_folder('Personal')}")


# ---- --version ----

def _openssl(library: str) -> str:
    """The version of the OpenSSL that the plugin is linked with, looked up through the plugin itself."""
    try:
        openssl = ctypes.CDLL(library).OpenSSL_version
    except (OSError, AttributeError):
        return "OpenSSL of an unknown version"
    openssl.restype = ctypes.c_char_p
    return openssl(0).decode("utf-8", "replace")


def version_lines() -> tuple[list[str], bool]:
    """The lines of --version, and whether the plugin is loaded."""
    first = _ask("--version").stdout.partition("\n")[0].rstrip(".")
    found = plugin()
    lines = [f"tlsdiag {version()}", f"{first} in {program()}"]
    if found:
        return [*lines, f"plugin tlsdiag {found[0]} in {found[1]}", _openssl(found[1])], True
    return [*lines, "the plugin tlsdiag is not loaded"], False
