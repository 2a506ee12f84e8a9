#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests -z tlsdiag,svg,FILE and -z tlsdiag,html,FILE: the files, the errors, and how they look in a browser.

    page_test.py --plugins DIR --out DIR [--axe axe.min.js] [--browser] CAPTURES

With --browser, headless Chromium opens the page, and axe-core checks it; without Chromium or axe-core that test is
skipped. Screenshots are left in the --out folder.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hostile  # noqa: E402
from browser import Browser, find_chromium  # noqa: E402
from wireshark import Failure, Wireshark, check  # noqa: E402

SKIPPED = 77
FAILED = "client_cert_missing/batch_client_has_none.pcapng"
HEALTHY = "clean/tls13.pcapng"
LOOKS = {"light": {}, "dark": {"dark": True}, "narrow": {"width": 375}, "print": {"width": 794, "printed": True}}
# Otherwise the browser lays out distant sections only when somebody scrolls there.
WHOLE = "document.head.insertAdjacentHTML('beforeend', '<style>section{content-visibility:visible}</style>')"
AXE = "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map(" \
      "one => one.id + ': ' + one.help + ' ' + one.nodes.map(node => node.html).join(' ')))"
# Pairs of overlapping texts in a drawing, and texts outside it.
OVERLAPS = """(() => {
    const boxes = [...document.querySelectorAll("text")].map(text => [text.textContent, text.getBBox()]);
    const width = document.documentElement.viewBox.baseVal.width, wrong = [];
    boxes.forEach(([text, a], at) => {
        if (a.x < 0 || a.x + a.width > width) wrong.push("outside: " + text);
        for (const [other, b] of boxes.slice(at + 1))
            if (a.x < b.x + b.width && b.x < a.x + a.width && a.y + 2 < b.y + b.height && b.y + 2 < a.y + a.height)
                wrong.push(text + " over " + other);
    });
    return wrong;
})()"""


class Pages:
    """Asks tshark for pages."""

    def __init__(self, wireshark: Wireshark, captures: pathlib.Path):
        self.wireshark = wireshark
        self.failed = wireshark.share(captures / FAILED)
        self.healthy = wireshark.share(captures / HEALTHY)
        self.hostile = wireshark.write("hostile.pcap", hostile.capture())
        self.folder = wireshark.root / "pages"
        self.folder.mkdir()
        self.folder.chmod(0o777)

    def run(self, kind: str, capture: pathlib.Path, name: object, more: str = ""):
        return self.wireshark.run("tshark", "-q", "-r", capture, "-z", f"tlsdiag,{kind},{name}{more}")

    def write(self, kind: str, capture: pathlib.Path, more: str = "") -> pathlib.Path:
        file = self.folder / f"{capture.stem}.{kind}"
        done = self.run(kind, capture, file, more)
        check(f"{kind} of {capture.name}: exit {done.returncode} {done.stderr}", done.returncode == 0)
        check(f"{kind} of {capture.name} is said on the terminal: {done.stdout!r}", not done.stdout)
        check(f"{kind} of {capture.name}: other files are left: {sorted(self.folder.iterdir())}",
              all(one.suffix in (".svg", ".html") for one in self.folder.iterdir()))
        return file


# ---- What is written ----

def check_svg(file: pathlib.Path):
    root = xml.etree.ElementTree.parse(file).getroot()  # well-formed, or it throws
    if shutil.which("xmllint"):
        subprocess.run(["xmllint", "--noout", "--nonet", file], check=True)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    check(f"{file.name} has {tags}", tags <= {"svg", "title", "desc", "style", "rect", "g", "text", "path", "a"})
    text = file.read_text(encoding="utf-8")
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    links = {element.get("href") for element in root.iter() if element.get("href")}
    check(f"{file.name} links to {links}", all(link[0] == "#" and link[1:] in ids for link in links))
    check(f"{file.name} has a control character", not set(text) & {chr(code) for code in range(32) if code != 10})


def check_written(pages: Pages):
    for capture in (pages.failed, pages.hostile):
        check_svg(pages.write("svg", capture))
        page = pages.write("html", capture).read_text(encoding="utf-8")
        check(f"the page of {capture.name} is small", len(page) < 200_000)
        check(f"the page of {capture.name}", page.count('<li id="c0r') > 3 and "<script" not in page)
    healthy = pages.write("html", pages.healthy).read_text(encoding="utf-8")
    check("healthy conversations are counted", "No problem found" in healthy and "<section" not in healthy)
    chosen = pages.write("html", pages.healthy, ",tls").read_text(encoding="utf-8")
    check("a filter draws healthy ones too", "<section" in chosen)
    check_svg(pages.write("svg", pages.healthy))


def check_refused(pages: Pages):
    """Nowhere to write or nothing to draw: one line, a failing exit status, and no file."""
    (pages.folder / "folder").mkdir()
    refused = [("html", "", ""),
               ("svg", pages.wireshark.root / "absent" / "x.svg", ""),
               ("svg", pages.folder / "folder", ""),
               ("html", pages.folder / "y.html", ",no such (filter"),
               ("svg", pages.folder / "z.svg", ",frame.number == 0"),
               ("html", "/dev/full", "")]  # found out only when it is written
    for kind, file, more in refused:
        done = pages.run(kind, pages.failed, file, more)
        ours = [line for line in done.stderr.splitlines() if line.startswith("tlsdiag: ")]
        check(f"{kind},{file}{more}: exit {done.returncode} {done.stderr}", done.returncode != 0 and len(ours) == 1)
    check("nothing is left", not any((pages.folder / name).exists() for name in ("y.html", "z.svg")))
    (pages.folder / "folder").rmdir()


# ---- How it looks ----

def check_accessible(browser: Browser, axe: str | None, what: str):
    if axe:
        browser.evaluate(axe + "; 0")
        violations = browser.evaluate(AXE)
        check(f"{what}: {violations}", violations == [])


def check_look(browser: Browser, axe: str | None, look: str, screenshot: pathlib.Path):
    browser.look(**LOOKS[look])
    browser.screenshot(screenshot)
    wide = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
    check(f"{look}: the page is {wide} px too wide", wide <= 0)
    check_accessible(browser, axe, look)


def check_choice(browser: Browser):
    """The selection of a finding works without a script."""
    shown = "[...document.querySelectorAll('section')].filter(one => one.checkVisibility()).length"
    check("all are shown first", browser.evaluate(shown) == 1)
    browser.evaluate("document.querySelector('section').className = 'c p-other'")
    browser.evaluate("document.querySelectorAll('input')[1].click()")
    check("none has the finding that was chosen", browser.evaluate(shown) == 0)


def check_quiet(browser: Browser, page: pathlib.Path):
    check(f"{page.name} asks for {browser.requests()}", browser.requests() == [page.as_uri()])
    check(f"{page.name}: {browser.complaints()}", not browser.complaints())


def check_browser(pages: Pages, out: pathlib.Path, axe: str | None):
    with Browser(find_chromium()) as browser:
        for capture in (pages.failed, pages.hostile):
            page = pages.write("html", capture)
            browser.open(page)
            browser.evaluate(WHOLE)
            for look in LOOKS:
                check_look(browser, axe, look, out / f"{capture.stem}-{look}.png")
            check_quiet(browser, page)
            drawing = pages.write("svg", capture)
            browser.open(drawing)
            overlaps = browser.evaluate(OVERLAPS)
            check(f"{drawing.name}: {overlaps}", overlaps == [])
            check_accessible(browser, axe, drawing.name)
            check_quiet(browser, drawing)
        browser.open(pages.write("html", pages.failed))
        check_choice(browser)
    light, dark = ((out / f"{pages.failed.stem}-{look}.png").read_bytes() for look in ("light", "dark"))
    check("the page is dark where that is preferred", light != dark)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."), help="where screenshots are left")
    parser.add_argument("--axe", type=pathlib.Path, default=pathlib.Path("axe.min.js"), help="axe-core")
    parser.add_argument("--browser", action="store_true", help="open the pages in Chromium")
    parser.add_argument("captures", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.browser and not find_chromium():
        print("SKIPPED: there is no Chromium here, so no page was opened")
        return SKIPPED
    axe = arguments.axe.read_text(encoding="utf-8") if arguments.axe.is_file() else None
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        with Wireshark(arguments.plugins) as wireshark:
            pages = Pages(wireshark, arguments.captures)
            if not arguments.browser:
                check_written(pages)
                check_refused(pages)
                return 0
            check_browser(pages, arguments.out, axe)
    except Failure as failure:
        print(failure)
        return 1
    if not axe:
        print(f"SKIPPED: {arguments.axe} is absent (npm: axe-core), so accessibility was not checked; the rest is well")
        return SKIPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
