#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a pcapng for the benchmark: make_capture.py FILE [COUNT [KIND]].

    handshakes    COUNT (10,000) handshakes: half TLS 1.2, half 1.3 with the secrets in the file; 40 % are mutual; each
                  has a request and an answer
    certificates  the same in TLS 1.2, and every server has a certificate of its own
    data          COUNT packets, nearly all of them application data
    ca-lists      COUNT handshakes in which the server names 64 KB of CAs
    plain         COUNT packets of HTTP, without TLS
    many          COUNT conversations, copies of a few; every second one ends after the server's flight
    brief         the same with few packets: short answers, and no pure acknowledgments
"""
import ipaddress
import itertools
import pathlib
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

from connections import ACK, ANSWER, REQUEST, Authority, Connection, End, Writer, context, turns

SERVERS, CLIENTS = 100, 200  # how many of each have a certificate of their own
MUTUAL = 0.4
PAUSE = 0.002  # between the beginnings of two conversations
HEADERS = 54  # of Ethernet, IPv4 and TCP
TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CLIENT, SERVER = ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER


def handshakes(count, authority, secrets, answer=ANSWER):
    names = [f"server-{number}.test.example" for number in range(SERVERS)]
    servers = [authority.issue(name) for name in names]
    clients = [authority.issue(f"client-{number}") for number in range(CLIENTS)]
    contexts = {}
    start = time.time()  # the certificates are valid now
    for number in range(count):
        version = (TLS12, TLS13)[number % 2]
        mutual = random.random() < MUTUAL
        server = random.randrange(SERVERS)
        identity = clients[random.randrange(CLIENTS)] if mutual else None
        ends = []
        for side, own in (CLIENT, identity), (SERVER, servers[server]):
            key = side, own, version, mutual
            if key not in contexts:
                contexts[key] = context(side, authority, own, version, mutual, secrets)
            ends.append(contexts[key])
        parts = turns(End(ends[0], server_hostname=names[server]), End(ends[1], server_side=True), [answer])
        yield Connection(number, server, start + number * PAUSE).carry(parts)


def certificates(count, authority, _):
    start = time.time()
    client = context(CLIENT, authority, None, TLS12)
    for number in range(count):
        name = f"host-{number}.test.example"
        identity = authority.issue(name)
        server = context(SERVER, authority, identity, TLS12)
        identity.unlink()
        parts = turns(End(client, server_hostname=name), End(server, server_side=True))
        yield Connection(number, number, start + number * PAUSE).carry(parts)


def data(count, authority, _):
    name = "server.test.example"
    identity = authority.issue(name)
    start, number, frames = time.time(), 0, 0
    while frames < count:
        version = (TLS12, TLS13)[number % 2]
        client = End(context(CLIENT, authority, None, version), server_hostname=name)
        server = End(context(SERVER, authority, identity, version), server_side=True)
        carried = Connection(number, 0, start + number).carry(turns(client, server, [random.randbytes(64_000)] * 10))
        yield carried
        frames += len(carried)
        number += 1


# ---- CA lists: Python's ssl sends none ----

def relay(source, destination, from_client, heard):
    while said := source.recv(1 << 16):
        heard.append((from_client, said))
        destination.sendall(said)
    destination.shutdown(socket.SHUT_WR)


def recorded(server_port):
    """What openssl's client says to a server here, and what it answers."""
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))
    client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{listener.getsockname()[1]}", "-tls1_2"],
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    near, _ = listener.accept()
    far = socket.create_connection(("127.0.0.1", server_port))
    both = [threading.Thread(target=relay, args=(near, far, True, heard)),
            threading.Thread(target=relay, args=(far, near, False, heard))]
    for one in both:
        one.start()
    client.communicate(b"Q\n")
    for one in both:
        one.join()
    return [(who, b"".join(said for _, said in group)) for who, group in itertools.groupby(heard, lambda one: one[0])]


def ca_lists(count, authority, _):
    identity, roots = authority.issue("server.test.example"), authority.more_roots(65_000)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(["openssl", "s_server", "-accept", str(port), "-cert", identity, "-key", identity,
                               "-CAfile", roots, "-verify", "1", "-www"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        said = recorded(port)
    finally:
        server.kill()
        server.wait()
    start = time.time()
    for number in range(count):
        yield Connection(number, number % SERVERS, start + number * PAUSE).carry(said)


# ---- Without TLS, and very many ----

def plain(count, *_):
    page = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 130000\r\n\r\n"
    start, number, frames = time.time(), 0, 0
    while frames < count:
        parts = [(True, REQUEST), (False, page + random.randbytes(130_000))]
        carried = Connection(number, number % SERVERS, start + number * PAUSE, port=80).carry(parts)
        yield carried
        frames += len(carried)
        number += 1


def copies(count, authority, secrets):
    """The frames of a few connections with another client each time: checksums are the network card's, so that
    nothing else changes."""
    yield from copies_of(list(handshakes(8, authority, secrets)), count)


def brief(count, authority, secrets):
    """Without what only acknowledges: flags are byte 47 of a frame."""
    whole = [[(when, frame) for when, frame in frames if len(frame) > HEADERS or frame[47] != ACK]
             for frames in handshakes(8, authority, secrets, answer=b"yes")]
    yield from copies_of(whole, count)


def copies_of(whole, count):
    halves = [frames[:next(i for i, (_, frame) in enumerate(frames) if is_clients_flight(frames[:i + 1]))]
              for frames in whole]
    start = whole[0][0][0]
    for number in range(count):
        template = (whole if number % 2 else halves)[number // 2 % len(whole)]
        offset = start + number * PAUSE / 4 - template[0][0]
        end = (ipaddress.IPv4Address("10.8.0.0") + number // 40000).packed + struct.pack(">H", 20000 + number % 40000)
        yield [(when + offset, with_client(frame, end)) for when, frame in template]


def is_clients_flight(frames):
    """The last of these is the client's second packet with a payload."""
    said = [frame for _, frame in frames if frame[34:36] != b"\x01\xbb" and len(frame) > 54]
    return len(said) == 2


def with_client(frame, end):
    address, port = end[:4], end[4:]
    if frame[34:36] == b"\x01\xbb":  # from port 443
        return frame[:30] + address + frame[34:36] + port + frame[38:]
    return frame[:26] + address + frame[30:34] + port + frame[36:]


KINDS = {"handshakes": handshakes, "certificates": certificates, "data": data, "ca-lists": ca_lists, "plain": plain,
         "many": copies, "brief": brief}


def in_order(connections):
    """Their frames by time, with no more of them in memory than overlap."""
    waiting = []
    for frames in connections:
        waiting.sort(key=lambda frame: frame[0])
        begin = frames[0][0]
        ready = sum(1 for _ in itertools.takewhile(lambda frame: frame[0] < begin, waiting))
        yield from waiting[:ready]
        waiting = waiting[ready:] + frames
    yield from sorted(waiting, key=lambda frame: frame[0])


def main():
    if len(sys.argv) not in (2, 3, 4) or (len(sys.argv) == 4 and sys.argv[3] not in KINDS):
        print(__doc__, file=sys.stderr)
        return 2
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    make = KINDS[sys.argv[3] if len(sys.argv) > 3 else "handshakes"]
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        secrets = pathlib.Path(folder) / "secrets"
        connections = make(count, Authority(pathlib.Path(folder)), secrets)
        if make is handshakes:
            connections = list(connections)
        key_log = secrets.read_bytes() if secrets.exists() else b""
        with Writer(sys.argv[1], key_log) as writer:
            writer.write(in_order(connections))
    print(f"{sys.argv[1]}: {writer.frames} frames")
    return 0


if __name__ == "__main__":
    sys.exit(main())
