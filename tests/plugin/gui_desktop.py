# SPDX-License-Identifier: GPL-2.0-or-later
"""Drives Wireshark's windows as a screen reader sees them: by names and texts (AT-SPI), not by screen positions.

Every action waits for its result, at most PATIENCE seconds. No window is closed, because Qt 5 may not report a window
that is at the memory address of a closed one.
"""
import os
import pathlib
import re
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 30  # seconds
MOST_CHILDREN = 2000
RETURN, RIGHT, DOWN = 0xFF0D, 0xFF53, 0xFF54  # X11 key numbers


Atspi.set_timeout(PATIENCE * 1000, PATIENCE * 1000)  # the default of less than a second is too short for a busy Wireshark


class Failure(Exception):
    """The failure of a test."""


def wait_for(what, look):
    """Waits until `look` finds something, and returns it; windows come and go meanwhile."""
    end = time.monotonic() + PATIENCE
    error = None
    while True:
        try:
            found = look()
            if found:
                return found
        except GLib.Error as gone:
            error = gone
        if time.monotonic() > end:
            raise Failure(f"waited {PATIENCE} s for {what} ({error})")
        time.sleep(0.05)


def child(node, index):
    """None if the window is gone: a closing window stays in the list for a while."""
    try:
        one = node.get_child_at_index(index)
        return one if one and one.get_name() is not None else None
    except GLib.Error:
        return None


def children(node):
    count = min(node.get_child_count(), MOST_CHILDREN)
    return [one for one in (child(node, index) for index in range(count)) if one]


def descendants(node):
    for one in children(node):
        yield one
        yield from descendants(one)


def find(node, role, name=""):
    """The nearest element with this role whose name contains the text; menus are skipped, because they are too large."""
    level = [node]
    while level:
        for one in level:
            if one.get_role_name() == role and name in one.get_name():
                return one
        level = [below for one in level if one.get_role_name() not in ("menu bar", "tool bar", "tree")
                 for below in children(one)]
    return None


def names(node, role):
    return [one.get_name() for one in descendants(node) if one.get_role_name() == role]


def press(node):
    Atspi.Action.do_action(node, 0)


def hit(key):
    Atspi.generate_keyboard_event(key, None, Atspi.KeySynthType.SYM)


def right_click(node):
    place = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
    Atspi.generate_mouse_event(place.x + place.width // 2, place.y + place.height // 2, "b3c")


def choose(box, name):
    """Selects the entry that begins with this name by typing it; an open list has the keyboard focus."""
    def pick():
        if name not in box.get_name():
            press(box)
            time.sleep(0.2)
            Atspi.generate_keyboard_event(0, name, Atspi.KeySynthType.STRING)
            hit(RETURN)
            time.sleep(0.3)
        return name in box.get_name()
    wait_for(f"{name!r} to be chosen", pick)


def text_of(window):
    """The longest text in the window, because dialogs have input fields too."""
    texts = [Atspi.Text.get_text(one, 0, -1) for one in descendants(window) if one.get_role_name() == "text"]
    return max(texts, key=len, default="")


class MenuKeys:
    """Navigates a context menu. Such a menu belongs to no window: only its events show it, when it opens and when one of
    its items gets the keyboard focus."""

    def __init__(self):
        self.listener = Atspi.EventListener.new(self.hear)
        self.heard = []

    def __enter__(self):
        for change in ("showing", "focused"):
            self.listener.register(f"object:state-changed:{change}")
        return self

    def __exit__(self, *_):
        for change in ("showing", "focused"):
            self.listener.deregister(f"object:state-changed:{change}")

    def hear(self, event):
        try:
            if event.detail1:
                self.heard.append((event.source.get_role_name(), event.source.get_name()))
        except GLib.Error:  # gone in the meantime
            pass

    def wait(self, *roles):
        """The name of the next element with this role."""
        def look():
            while GLib.MainContext.default().iteration(False):
                pass
            return next((one for one in self.heard if one[0] in roles), None)
        found = wait_for(f"a {roles[0]}", look)
        self.heard.clear()
        return found[1]

    def next(self, key):
        hit(key)
        return self.wait("menu item", "menu", "check menu item", "radio menu item")

    def go(self, path):
        """Moves down to each of these items and opens its submenu."""
        for depth, name in enumerate(path):
            passed = []
            at = self.next(RIGHT if depth else DOWN)
            while at != name:
                if at in passed:
                    raise Failure(f"the menu has no {name!r}, but {passed}")
                passed.append(at)
                at = self.next(DOWN)


class Wireshark:
    """A running Wireshark on this display."""

    def __init__(self, *arguments, stdin=subprocess.DEVNULL):
        environment = {**os.environ, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        self.process = subprocess.Popen(["wireshark", *map(str, arguments)], env=environment, stdin=stdin)

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if failed:
            subprocess.run(["import", "-window", "root", pathlib.Path.home() / "failure.png"], timeout=PATIENCE,
                           check=False)
        self.process.kill()
        self.process.wait()

    def windows(self):
        if self.process.poll() is not None:
            raise Failure(f"Wireshark ended with {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        mine = [one for one in children(desktop) if one.get_process_id() == self.process.pid]
        for one in mine:
            one.set_cache_mask(Atspi.Cache.NONE)  # no events arrive here that would update a cache
        return [window for one in mine for window in children(one)]

    def window(self, title):
        return wait_for(f"a window {title!r}",
                        lambda: next((one for one in self.windows() if title in one.get_name()), None))

    def main(self):
        """The main window."""
        def has_menus(window):
            return any(one.get_role_name() == "menu bar" for one in children(window))
        return wait_for("the main window", lambda: next(filter(has_menus, self.windows()), None))

    def loaded(self, count):
        """Waits until there are this many packets."""
        self.status(rf"Packets: {count}\b")
        return self

    def status(self, pattern):
        """Waits until the status bar shows this text."""
        return wait_for(f"{pattern!r} in the status bar", lambda: next(
            (name for name in names(find(self.main(), "status bar"), "label") if re.search(pattern, name)), None))

    def menu(self, *path):
        node = find(self.main(), "menu bar")
        for name in path:
            entry = wait_for(f"the menu {' > '.join(path)}",
                             lambda: next((one for one in children(node) if one.get_name() == name), None))
            node = next(iter(children(entry)), None)
        press(entry)

    def tool(self, name):
        """Tools > TLS Diagnosis > name"""
        self.menu("Tools", "TLS Diagnosis", name)

    def packet_menu(self, frame, *path):
        """A right click on this packet, and the items of its menu."""
        cell = wait_for(f"packet {frame}", lambda: next((
            one for one in children(find(self.main(), "tree", "Packet list")) if one.get_name() == str(frame)), None))
        with MenuKeys() as keys:
            right_click(cell)
            keys.wait("popup menu")
            keys.go(path)
            hit(RETURN)

    def quit(self):
        """Quits like a user, unlike __exit__, so that everything is freed at the end."""
        self.menu("File", "Quit")
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure("Wireshark does not end") from None
        if status != 0:
            raise Failure(f"Wireshark ended with {status}")

    def text(self, title):
        """The text of the window with this title."""
        window = self.window(title)
        return wait_for(f"a text in {title!r}", lambda: text_of(window))

    def selected_packet(self):
        """The frame whose details are shown; 0: none."""
        for name in names(find(self.main(), "tree", "Packet details"), "table cell"):
            found = re.match(r"Frame (\d+): ", name)
            if found:
                return int(found[1])
        return 0
