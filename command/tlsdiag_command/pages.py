# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages and drawings: the plugin writes them into the temporary folder; they are then copied to their target."""
import hashlib
import os
import pathlib
import shutil
import tempfile

from . import Refusal
from .captures import STANDARD_INPUT
from .process import temporary_place
from .runs import Run
from .tally import Tally
from .terminal import counted, printable
from .views import View

LONGEST = 255  # bytes in a file name
PAGE, DRAWING = (b"<!doctype html", b"<html"), (b"<svg", b"<?xml")  # their first bytes


def are_several(captures: list[str]) -> bool:
    """A folder counts as several, however many captures it contains today."""
    return len(captures) > 1 or os.path.isdir(captures[0])


def _path(capture: str, several: bool) -> pathlib.Path:
    """Where a capture's page goes: by its name; with several captures by its whole path, always inside the folder."""
    path = pathlib.PurePath("standard-input" if capture == STANDARD_INPUT else capture)
    if not several:
        return pathlib.Path(path.name)
    return pathlib.Path(*("up" if part == ".." else part for part in path.parts if part != path.anchor))


def _with(path: pathlib.Path, end: str) -> pathlib.Path:
    """Appends `end`, and shortens the name if it is too long for a file system."""
    name, room = os.fsencode(path.name), LONGEST - len(end)
    if len(name) <= room:
        return path.with_name(path.name + end)
    mark = f"~{hashlib.sha256(name).hexdigest()[:16]}"
    return path.with_name(name[:room - len(mark)].decode("utf-8", "ignore") + mark + end)


def _refuse_other(target: pathlib.Path, beginnings: tuple[bytes, ...]) -> None:
    """Does not overwrite a file that is not ours: with --html *.pcapng it is a capture."""
    if target.is_file() and target.stat().st_size:
        with open(target, "rb") as file:
            if not file.read(20).lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(beginnings):
                raise Refusal(f"{target}: exists and is not a {'page' if beginnings == PAGE else 'drawing'}, so it is "
                              "not overwritten")


def _put(page: pathlib.Path, target: pathlib.Path, beginnings: tuple[bytes, ...]) -> None:
    try:
        _refuse_other(target, beginnings)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, target)
    except OSError as error:
        raise Refusal(f"{target}: {error.strerror or error}") from None


def _make_folder(option: str, folder: pathlib.Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{option} {folder}: {'several captures need' if option == '--html' else 'it needs'} a folder, "
                      "and this is not one")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"{option} {folder}: {error.strerror or error}") from None


def _check_way() -> None:
    """A comma ends the name of a file in an argument of -z."""
    if "," in tempfile.gettempdir():
        raise Refusal(f"{temporary_place()}: pages and drawings are first written here, so its name must not contain "
                      "a comma")


class HtmlView(View):
    forms = ["html,{page}"]

    def __init__(self, target: str, captures: list[str]):
        _check_way()
        self._target, self._several = pathlib.Path(target), are_several(captures)
        if self._several:
            _make_folder("--html", self._target)
        elif not self._target.is_dir():
            self._check_file(captures[0])

    def _check_file(self, capture: str) -> None:
        if not self._target.parent.is_dir():
            raise Refusal(f"--html {self._target}: its folder does not exist")
        if self._target.exists() and os.path.exists(capture) and os.path.samefile(self._target, capture):
            raise Refusal(f"--html {self._target}: this is the capture; the name of the page comes first")
        try:
            _refuse_other(self._target, PAGE)
        except (OSError, Refusal) as error:
            raise Refusal(f"--html {error}") from None

    def capture(self, run: Run, tally: Tally) -> None:
        target = self._target
        if self._several or target.is_dir():
            target = target / _with(_path(run.capture, self._several), ".html")
        _put(run.page, target, PAGE)
        print(printable(f"{target}: {counted(tally.conversations, 'conversation', 'conversations')}"))


class SvgView(View):
    forms = ["svg,{drawings}/"]  # a folder, which the plugin fills

    def __init__(self, target: str, captures: list[str]):
        _check_way()
        self._target, self._several = pathlib.Path(target), are_several(captures)
        _make_folder("--svg", self._target)

    def capture(self, run: Run, tally: Tally) -> None:
        name = self._target / _path(run.capture, self._several)
        drawings = sorted(run.drawings.iterdir(), key=lambda path: int(path.stem)) if run.drawings.is_dir() else []
        for drawing in drawings:
            _put(drawing, _with(name, f".{drawing.name}"), DRAWING)
        print(printable(f"{name}: {counted(len(drawings), 'drawing', 'drawings')}"))
