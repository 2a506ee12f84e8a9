#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures minutes of real handshakes on loopback with tshark: no crash, stable memory, correct verdicts.

    live_long.py --plugins DIR [--seconds N] [--rate N] [--runs NAME,...]

Run it as root (capturing needs the rights). The clients and servers use Python's ssl; each kind of handshake has its own
port, so its verdict is known. Three tshark processes capture at once: one without interruption, one that resets every
5,000 packets (-M), and one with a ring of files (-b); and the same three without the plugin, to compare the memory.
Needs python3-cryptography.
"""
import argparse
import collections
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / room) for room in ("bench", "support")]
from connections import Authority, context  # noqa: E402
from wireshark import NOBODY, Failure, Wireshark  # noqa: E402

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CLIENT, SERVER = ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER
NAME = "server.test.example"
KINDS = {  # server's version, client's, mutual, client has a certificate, client trusts the CA: outcome
    "tls12": (TLS12, TLS12, False, False, True, "completed"),
    "tls13": (TLS13, TLS13, False, False, True, "completed"),
    "mutual12": (TLS12, TLS12, True, True, True, "completed"),
    "mutual13": (TLS13, TLS13, True, True, True, "completed"),
    "unknown_ca": (TLS12, TLS12, False, False, False, "failed"),
    "no_certificate": (TLS12, TLS12, True, False, True, "failed"),
    "versions": (TLS13, TLS12, False, False, True, "failed"),
}
ANEW = ("-M", "5000")
RING = ("-b", "duration:30", "-b", "files:3", "-w")
RUNS = {
    "live": ("-z", "tlsdiag,live"),
    "anew": (*ANEW, "-z", "tlsdiag,live"),
    "ring": (*RING, "home/ring.pcapng", "-z", "tlsdiag,live"),
    "plain": ("-z", "io,stat,0"),
    "plain_anew": (*ANEW, "-z", "io,stat,0"),
    "plain_ring": (*RING, "home/plain_ring.pcapng", "-z", "io,stat,0"),
}
SHORT = {"anew", "ring"}  # conversations are cut where tshark starts again
SAMPLE = 10  # seconds


def serve(listener, ssl_context):
    def one(raw):
        try:
            raw.settimeout(5)
            with ssl_context.wrap_socket(raw, server_side=True) as tls:
                tls.sendall(tls.recv(100))
                tls.recv(1)
        except OSError:
            raw.close()
    while True:
        try:
            raw, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=one, args=(raw,), daemon=True).start()


def connect(port, ssl_context):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            with ssl_context.wrap_socket(raw, server_hostname=NAME) as tls:
                tls.sendall(b"hello")
                tls.recv(100)
    except OSError:
        pass  # some are to fail


class Traffic:
    def __init__(self, folder):
        authority, other = Authority(folder), folder / "other"
        other.mkdir()
        stranger = Authority(other)
        identity, client_identity = authority.issue(NAME), authority.issue("client")
        self.listeners, self.clients, self.outcomes = [], {}, {}
        for server_version, client_version, mutual, has, trusts, outcome in KINDS.values():
            listener = socket.create_server(("127.0.0.1", 0), backlog=100)
            port = listener.getsockname()[1]
            made = context(SERVER, authority, identity, server_version, mutual)
            self.listeners.append(listener)
            threading.Thread(target=serve, args=(listener, made), daemon=True).start()
            self.clients[port] = context(CLIENT, authority if trusts else stranger, client_identity if has else None,
                                         client_version)
            self.outcomes[port] = outcome
        self.made = collections.Counter()

    def run(self, seconds, rate, watch):
        begin = time.monotonic()
        ports = list(self.clients)
        for number in range(int(seconds * rate)):
            port = ports[number % len(ports)]
            connect(port, self.clients[port])
            self.made[port] += 1
            if number % max(int(SAMPLE * rate), 1) == 0:
                watch()
            time.sleep(max(begin + number / rate - time.monotonic(), 0))
            if time.monotonic() - begin > seconds:
                break
        for listener in self.listeners:
            listener.close()


def resident(process):
    """MB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def start(wireshark, name, ports):
    """It may capture, as a user that is not root: these have plugins."""
    rights = "+net_raw,+net_admin"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(wireshark.root / "home"),
                   "WIRESHARK_PLUGIN_DIR": str(wireshark.root / ("nothing" if name.startswith("plain") else "plugins"))}
    only = " or ".join(f"tcp port {port}" for port in ports)
    with (wireshark.root / f"{name}.out").open("wb") as out, (wireshark.root / f"{name}.err").open("wb") as errors:
        return subprocess.Popen(
            ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps", rights,
             "--ambient-caps", rights, "tshark", "-i", "lo", "-f", only, "-q", *RUNS[name]],
            cwd=wireshark.root, env=environment, stdout=out, stderr=errors)


def wrong_verdicts(name, output, traffic):
    seen, cut = collections.Counter(), 0
    for line in output.splitlines():
        found = re.match(r"\S+Z\s+(\w+)\s+conversation \d+  127\.0\.0\.1:(\d+) -> 127\.0\.0\.1:(\d+)", line)
        if not found:
            continue
        outcome = found[1]
        port = next(int(port) for port in (found[3], found[2]) if int(port) in traffic.outcomes)  # of the server
        if name in SHORT and outcome in ("unfinished", "unseen"):
            cut += 1
        elif outcome != traffic.outcomes[port]:
            yield f"{name}: {line}"
        seen[port] += 1
    print(f"{name}: {sum(seen.values())} verdicts of {sum(traffic.made.values())} handshakes, {cut} of them cut")
    for port, made in traffic.made.items():
        if seen[port] < made or (name not in SHORT and seen[port] > made):
            yield f"{name}: {seen[port]} verdicts for {made} handshakes that are to be {traffic.outcomes[port]}"


def end(name, process):
    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=120)
    if code != 0:
        yield f"{name}: exit {code}"


def run(wireshark, arguments):
    nothing = wireshark.root / "nothing"
    nothing.mkdir()
    nothing.chmod(0o755)
    certificates = wireshark.root / "certificates"
    certificates.mkdir()
    traffic = Traffic(certificates)
    processes = {name: start(wireshark, name, traffic.clients) for name in arguments.runs.split(",")}
    try:
        return judge(wireshark, arguments, traffic, processes)
    finally:
        for process in processes.values():
            if process.poll() is None:
                process.kill()


def judge(wireshark, arguments, traffic, processes):
    time.sleep(5)
    memory = {name: [] for name in processes}

    def watch():
        for name, process in processes.items():
            if process.poll() is not None:
                raise Failure(f"{name} has ended: {process.returncode}\n"
                              + (wireshark.root / f"{name}.err").read_text(errors="replace"))
            memory[name].append(resident(process))

    traffic.run(arguments.seconds, arguments.rate, watch)
    time.sleep(5)
    watch()
    for name, samples in memory.items():
        shown = " ".join(f"{one:.0f}" for one in samples[::max(len(samples) // 12, 1)])
        print(f"{name}: MB over time: {shown} {samples[-1]:.0f}")
    wrong = []
    for name, process in processes.items():
        wrong += end(name, process)
        dropped = re.search(r"\d+ packets? dropped[^\n]*", (wireshark.root / f"{name}.err").read_text(errors="replace"))
        if dropped:
            print(f"{name}: {dropped[0]}")
        if not name.startswith("plain"):
            wrong += wrong_verdicts(name, (wireshark.root / f"{name}.out").read_text(encoding="utf-8"), traffic)
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--rate", type=float, default=40, help="handshakes a second")
    parser.add_argument("--runs", default=",".join(RUNS))
    arguments = parser.parse_args()
    with Wireshark(arguments.plugins) as wireshark:
        return run(wireshark, arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(str(failure))
