# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages and drawings: the plugin writes them beside the results, and they are put where they are wanted."""
import pathlib
import shutil

from .captures import STANDARD_INPUT
from .runs import Run
from .tally import Tally
from .terminal import counted, printable
from .views import View


def _name(capture: str, many: bool) -> pathlib.Path:
    """Of a capture's page: its own, and of many its whole path, within the folder whatever it begins with."""
    path = pathlib.PurePath("standard-input" if capture == STANDARD_INPUT else capture)
    if not many:
        return pathlib.Path(path.name)
    return pathlib.Path(*("up" if part == ".." else part for part in path.parts if part != path.anchor))


def _put(page: pathlib.Path, target: pathlib.Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(page, target)


class HtmlView(View):
    forms = ["html,{page}"]

    def __init__(self, target: str, many: bool):
        self._target, self._many = pathlib.Path(target), many

    def capture(self, run: Run, tally: Tally) -> None:
        target = self._target
        if self._many or target.is_dir():
            name = _name(run.capture, self._many)
            target = target / name.with_name(f"{name.name}.html")
        _put(run.page, target)
        print(printable(f"{target}: {counted(tally.conversations, 'conversation', 'conversations')}"))


class SvgView(View):
    forms = ["svg,{page}/"]  # a folder, which the plugin fills

    def __init__(self, target: str, many: bool):
        self._target, self._many = pathlib.Path(target), many

    def capture(self, run: Run, tally: Tally) -> None:
        name = self._target / _name(run.capture, self._many)
        drawings = sorted(run.page.iterdir(), key=lambda path: int(path.stem)) if run.page.is_dir() else []
        for drawing in drawings:
            _put(drawing, name.with_name(f"{name.name}.{drawing.name}"))
        print(printable(f"{name}: {counted(len(drawings), 'drawing', 'drawings')}"))
