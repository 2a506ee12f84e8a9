#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests what Wireshark reports about a plugin that it cannot use (for another release, or installed twice), and that
the tests notice a plugin that is not the one under test.

    loading_test.py --plugins DIR
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import Failure, Wireshark  # noqa: E402

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "captures/client_cert_missing/batch_client_has_none.pcapng"
FINDING = "client_cert_missing: frame 8"


def other_release(plugin):
    """The plugin's bytes, as if it were built for a Wireshark x.98."""
    symbols = subprocess.run(["nm", "--dynamic", plugin], check=True, capture_output=True, text=True).stdout
    address = int(re.search(r"^([0-9a-f]+) \S plugin_want_minor$", symbols, re.MULTILINE)[1], 16)
    content = bytearray(plugin.read_bytes())
    content[address:address + 4] = (98).to_bytes(4, "little")  # file offset and address are the same for constants
    return bytes(content)


def report(plugins):
    """How `-z tlsdiag` ended, and what `-G plugins` lists."""
    with Wireshark(plugins) as wireshark:
        done = wireshark.run("tshark", "-q", "-r", wireshark.share(SAMPLE), "-z", "tlsdiag")
        listed = wireshark.run("tshark", "-G", "plugins").stdout
    return done, listed


def beside(plugins, name, content):
    """A copy of the plugins with one more file beside tlsdiag.so."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tlsdiag-loading-")) / "plugins"
    shutil.copytree(plugins, folder)
    for plugin in folder.rglob("tlsdiag.so"):
        plugin.with_name(name).write_bytes(content(plugin))
    return folder


def check(plugins, name, content, says):
    folder = beside(plugins, name, content)
    try:
        done, listed = report(folder)
    finally:
        shutil.rmtree(folder.parent)
    if done.returncode != 0 or FINDING not in done.stdout or not re.search(says, done.stderr):
        raise Failure(f"{name}: exit {done.returncode}, {done.stderr!r}")
    if not re.search(r"^tlsdiag\.so\s+\d+\.\d+\.\d+\s", listed, re.MULTILINE):
        raise Failure(f"tshark -G plugins shows no version: {listed!r}")


def check_another_copy(plugins):
    """The tests refuse to run with a copy that is not the one under test."""
    folder = beside(plugins, "unused.txt", lambda _: b"")
    folder.parent.chmod(0o755)
    try:
        with Wireshark(plugins, {"WIRESHARK_PLUGIN_DIR": str(folder)}):
            raise Failure(f"a test would run with the plugin in {folder}")
    except Failure as refusal:
        if "not the plugin under test" not in str(refusal):
            raise
    finally:
        shutil.rmtree(folder.parent)


def check_tool(plugins):
    """tools/tshark uses the plugin of its build, and no other."""
    tool = SAMPLE.parents[2] / "tools" / "tshark"
    with tempfile.TemporaryDirectory() as empty:
        pathlib.Path(empty, "plugins").mkdir()
        for build, status, says in ((pathlib.Path(plugins).parent, 0, FINDING), (empty, 2, "not the plugin in")):
            done = subprocess.run([tool, "-q", "-r", SAMPLE, "-z", "tlsdiag"], env={**os.environ, "TLSDIAG_BUILD": str(build)},
                                  capture_output=True, text=True, check=False)
            if done.returncode != status or says not in done.stdout + done.stderr:
                raise Failure(f"tools/tshark with {build}: exit {done.returncode}, {done.stderr!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    plugins = parser.parse_args().plugins
    try:
        check(plugins, "tlsdiag-old.so", pathlib.Path.read_bytes, r"installed more than once.*tshark -G plugins")
        check(plugins, "tlsdiag-other.so", other_release, r"tlsdiag-other\.so.*\d\.98")
        check_another_copy(plugins)
        check_tool(plugins)
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
