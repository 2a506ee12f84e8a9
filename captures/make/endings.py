# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about which side closes the connection, when, and how."""
import contextlib
import socket
import ssl
import threading
import time

from certificates import HOST, PORT, authorities, exchange, visit
from lab import case, connected, listening, openssl_server, recording, reset

SERVER_PORT = PORT + 100  # of the real server behind the relay


def client_hello():
    """The first bytes of an OpenSSL client."""
    context = ssl.create_default_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=HOST)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise RuntimeError("a handshake without a server")


@case("client_abandoned/user_closed_the_page")
def user_closed_the_page(_, name):
    """The server accepts the connection but has not answered when the client leaves after 0.2 s."""
    with recording(name, PORT), listening(PORT) as listener, connected(PORT) as client:
        accepted, _ = listener.accept()
        client.sendall(client_hello())
        time.sleep(0.2)
        client.close()
        time.sleep(0.2)
        accepted.close()


@case("client_abandoned/client_leaves_after_the_certificate")
def client_leaves_after_the_certificate(lab, name):
    """The server has sent its flight; the client closes without an alert."""
    _, issuing = authorities(lab)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-tls1_2", chain=[issuing]), \
            connected(PORT) as client:
        client.sendall(client_hello())
        client.recv(65536)
        time.sleep(0.2)


@case("handshake_stalled/slow_but_sure")
def slow_but_sure(lab, name):
    """A relay delays each flight of the server by 3.5 s, which is longer than the silence limit."""
    root, issuing = authorities(lab)

    def copy(source, target, wait):
        while data := source.recv(65536):
            time.sleep(wait)
            target.sendall(data)
        with contextlib.suppress(OSError):  # the other one may be gone
            target.shutdown(socket.SHUT_WR)

    def relay(listener):
        with listener.accept()[0] as front, connected(SERVER_PORT) as back:
            forth = threading.Thread(target=copy, args=(front, back, 0))
            forth.start()
            copy(back, front, 3.5)
            forth.join()

    with recording(name, PORT), openssl_server(SERVER_PORT, lab.server(issuing, HOST), "-tls1_2", chain=[issuing]), \
            listening(PORT) as listener:
        relaying = threading.Thread(target=relay, args=(listener,))
        relaying.start()
        visit(PORT, lab.bundle("root.pem", root))
        relaying.join()


@case("tcp_reset_during_handshake/reset_after_the_answer")
def reset_after_the_answer(lab, name):
    """The client has what it wanted and resets the connection."""
    root, issuing = authorities(lab)
    context = ssl.create_default_context(cafile=lab.bundle("root.pem", root))
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", "-tls1_2", chain=[issuing]):
        client = context.wrap_socket(connected(PORT), server_hostname=HOST)
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        client.recv(65536)
        reset(client)


@case("clean/tls13")
def tls13(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST), [issuing], root, version="-tls1_3")


@case("clean/no_tls")
def no_tls(_, name):
    """A line-based protocol in plain text."""
    with recording(name, PORT), listening(PORT) as listener, connected(PORT) as client:
        accepted, _ = listener.accept()
        with accepted:
            accepted.sendall(b"220 test.example ready\r\n")
            client.recv(100)
            client.sendall(b"QUIT\r\n")
            accepted.recv(100)


@case("closed_without_close_notify/python_just_closes")
def python_just_closes(lab, name):
    """A server built with Python's ssl module that has sent everything and closes its socket."""
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(lab.bundle("chain.pem", leaf, issuing), leaf.key_file)
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    def serve(listener):
        with context.wrap_socket(listener.accept()[0], server_side=True) as client:
            client.sendall(b"all that there is to say\r\n")
            socket.socket.shutdown(client, socket.SHUT_WR)
            with contextlib.suppress(ssl.SSLError):  # it complains of the end
                client.recv(100)

    with recording(name, PORT), listening(PORT) as listener:
        serving = threading.Thread(target=serve, args=(listener,))
        serving.start()
        visit(PORT, lab.bundle("root.pem", root))
        serving.join()


@case("closed_without_close_notify/openssl_says_it")
def openssl_says_it(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST), [issuing], root)


def heartbeat(lab, name, record):
    """A TLS 1.2 client that sends this heartbeat record after the server's flight, and leaves 4 s later."""
    _, issuing = authorities(lab)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-tls1_2", chain=[issuing]), \
            connected(PORT) as client:
        client.sendall(client_hello())
        client.recv(65536)
        client.sendall(record)
        time.sleep(4)


@case("heartbleed_probe/server_without_heartbeats")
def heartbleed(lab, name):
    """The request announces 16,384 bytes and sends none; OpenSSL 3 knows no heartbeats."""
    heartbeat(lab, name, bytes.fromhex("1803030003014000"))


@case("heartbleed_probe/honest_request")
def honest_heartbeat(lab, name):
    """A request of 4 bytes with 16 bytes of padding (RFC 6520, 4)."""
    heartbeat(lab, name, bytes.fromhex("1803030017010004") + b"ping" + bytes(16))
