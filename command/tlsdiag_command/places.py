# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the command's own files: beside its modules if installed, else in the source tree."""
import pathlib
import re

INSTALLED = pathlib.Path(__file__).resolve().parent.parent
SOURCES = INSTALLED.parent.parent


def read_catalogue() -> str:
    page = INSTALLED / "diagnoses.md"
    return (page if page.is_file() else SOURCES / "docs" / "diagnoses.md").read_text(encoding="utf-8")


def version() -> str:
    written = INSTALLED / "version"
    if written.is_file():
        return written.read_text(encoding="utf-8").strip()
    project = (SOURCES / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"project\(tlsdiag VERSION ([0-9.]+)", project)[1]
