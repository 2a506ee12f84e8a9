# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that can be read only once, or that the shell passes as a descriptor, such as <(...).

tshark inherits the descriptor, or reads a copy.
"""
import argparse
import os
import pathlib
import re
import shutil

from . import Refusal
from .process import temporary_place
from .terminal import complain

DESCRIPTOR = re.compile(r"/dev/(?:fd/(\d+)|stdin)|/proc/self/fd/(\d+)")
KEYS = re.compile(rb"(RSA Session-ID:|[A-Z][A-Z_0-9]+ )[0-9A-Fa-f]+ ")


def inherited(path: str) -> tuple[int, ...]:
    """The descriptors that tshark has to inherit to open this path."""
    match = DESCRIPTOR.fullmatch(path)
    if not match:
        return ()
    number = int(match[1] or match[2] or 0)
    try:
        os.fstat(number)
    except OSError:
        return ()
    return (number,)


def can_be_read_again(path: str) -> bool:
    return os.path.isfile(path) and not inherited(path)


def _kept(path: str | None, copy: pathlib.Path) -> str | None:
    if not path or not os.path.exists(path) or os.path.isdir(path) or can_be_read_again(path):
        return path
    try:
        with open(path, "rb") as source, open(copy, "wb") as target:
            shutil.copyfileobj(source, target)
    except OSError as error:
        raise Refusal(f"{error.filename or temporary_place()}: {error.strerror or error}") from None
    return str(copy)


def keep(options: argparse.Namespace, spool: pathlib.Path) -> None:
    """Copies what each tshark has to read again: the key log file and the trust store."""
    named = options.keylog
    options.keylog = _kept(options.keylog, spool / "keylog")
    options.trust_store = _kept(options.trust_store, spool / "trusted.pem")
    if options.keylog and not options.interface:
        with open(options.keylog, "rb") as lines:
            if not any(map(KEYS.match, lines)):
                complain(f"--keylog {named}: contains no keys")
