# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the command's own files: beside its modules if installed, else in the source tree."""
import json
import pathlib
import re

INSTALLED = pathlib.Path(__file__).resolve().parent.parent
SOURCES = INSTALLED.parent


def read_catalogue() -> list[dict]:
    """What the plugin's build wrote about each diagnosis."""
    written = INSTALLED / "catalogue.json"
    return json.loads((written if written.is_file() else SOURCES / "docs" / "catalogue.json").read_text(encoding="utf-8"))


def version() -> str:
    written = INSTALLED / "version"
    if written.is_file():
        return written.read_text(encoding="utf-8").strip()
    project = (SOURCES / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"project\(tlsdiag VERSION ([0-9.]+)", project)[1]
