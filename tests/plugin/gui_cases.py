# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests what the plugin shows in Wireshark's windows. gui_test.py runs this as an ordinary user on its own display.

    gui_cases.py FOLDER     FOLDER has the captures
"""
import contextlib
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hostile  # noqa: E402
from gui_desktop import PATIENCE, Failure, Wireshark, choose, descendants, find, names, wait_for  # noqa: E402

REFUSED = "refused_bare_leaf.pcapng"
WITHOUT_TLS = "no_tls.pcapng"
PINK = b"\xff\xbf\xbf"  # a row of a flow graph that has an error
TEXTS = {"Ladder of this connection": "Ladder", "Report": "Report", "Next problem": "Next problem",
         "Open HTML report": "HTML report"}  # and the titles of their windows if there is nothing to show


def check(what, condition):
    if not condition:
        raise Failure(what)


def pixels(colour):
    """How many pixels of the screen have this colour."""
    done = subprocess.run(["import", "-window", "root", "-depth", "8", "ppm:-"], capture_output=True, timeout=PATIENCE,
                          check=True)
    return done.stdout.count(colour)


def texts_of_tools(wireshark):
    """The message of each item of Tools > TLS Diagnosis that opens a text window if it has nothing to show."""
    texts = {}
    for item, title in TEXTS.items():
        wireshark.tool(item)
        texts[item] = wireshark.text(f"TLS Diagnosis: {title}")
    return texts


def with_a_problem(folder):
    with Wireshark("-r", folder / REFUSED) as wireshark:
        wireshark.loaded(11)
        report_and_ladder(wireshark)
        html_report(wireshark, folder)
        flow_graph(wireshark)
        table(wireshark)
        wiresharks_own(wireshark)
        problems(wireshark)
        quits(wireshark, folder)


def report_and_ladder(wireshark):
    wireshark.tool("Report")
    report = wireshark.text("TLS Diagnosis: Report")
    check(f"the report: {report}", "missing_intermediate: frame 8" in report and "1 conversation: 1 failed." in report)
    wait_for("the first packet to be selected", lambda: wireshark.selected_packet() == 1)
    wireshark.tool("Ladder of this connection")
    ladder = wireshark.text("TLS Diagnosis: Ladder")
    check(f"the ladder: {ladder}", re.search(r"4 +0\.\d+ +├── ClientHello ─+▶│", ladder) and
          "The client refused the server's certificate" in ladder)
    wide = [line for line in [*report.splitlines(), *ladder.splitlines()] if len(line) > 72 and " -> " not in line]
    check(f"too wide for the window: {wide}", not wide)


def html_report(wireshark, folder):
    """gui_test.py has replaced the browser."""
    wireshark.tool("Open HTML report")
    page = folder / "opened.html"
    wait_for("the browser", lambda: page.exists() and page.read_text(encoding="utf-8").rstrip().endswith("</html>"))
    check("the page", "missing_intermediate" in page.read_text(encoding="utf-8"))


def problems(wireshark):
    wireshark.tool("Next problem")
    wait_for("the problem's packet", lambda: wireshark.selected_packet() == 8)
    wireshark.tool("Only problems")
    wireshark.status(r"Displayed: 1 ")


def flow_graph(wireshark):
    before = pixels(PINK)
    wireshark.menu("Statistics", "Flow Graph")
    window = wireshark.window("Flow")
    choose(find(window, "combo box", "All Flows"), "TLS handshake ladder")
    wait_for("10 arrows", lambda: any("2 node(s), 10 item(s)" in name for name in names(window, "label")))
    wait_for("the row of the alert", lambda: pixels(PINK) > before + 1000)


def table(wireshark):
    wireshark.menu("Statistics", "TLS Diagnosis: Findings")
    window = wireshark.window("TLS Diagnosis: Findings")

    def row():
        cells = [name.strip() for name in names(window, "table cell")]
        return cells[(at := cells.index("missing_intermediate")):at + 3] if "missing_intermediate" in cells else None
    counted = wait_for("the finding's row", row)
    check(f"the row: {counted}", counted == ["missing_intermediate", "warning", "1"])


def wiresharks_own(wireshark):
    """What Wireshark shows for every plugin."""
    wireshark.menu("Analyze", "Expert Information")
    window = wireshark.window("Expert Information")
    wait_for("the finding", lambda: any("An intermediate certificate was not sent" in name for name in
                                          names(window, "table cell")))
    wireshark.menu("Help", "About Wireshark")
    window = wireshark.window("About Wireshark")
    wait_for("the plugin", lambda: any(one.get_name().strip() == "tlsdiag.so" for one in descendants(window)))


def quits(wireshark, folder):
    wireshark.quit()
    page = pathlib.Path((folder / "opened.path").read_text(encoding="utf-8"))
    check(f"{page} has gone with it", not page.parent.exists())


def has_packet_menus():
    """Wireshark 4.0 has none for plugins."""
    said = subprocess.run(["wireshark", "--version"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    return tuple(map(int, re.match(r"Wireshark (\d+)\.(\d+)", said).groups())) >= (4, 4)


def by_right_click(folder):
    """The same items on a packet."""
    if not has_packet_menus():
        print("by_right_click: this release has no such menus")
        return
    with chosen_on(folder / REFUSED, 6, "Ladder of this connection") as wireshark:
        ladder = wireshark.text("TLS Diagnosis: Ladder")
        check(f"the ladder: {ladder}", "Alert unknown_ca" in ladder)
        check("the packet is selected", wireshark.selected_packet() == 6)
        wireshark.quit()
    with chosen_on(folder / REFUSED, 4, "Report") as wireshark:
        report = wireshark.text("TLS Diagnosis: Report")
        check(f"the report: {report}", "1 conversation: 1 failed." in report)
    (folder / "opened.html").unlink(missing_ok=True)
    with chosen_on(folder / REFUSED, 4, "Open HTML report"):
        wait_for("the browser", (folder / "opened.html").exists)
    with chosen_on(folder / REFUSED, 4, "Next problem") as wireshark:
        wait_for("the problem's packet", lambda: wireshark.selected_packet() == 8)
    with chosen_on(folder / REFUSED, 8, "Only problems") as wireshark:
        wireshark.status(r"Displayed: 1 ")
    with chosen_on(folder / WITHOUT_TLS, 1, "Ladder of this connection") as wireshark:
        check("nothing to draw", wireshark.text("TLS Diagnosis: Ladder") == "This capture has no TLS connection.\n")


@contextlib.contextmanager
def chosen_on(capture, frame, item):
    """A Wireshark in which this item was chosen on that packet; only the first menu of a Wireshark is reported by name."""
    with Wireshark("-r", capture) as wireshark:
        wireshark.loaded(r"\d+")
        wireshark.packet_menu(frame, "TLS Diagnosis", item)
        yield wireshark


def with_nothing_chosen(folder):
    """A preference hides the diagnosis, and the display filter the problem's packet."""
    filtered = ("-r", folder / REFUSED, "-Y", "frame.number < 8")
    with Wireshark(*filtered, "-o", "tlsdiag.only:expired") as wireshark:
        wireshark.status("Displayed: 7 ")
        wireshark.tool("Report")
        report = wireshark.text("TLS Diagnosis: Report")
        check(f"the report: {report}", "missing_intermediate" not in report and "1 conversation" not in report)
    with Wireshark(*filtered) as wireshark:
        wireshark.status("Displayed: 7 ")
        wireshark.tool("Next problem")
        text = wireshark.text("TLS Diagnosis: Next problem")
        check(f"the next problem: {text}", text.startswith("No packet that matches the display filter"))


def with_nothing_open(_folder):
    with Wireshark() as wireshark:
        wireshark.status("No Packets")
        for item, text in texts_of_tools(wireshark).items():
            check(f"{item}: {text}", text == "No capture is open.\n")
        wireshark.tool("Only problems")
        wireshark.status("No Packets")


def without_tls(folder):
    with Wireshark("-r", folder / WITHOUT_TLS) as wireshark:
        wireshark.loaded(r"\d+")
        for item, text in texts_of_tools(wireshark).items():
            check(f"{item}: {text}", text == "This capture has no TLS connection.\n")
        wireshark.tool("Only problems")
        wireshark.status(r"Displayed: 0 ")


def with_hostile_texts(folder):
    with Wireshark("-r", folder / "hostile.pcap") as wireshark:
        wireshark.loaded(sum(1 for _ in hostile.frames()))
        wireshark.tool("Report")
        report = wireshark.text("TLS Diagnosis: Report")
        wait_for("the first packet to be selected", lambda: wireshark.selected_packet() == 1)
        wireshark.tool("Ladder of this connection")
        ladder = wireshark.text("TLS Diagnosis: Ladder")
        for name, text in (("report", report), ("ladder", ladder)):
            check(f"the markup in the {name} is text", "<script>" in text)
            check(f"the {name} holds {hostile.HARMFUL.findall(text)}", not hostile.HARMFUL.search(text))


def while_capturing(folder):
    """From a pipe, which needs no rights; it stays open to the end."""
    with Wireshark("-k", "-i", "-", stdin=subprocess.PIPE) as wireshark:
        wireshark.process.stdin.write((folder / REFUSED).read_bytes())
        wireshark.process.stdin.flush()
        wireshark.loaded(11)
        wireshark.tool("Report")
        report = wireshark.text("TLS Diagnosis: Report")
        check(f"the report: {report}", "1 conversation: 1 failed." in report)
        wireshark.menu("Statistics", "Flow Graph")
        window = wireshark.window("Flow")
        choose(find(window, "combo box", "All Flows"), "TLS handshake ladder")
        wait_for("10 arrows", lambda: any("2 node(s), 10 item(s)" in name for name in names(window, "label")))
        table(wireshark)


def main():
    folder = pathlib.Path(sys.argv[1])
    for case in (with_a_problem, by_right_click, with_nothing_chosen, with_nothing_open, without_tls, with_hostile_texts,
                 while_capturing):
        begin = time.monotonic()
        try:
            case(folder)
        except Failure as failure:
            print(f"{case.__name__}: {failure}")
            return 1
        print(f"{case.__name__}: {time.monotonic() - begin:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
