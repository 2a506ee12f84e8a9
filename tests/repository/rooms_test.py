#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks which room of the sources includes which: no wrong arrow, no circle, no two files of one name.

    rooms_test.py [--write]

ROOMS below is the law. CONTRIBUTING.md shows it between <!-- rooms --> and <!-- /rooms -->; --write puts it there.
"""
import graphlib
import pathlib
import re
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# room: (purpose, the rooms that it may include; a name with a dot is a single header)
ROOMS = {
    "core/base": ("bytes, text, time and sides; no protocol", ""),
    "core/tls": ("bytes to typed TLS and DTLS messages, IANA names", "core/base"),
    "core/net": ("the syntax of what surrounds TLS", "core/base core/tls"),
    "core/x509": ("certificates; OpenSSL is used nowhere else", "core/base core/tls"),
    "core/handshake": ("one connection: its facts, the tracker, what the capture taught", "core/base core/tls core/x509"),
    "core/diagnosis": ("what a diagnosis is; judging", "core/base core/tls core/x509 core/handshake"),
    ".": ("one diagnosis a file", "core/base core/tls core/net core/x509 core/handshake core/diagnosis"),
    "core/flows": ("TCP, UDP and EAP to TLS records", "core/base core/tls core/net core/handshake"),
    "core/capture": ("all conversations of a capture, and their life",
                     "core/base core/tls core/net core/x509 core/handshake core/diagnosis core/flows"),
    "ladder": ("a conversation to its drawing as plain data",
               "core/base core/tls core/net core/x509 core/handshake core/diagnosis"),
    "render": ("a drawing to text, SVG, HTML, JSON and arrows; knows no TLS", "core/base ladder/ladder.hpp"),
    "report": ("the report, tables and the inventory: lists and counts",
               "core/base core/tls core/x509 core/handshake core/diagnosis ladder/ladder.hpp render/ladder_json.hpp"),
    "core/door": ("the C header for the plugin, and what implements it",
                  "core/base core/tls core/net core/x509 core/handshake core/diagnosis core/flows core/capture ladder render "
                  "report"),
    "plugin": ("Wireshark; the only room that knows it", "core/door/tlsdiag.h"),
}


def sources():
    """(room, path) of each C and C++ file."""
    for path in sorted([*(REPOSITORY / "analyzers").rglob("*.[ch]pp"), *(REPOSITORY / "analyzers").rglob("*.h")]):
        yield path.parent.relative_to(REPOSITORY / "analyzers").as_posix(), path
    for path in sorted((REPOSITORY / "plugin").glob("*.[ch]")):
        yield "plugin", path


def included(room, path):
    """The files of ours that a file includes, as paths from analyzers/ or plugin/."""
    folder = REPOSITORY / ("plugin" if room == "plugin" else "analyzers")
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE):
        if name.endswith(".def"):
            continue
        if (folder / name).exists() or (REPOSITORY / "analyzers" / name).exists():
            yield name


def wrong_arrows():
    for room, path in sources():
        if room not in ROOMS:
            yield f"{path.relative_to(REPOSITORY)} is in a room that has no line in ROOMS"
            continue
        allowed = ROOMS[room][1].split()
        for name in included(room, path):
            target = "plugin" if room == "plugin" and "/" not in name else pathlib.PurePath(name).parent.as_posix()
            if target != room and target not in allowed and name not in allowed:
                yield f"{path.relative_to(REPOSITORY)} includes {name}: {room} may not include {target}"


def circle(graph):
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        yield "circle: " + " -> ".join(reversed(error.args[1]))


def circles():
    """Of rooms, and of modules: a header and the source of the same name are one."""
    yield from circle({room: {one for one in may.split() if one in ROOMS} for room, (_, may) in ROOMS.items()})
    modules = {}
    for room, path in sources():
        module = f"{room}/{path.stem}"
        for name in included(room, path):
            folder = "plugin" if room == "plugin" and "/" not in name else pathlib.PurePath(name).parent.as_posix()
            other = f"{folder}/{pathlib.PurePath(name).stem}"
            if other != module:
                modules.setdefault(module, set()).add(other)
    yield from circle(modules)


def duplicate_names():
    """One name for two files of different rooms: whoever looks for it finds the wrong one."""
    homes = {}
    for room, path in sources():
        homes.setdefault(path.stem, set()).add(room)
    for name, rooms in sorted(homes.items()):
        if len(rooms - {"plugin"}) > 1:
            yield f"{name} is the name of files in {', '.join(sorted(rooms))}"


def table():
    def cell(room):
        return {".": "`analyzers/*.cpp`", "plugin": "`plugin/`"}.get(room, f"`{room}`")

    lines = ["| room | purpose | may include |", "|---|---|---|"]
    lines += [f"| {cell(room)} | {purpose} | {' '.join(f'`{one}`' for one in may.split())} |"
              for room, (purpose, may) in ROOMS.items()]
    return "\n".join(lines) + "\n"


def contributing(write):
    path = REPOSITORY / "CONTRIBUTING.md"
    old = path.read_text(encoding="utf-8")
    new = re.sub(r"(?<=<!-- rooms -->\n).*?(?=<!-- /rooms -->)", lambda _: table(), old, flags=re.DOTALL)
    if write:
        path.write_text(new, encoding="utf-8")
    elif new != old:
        yield "CONTRIBUTING.md does not show ROOMS: run tests/repository/rooms_test.py --write"


def main():
    wrong = [*wrong_arrows(), *circles(), *duplicate_names(), *contributing("--write" in sys.argv)]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
