#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares CPU time and memory of tshark with and without the plugin: measure.py PLUGINS CAPTURE [ROUNDS [KIND ...]].

A round is one run of each kind, one after another, so that other load on the machine affects all kinds alike. The result
is the median over the rounds of the ratios of user and system time, and of peak memory. Kinds: plain, loaded, report,
and the alternatives lua, fields, json. The default is the first three.
"""
import os
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wireshark import NOBODY, Failure, Wireshark  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ("frame.number", "frame.time_epoch", "ip.src", "ip.dst", "tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.flags",
          "tcp.len", "tls.record.content_type", "tls.record.version", "tls.record.length", "tls.handshake.type",
          "tls.handshake.length", "tls.handshake.version", "tls.handshake.ciphersuite",
          "tls.handshake.extensions_server_name", "tls.handshake.extensions.supported_version",
          "tls.handshake.extensions_supported_group", "tls.handshake.sig_hash_alg",
          "tls.handshake.extensions_alpn_str", "tls.handshake.certificate_length", "tls.handshake.dname_len",
          "tls.alert_message.level", "tls.alert_message.desc", "x509ce.dNSName", "x509sat.uTF8String",
          "x509af.notBefore", "x509af.notAfter", "x509af.serialNumber")
AS_FIELDS = ("-T", "fields", *(part for field in FIELDS for part in ("-e", field)))
TLS_JSON = ("-T", "json", "-j", "frame ip tcp tls", "-Y", "tls.handshake or tls.alert_message")
KINDS = {  # with the plugin?, tshark's arguments, a program that reads its output
    "plain": (False, ("-q", "-z", "io,stat,0"), None),
    "loaded": (True, ("-q", "-z", "io,stat,0"), None),
    "report": (True, ("-q", "-z", "tlsdiag"), None),
    "lua": (False, ("-q", "-z", "io,stat,0", "-X", "lua_script:{folder}/handshakes.lua"), None),
    "fields": (False, AS_FIELDS, None),
    "json": (False, TLS_JSON, ("jq", "-c", ".[]._source.layers | {ip: .ip?, tls: .tls?}")),
}


def spent(process):
    """(seconds of CPU, MB) of a process that has ended."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failure(f"{process.args}: exit {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def run(wireshark, kind, capture):
    with_plugin, arguments, reader = KINDS[kind]
    folder = wireshark.root / ("plugins" if with_plugin else "nothing")
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(wireshark.root / "home"),
                   "WIRESHARK_PLUGIN_DIR": str(folder)}
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    arguments = [argument.replace("{folder}", str(wireshark.root)) for argument in arguments]
    tshark = subprocess.Popen(["tshark", "-r", capture, *arguments], env=environment, **as_nobody,
                              stdout=subprocess.PIPE if reader else subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    reading = subprocess.Popen(reader, stdin=tshark.stdout, stdout=subprocess.DEVNULL) if reader else None
    if reading:
        tshark.stdout.close()
    seconds, megabytes = spent(tshark)
    if reading:
        more, also = spent(reading)
        seconds, megabytes = seconds + more, max(megabytes, also)
    return seconds, megabytes


def table(taken):
    print(f"{'':10} {'CPU':>10} {'ratio':>7}   {'memory':>9} {'ratio':>7}")
    for kind, runs in taken.items():
        cpu, memory = (statistics.median(one[i] / plain[i] for one, plain in zip(runs, taken["plain"])) for i in (0, 1))
        seconds, megabytes = (statistics.median(one[i] for one in runs) for i in (0, 1))
        print(f"{kind:10} {seconds:8.2f} s {cpu:7.3f}   {megabytes:6.0f} MB {memory:7.3f}")


def main():
    kinds = sys.argv[4:] or ["plain", "loaded", "report"]
    if len(sys.argv) < 3 or not set(kinds) <= set(KINDS):
        print(__doc__, file=sys.stderr)
        return 2
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    taken = {kind: [] for kind in dict.fromkeys(["plain", *kinds])}
    with Wireshark(sys.argv[1]) as wireshark:
        capture = wireshark.share(sys.argv[2])
        wireshark.share(HERE / "handshakes.lua")
        nothing = wireshark.root / "nothing"
        nothing.mkdir()
        nothing.chmod(0o755)
        for _ in range(rounds):
            for kind, runs in taken.items():
                runs.append(run(wireshark, kind, capture))
    table(taken)
    return 0


if __name__ == "__main__":
    sys.exit(main())
