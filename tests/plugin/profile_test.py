#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests the installed profile "TLS Diagnosis": filters, colours and columns, and a user's own copy of it.

    profile_test.py --plugins DIR --build DIR
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import NOBODY, Failure, Wireshark  # noqa: E402

NAME = "TLS Diagnosis"
CAPTURES = pathlib.Path(__file__).resolve().parents[2] / "captures"
COLUMNS = {"Outcome": 4, "Cause": 5, "Problem": 6, "SNI": 8, "Version": 9}
BUTTONS = ["Problems", "Failed", "Mutual TLS", "Client certificates", "Slow handshakes"]
FAILED, WARNING, LEFT, COMPLETED, NOTE, TCP, UDP = "b22222", "ffd47f", "d8d8d8", "c8f5c8", "cce9ff", "e7e6ff", "daeeff"

# capture, frame, the colour of its row, and the contents of COLUMNS
ROWS = [
    ("client_cert_missing/batch_client_has_none", 4, TCP, ["", "", "", "sap.test.example", ""]),
    ("client_cert_missing/batch_client_has_none", 8, WARNING, ["", "", "client_cert_missing", "", ""]),
    ("client_cert_missing/batch_client_has_none", 9, FAILED,
     ["failed", "client_cert_missing", "fatal_alert", "sap.test.example", "TLS 1.2"]),
    ("client_cert_missing/dtls", 3, UDP, ["", "", "", "shop.fabrikam.test", ""]),
    ("fatal_alert/alpn_refused_decrypted", 6, FAILED,
     ["failed", "alpn_mismatch", "alpn_mismatch,fatal_alert", "shop.fabrikam.test", "TLS 1.3"]),
    ("sni_warning/openssl_goes_on", 8, NOTE, ["", "", "sni_warning", "", ""]),
    ("clean/tls13", 9, COMPLETED, ["completed", "", "", "shop.test.example", "TLS 1.3"]),
    ("client_abandoned/user_closed_the_page", 6, LEFT,
     ["abandoned", "client_abandoned", "client_abandoned", "shop.test.example", ""]),
]
# button, capture, the frames that it leaves
PRESSED = [
    ("Problems", "client_cert_missing/batch_client_has_none", [8, 9]),
    ("Failed", "client_cert_missing/batch_client_has_none", [9]),
    ("Mutual TLS", "client_cert_missing/batch_client_has_none", [9]),
    ("Client certificates", "client_cert_missing/batch_client_has_none", [6, 8, 9]),
    ("Client certificates", "ca_list_oversize/dtls", [*range(15, 106), 111]),  # fragments; 104 and 105 are the client's
    ("Client certificates", "clean/eap_tls", [8, 12, 13]),
    ("Mutual TLS", "clean/imap_starttls", []),
    ("Client certificates", "clean/imap_starttls", []),
    ("Client certificates", "key_cert_mismatch/tls13_retried_and_decrypted", []),  # the server's CertificateVerify
    ("Slow handshakes", "handshake_stalled/slow_but_sure", [10]),
    ("Slow handshakes", "client_cert_missing/batch_client_has_none", []),
]


def install(build, wireshark):
    """What `cmake --install` puts into Wireshark's folder of global profiles."""
    prefix = wireshark.root / "installed"
    subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    found = prefix / "share/wireshark/profiles" / NAME
    if not found.is_dir():
        raise Failure(f"cmake --install makes no {found.relative_to(prefix)}")
    return found


def global_folder(wireshark):
    folders = wireshark.run("tshark", "-G", "folders").stdout
    return pathlib.Path(re.search(r"^Global configuration:\s*(.+)$", folders, re.MULTILINE)[1])


def put_in_place(profile, wireshark):
    """Wireshark's own data, and our profile among its profiles; and a configuration folder that may be written."""
    own = global_folder(wireshark)
    data = wireshark.root / "data"
    (data / "profiles").mkdir(parents=True)
    for path in own.iterdir():
        if path.name != "profiles":
            (data / path.name).symlink_to(path)
    (data / "profiles" / NAME).symlink_to(profile)
    configuration = wireshark.root / "configuration"
    configuration.mkdir()
    if os.geteuid() == 0:
        os.chown(configuration, NOBODY, NOBODY)
    wireshark.environment = {"WIRESHARK_DATA_DIR": str(data), "WIRESHARK_CONFIG_DIR": str(configuration)}
    return configuration / "profiles" / NAME


def rules(profile):
    """(name, filter) of each colouring rule."""
    lines = (profile / "colorfilters").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("@")[1:3]) for line in lines if line.startswith("@")]


def buttons(profile):
    """label -> filter of each filter button."""
    lines = (profile / "dfilter_buttons").read_text(encoding="utf-8").splitlines()
    rows = [re.findall(r'"([^"]*)"', line) for line in lines if line.startswith('"')]
    return {label: expression.replace(r"\x22", '"') for _, label, expression, _ in rows}


def check_rules(profile, wireshark):
    names = [name for name, _ in rules(profile)]
    defaults = [name for name, _ in rules(global_folder(wireshark))]
    ours = [name for name in names if name.startswith("TLS ")]
    wrong = [] if ours and names == ours + defaults else [f"not our colouring rules and then Wireshark's own: {names}"]
    filters = [expression for _, expression in rules(profile)] + list(buttons(profile).values())
    wireshark.sharkd(*(("check", {"filter": expression}) for expression in filters))
    return wrong


def check_rows(wireshark):
    wrong = []
    for case, number, colour, columns in ROWS:
        capture = wireshark.share(CAPTURES / f"{case}.pcapng")
        _, rows = wireshark.sharkd(("load", {"file": str(capture)}), ("frames", {}), profile=NAME)
        found = [(row["num"], row.get("bg"), [row["c"][place] for place in COLUMNS.values()]) for row in rows]
        if (number, colour, columns) not in found:
            wrong.append(f"{case}: no row {(number, colour, columns)} in {found}")
    return wrong


def check_buttons(profile, wireshark):
    filters = buttons(profile)
    wrong = [] if list(filters) == BUTTONS else [f"the buttons are {list(filters)}"]
    for label, case, frames in PRESSED:
        capture = wireshark.share(CAPTURES / f"{case}.pcapng")
        output = wireshark.tshark("-r", capture, "-2", "-Y", filters[label], "-T", "fields", "-e", "frame.number")
        if [int(number) for number in output.split()] != frames:
            wrong.append(f"{label}: frames {output.split()} of {case}, expected {frames}")
    return wrong


def check_first_use(profile, personal, wireshark):
    """Wireshark copies a global profile to the user's own profiles, and uses that copy from then on."""
    capture = wireshark.share(CAPTURES / "client_cert_missing/batch_client_has_none.pcapng")
    done = wireshark.run("tshark", "--color", "-C", NAME, "-r", capture)
    wrong = [f"tshark -C complains: {done.stderr}"] if done.returncode or done.stderr else []
    copied = {path.name: path.read_text(encoding="utf-8") for path in personal.iterdir()}
    if copied != {path.name: path.read_text(encoding="utf-8") for path in profile.iterdir()}:
        wrong.append(f"copied to the person's own profiles: {sorted(copied)}")
    return wrong


def check_own_profile(build, personal, wireshark):
    mine = 'gui.column.format:\n\t"Mine", "%m"\n'
    (personal / "preferences").write_text(mine, encoding="utf-8")
    install(build, wireshark)
    capture = wireshark.share(CAPTURES / "clean/tls13.pcapng")
    first = wireshark.tshark("-C", NAME, "-r", capture).splitlines()[0]
    unchanged = (personal / "preferences").read_text(encoding="utf-8") == mine
    return [] if unchanged and first.strip() == "1" else [f"a person's own profile was changed: {first}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--build", required=True, help="the build folder, to install from")
    arguments = parser.parse_args()
    try:
        with Wireshark(arguments.plugins) as wireshark:
            profile = install(arguments.build, wireshark)
            wrong = check_rules(profile, wireshark)
            personal = put_in_place(profile, wireshark)
            wrong += check_first_use(profile, personal, wireshark) + check_rows(wireshark)
            wrong += check_buttons(profile, wireshark) + check_own_profile(arguments.build, personal, wireshark)
    except Failure as failure:
        wrong = [str(failure)]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
