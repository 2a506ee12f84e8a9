# SPDX-License-Identifier: GPL-2.0-or-later
"""What TLS is carried in: the words that client and server exchange before TLS begins, and a relay that speaks them.

A stack that knows nothing of a carrier talks through two relays: one before the client speaks the client's words, one
before the server the server's. Only the road between the two is recorded.

    client stack -> client's relay ==(recorded)==> server's relay -> server stack
"""
import contextlib
import select
import socket
import struct
import threading

LIMIT = 20  # seconds; nothing here takes longer


class Refused(Exception):
    """The server's answer to the request for TLS was no."""


def line(connection):
    read = b""
    while not read.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            raise Refused(read)
        read += byte
    return read


def exactly(connection, count):
    read = b""
    while len(read) < count:
        part = connection.recv(count - len(read))
        if not part:
            raise Refused(read)
        read += part
    return read


class Carrier:
    """One protocol. `port` is its usual one, `refusal` what the server answers that has no TLS."""
    name, port, refusal = "tcp", 443, None
    relayed = True

    def client(self, connection, host):
        raise NotImplementedError

    def server(self, connection, refuse):
        """Raises Refused after it has refused."""
        raise NotImplementedError


class Plain(Carrier):
    relayed = False


class Lines(Carrier):
    """Protocols of lines: a greeting, then requests with their answers."""
    greeting, asked, agreed = b"", (), b""
    last_words = None

    def server(self, connection, refuse):
        if self.greeting:
            connection.sendall(self.greeting)
        for request, answer in self.asked:
            line(connection)
            connection.sendall(self.refusal if refuse and request == self.asked[-1][0] else answer)
        if refuse:
            with contextlib.suppress(OSError, Refused):
                line(connection)
            raise Refused(self.refusal)

    def client(self, connection, host):
        if self.greeting:
            for _ in self.greeting.splitlines():
                line(connection)
        for request, answer in self.asked:
            connection.sendall(request)
            got = b"".join(line(connection) for _ in answer.splitlines())
            if got != answer:
                if self.last_words:
                    connection.sendall(self.last_words)
                raise Refused(got)


class Smtp(Lines):
    name, port = "smtp", 25
    greeting = b"220 mail.lab.example ESMTP ready\r\n"
    asked = ((b"EHLO client.lab.example\r\n", b"250-mail.lab.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n"),
             (b"STARTTLS\r\n", b"220 2.0.0 Ready to start TLS\r\n"))
    refusal = b"454 4.7.0 TLS not available due to local problem\r\n"
    last_words = b"QUIT\r\n"


class Imap(Lines):
    name, port = "imap", 143
    greeting = b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"
    asked = ((b"a001 STARTTLS\r\n", b"a001 OK Begin TLS negotiation now.\r\n"),)
    refusal = b"a001 BAD TLS is not available\r\n"
    last_words = b"a002 LOGOUT\r\n"


class Pop3(Lines):
    name, port = "pop3", 110
    greeting = b"+OK ready\r\n"
    asked = ((b"STLS\r\n", b"+OK Begin TLS negotiation\r\n"),)
    refusal = b"-ERR TLS is not available\r\n"
    last_words = b"QUIT\r\n"


class Ftp(Lines):
    name, port = "ftp", 21
    greeting = b"220 (lab)\r\n"
    asked = ((b"AUTH TLS\r\n", b"234 Proceed with negotiation.\r\n"),)
    refusal = b"530 Please login with USER and PASS.\r\n"
    last_words = b"QUIT\r\n"


class Nntp(Lines):
    name, port = "nntp", 119
    greeting = b"200 news.lab.example ready\r\n"
    asked = ((b"STARTTLS\r\n", b"382 Continue with TLS negotiation\r\n"),)
    refusal = b"580 Can not initiate TLS negotiation\r\n"
    last_words = b"QUIT\r\n"


class Bare(Carrier):
    """A relay without a word."""

    def client(self, connection, host):
        pass

    def server(self, connection, refuse):
        pass


class Connect(Carrier):
    name, port = "connect", 8080
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"

    def client(self, connection, host):
        connection.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        status = read_head(connection)
        if b" 200 " not in status:
            raise Refused(status)

    def server(self, connection, refuse):
        read_head(connection)
        connection.sendall(self.refusal if refuse else b"HTTP/1.1 200 Connection established\r\n\r\n")
        if refuse:
            raise Refused(self.refusal)


def read_head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += line(connection)
    return head


class Ldap(Carrier):
    name, port = "ldap", 389
    request = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
    refusal = bytes.fromhex("300c02010178070a010204000400")  # protocolError

    def client(self, connection, host):
        connection.sendall(self.request)
        answer = exactly(connection, 14)
        if answer[9] != 0:
            connection.sendall(bytes.fromhex("30050201024200"))  # unbind
            raise Refused(answer)

    def server(self, connection, refuse):
        exactly(connection, len(self.request))
        connection.sendall(self.refusal if refuse else bytes.fromhex("300c02010178070a010004000400"))
        if refuse:
            with contextlib.suppress(OSError):
                connection.recv(100)
            raise Refused(self.refusal)


class Postgres(Carrier):
    name, port = "postgres", 5432
    refusal = b"N"

    def client(self, connection, host):
        connection.sendall(struct.pack("!II", 8, 80877103))
        answer = exactly(connection, 1)
        if answer != b"S":
            raise Refused(answer)

    def server(self, connection, refuse):
        exactly(connection, 8)
        connection.sendall(b"N" if refuse else b"S")
        if refuse:
            with contextlib.suppress(OSError):
                connection.recv(100)
            raise Refused(b"N")


class Mysql(Carrier):
    name, port = "mysql", 3306
    refusal = b"no CLIENT_SSL"

    def server(self, connection, refuse):
        flags = 0xF7FF if refuse else 0xFFFF
        body = (b"\x0a8.0.30\0" + struct.pack("<I", 11) + b"abcdefgh\0" + struct.pack("<HBHH", flags, 33, 2, 0xC1FF) + b"\x15"
                + bytes(10) + b"ijklmnopqrst\0mysql_native_password\0")
        connection.sendall(struct.pack("<I", len(body))[:3] + b"\0" + body)
        if refuse:
            with contextlib.suppress(OSError):
                connection.recv(100)
            raise Refused(self.refusal)
        exactly(connection, 36)

    def client(self, connection, host):
        head = exactly(connection, 4)
        body = exactly(connection, head[0] | head[1] << 8)
        flags, = struct.unpack_from("<H", body, body.index(b"\0") + 1 + 4 + 9)
        if not flags & 0x0800:
            raise Refused(b"")
        connection.sendall(b"\x20\0\0\x01" + struct.pack("<IIB", 0x0000AE85 | 0x0800, 1 << 24, 33) + bytes(23))


class Xmpp(Carrier):
    name, port = "xmpp", 5222
    refusal = b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"

    def client(self, connection, host):
        connection.sendall(f"<?xml version='1.0'?><stream:stream to='{host}' xmlns='jabber:client' "
                           "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>".encode())
        until(connection, b"</stream:features>")
        connection.sendall(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        answer = until(connection, b"/>")
        if b"proceed" not in answer:
            raise Refused(answer)

    def server(self, connection, refuse):
        until(connection, b"version='1.0'>")
        connection.sendall(b"<?xml version='1.0'?><stream:stream from='lab.example' id='1' xmlns='jabber:client' "
                           b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:features><starttls "
                           b"xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>")
        until(connection, b"/>")
        connection.sendall(self.refusal if refuse else b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        if refuse:
            raise Refused(self.refusal)


def until(connection, end):
    read = b""
    while not read.endswith(end):
        read += exactly(connection, 1)
    return read


class Rdp(Carrier):
    name, port = "rdp", 3389
    refusal = bytes.fromhex("030000130ed000001234000300080002000000")  # SSL_NOT_ALLOWED_BY_SERVER

    def client(self, connection, host):
        connection.sendall(bytes.fromhex("030000130ee000000000000100080001000000"))
        answer = exactly(connection, 19)
        if answer[11] != 2:
            raise Refused(answer)

    def server(self, connection, refuse):
        exactly(connection, 19)
        connection.sendall(self.refusal if refuse else bytes.fromhex("030000130ed000001234000200080001000000"))
        if refuse:
            raise Refused(self.refusal)


class Proxy1(Carrier):
    """A PROXY header before the ClientHello; the server expects it."""
    name, port = "proxy1", 443

    def client(self, connection, host):
        connection.sendall(self.header())

    @staticmethod
    def header():
        return b"PROXY TCP4 192.0.2.7 192.0.2.8 51234 443\r\n"

    def server(self, connection, refuse):
        exactly(connection, len(self.header()))


class Proxy2(Proxy1):
    name = "proxy2"

    @staticmethod
    def header():
        addresses = bytes((192, 0, 2, 7, 192, 0, 2, 8)) + struct.pack("!HH", 51234, 443)
        return b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack("!H", len(addresses)) + addresses


class Dtls(Carrier):
    name, port, relayed = "dtls", 4433, False


class Quic(Carrier):
    name, port, relayed = "quic", 443, False


class Eap(Carrier):
    """EAP-TLS between a supplicant and a RADIUS server."""
    name, port, relayed = "eap", 1812, False


BARE = Bare()
STREAMS = [Smtp(), Imap(), Pop3(), Ftp(), Nntp(), Connect(), Ldap(), Postgres(), Mysql(), Xmpp(), Rdp(), Proxy1(), Proxy2()]
CARRIERS = {one.name: one for one in [Plain(), *STREAMS, Dtls(), Quic(), Eap()]}


def reset(connection):
    """Closes with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def copy_both_ways(one, other, stopped=None):
    """Until both ends have closed; an end is passed on as it came, FIN as FIN and RST as RST. If there is an event `stopped`,
    `one` is heard only until `other` has answered; then it is set, and what comes is thrown away."""
    answered = False
    open_ends = {one: other, other: one}
    while open_ends:
        ready, _, _ = select.select(list(open_ends), [], [], LIMIT)
        if not ready:
            return
        for end in ready:
            try:
                data = end.recv(65536)
                if data and end is one and answered and stopped:
                    stopped.set()
                elif data:
                    answered = answered or end is other
                    open_ends[end].sendall(data)
                else:
                    open_ends.pop(end).shutdown(socket.SHUT_WR)
            except OSError:
                reset(one)
                reset(other)
                return


class Relay:
    """Accepts one connection at `listen`, connects to `target`, has `words` exchanged and then copies."""

    def __init__(self, listen, target, words, words_first, stopped=None):
        family = socket.AF_INET6 if ":" in listen[0] else socket.AF_INET
        self.listener = socket.create_server(listen, family=family)
        self.listener.settimeout(LIMIT)
        self.target, self.words, self.words_first = target, words, words_first
        self.stopped = stopped
        self.thread = threading.Thread(target=self._relay, daemon=True)
        self.thread.start()

    def _relay(self):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            front = stack.enter_context(self.listener.accept()[0])
            front.settimeout(LIMIT)
            try:
                if self.words_first == "front":
                    self.words(front)
                back = stack.enter_context(socket.create_connection(self.target, timeout=LIMIT))
                for end in front, back:
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.words_first == "back":
                    self.words(back)
            except Refused:
                return
            copy_both_ways(front, back, self.stopped)

    def close(self):
        self.listener.close()
        self.thread.join(LIMIT)
