# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a capture with the texts that an attacker would send: control characters, terminal escape sequences,
bidirectional marks, invalid UTF-8, NUL, markup, quotes, separators; and a megabyte of them."""
import re
import struct

EVIL = (b"\xe2\x80\xaeidb\xe2\x80\xac\xe2\x81\xa6\xc2\x9b\x1b[31mred\x07\x00nul\r\nline\t|tab,"
        b"<script>alert(1)</script>&amp;\"'`$(id)%s%n\xff\xfe\xc0\x80\xed\xa0\x80\xef\xbf\xbf=cmd")
# Characters that must not appear in the output: control characters except the line end, direction marks, zero-width
# characters, line separators.
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd"
                     "\ufff9-\ufffb]")
FORMULA = b"=cmd|' /C calc'!A1,\"+1\""
CLIENT, SERVER = b"\x0a\x00\x00\x01", b"\x0a\x00\x00\x02"
HANDSHAKE, ALERT = 22, 21
SEGMENT = 32768


def vector(size, content):
    return len(content).to_bytes(size, "big") + content


def der(tag, *content):
    body = b"".join(content)
    length = bytes([len(body)]) if len(body) < 128 else b"\x83" + len(body).to_bytes(3, "big")
    return bytes([tag]) + length + body


def name(text):
    """commonName in UTF-8; organizationName and organizationalUnitName in types that may contain any byte (T61, IA5)."""
    utf8 = text.decode(errors="ignore").encode()
    attributes = [der(0x30, der(0x06, bytes([0x55, 0x04, kind])), der(tag, content))
                  for kind, tag, content in ((3, 0x0C, utf8), (10, 0x14, text), (11, 0x16, text))]
    return der(0x30, *(der(0x31, one) for one in attributes))


def certificate(subject, issuer):
    ed25519 = der(0x30, der(0x06, b"\x2b\x65\x70"))
    validity = der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"210101000000Z"))
    key = der(0x30, ed25519, der(0x03, b"\0" + bytes(range(32))))
    san = der(0x30, der(0x82, subject), der(0x86, b"http://" + subject))
    aia = der(0x30, der(0x30, der(0x06, b"\x2b\x06\x01\x05\x05\x07\x30\x02"), der(0x86, b"http://" + subject)))
    extensions = der(0xA3, der(0x30, der(0x30, der(0x06, b"\x55\x1d\x11"), der(0x04, san)),
                               der(0x30, der(0x06, b"\x2b\x06\x01\x05\x05\x07\x01\x01"), der(0x04, aia))))
    to_sign = der(0x30, der(0xA0, der(0x02, b"\x02")), der(0x02, b"\x01"), ed25519, name(issuer), validity,
                  name(subject), key, extensions)
    return der(0x30, to_sign, ed25519, der(0x03, b"\0" + bytes(64)))


def record(kind, body):
    return bytes([kind]) + b"\x03\x03" + vector(2, body)


def message(kind, body):
    whole = bytes([kind]) + vector(3, body)
    return b"".join(record(HANDSHAKE, whole[at:at + 16384]) for at in range(0, len(whole), 16384))


def extension(kind, body):
    return struct.pack(">H", kind) + vector(2, body)


def client_hello(sni=EVIL):
    extensions = (extension(0, vector(2, b"\0" + vector(2, sni))) + extension(16, vector(2, vector(1, EVIL)))
                  + extension(10, vector(2, b"\x00\x1d")) + extension(13, vector(2, b"\x04\x03\x08\x07")))
    return message(1, b"\x03\x03" + bytes(32) + b"\0" + vector(2, b"\xc0\x2f") + b"\x01\x00" + vector(2, extensions))


def server_flight(more=b""):
    chosen = extension(16, vector(2, vector(1, EVIL)))
    hello = message(2, b"\x03\x03" + bytes(32) + b"\0" + b"\xc0\x2f\0" + vector(2, chosen))
    chain = certificate(EVIL + more, b"issuer " + EVIL)
    asked = b"\x01\x40" + vector(2, b"\x04\x03") + vector(2, vector(2, name(EVIL)) + vector(2, b"\x30\x03" + EVIL))
    return hello + message(11, vector(3, vector(3, chain))) + message(13, asked) + message(14, b"")


CONVERSATIONS = [  # port, sender and bytes
    (443, [(True, client_hello()), (False, server_flight()), (True, record(ALERT, b"\x02\x30"))]),
    (443, [(True, client_hello()), (False, server_flight(b"x" * 80_000)), (True, record(ALERT, b"\x02\x30"))]),
    (443, [(True, client_hello()), (False, server_flight(b"x" * 300_000)), (True, record(ALERT, b"\x02\x30"))]),
    (443, [(True, client_hello()), (False, EVIL)]),
    (443, [(True, client_hello(FORMULA)), (False, server_flight()), (True, record(ALERT, b"\x02\x30"))]),
    (443, [(True, client_hello()), (False, b"HTTP/1.1 400 " + EVIL + b"\r\n\r\n")]),
    (443, [(True, client_hello()), (False, b"HTTP/1.1 400 \xe2\x80\xaeidb <b>\"'&\r\n\r\n")]),
    (443, [(True, b"GET /" + EVIL), (False, record(ALERT, b"\x02\x0a"))]),
    (25, [(False, b"220 " + EVIL + b"\r\n"), (True, b"STARTTLS\r\n"), (False, b"454 " + EVIL + b"\r\n")]),
]


class Stream:
    def __init__(self, number, port):
        self.ends = (CLIENT, 40000 + number), (SERVER, port)
        self.sequence = [1000, 5000]

    def segment(self, from_client, flags, payload=b""):
        side = 0 if from_client else 1
        (source, source_port), (target, target_port) = self.ends if from_client else self.ends[::-1]
        tcp = struct.pack(">HHIIBBHHH", source_port, target_port, self.sequence[side], self.sequence[1 - side], 0x50,
                          flags, 65535, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0, source, target)
        self.sequence[side] += len(payload) + bool(flags & 3)
        return bytes(12) + b"\x08\x00" + ip + tcp + payload


def frames():
    for number, (port, said) in enumerate(CONVERSATIONS):
        stream = Stream(number, port)
        yield stream.segment(True, 0x02)
        yield stream.segment(False, 0x12)
        for from_client, payload in said:
            for at in range(0, len(payload), SEGMENT):
                yield stream.segment(from_client, 0x18, payload[at:at + SEGMENT])
            yield stream.segment(not from_client, 0x10)
        yield stream.segment(False, 0x11)
        yield stream.segment(True, 0x11)


def pcap(packets):
    """A file with these packets, ten a second."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    for number, packet in enumerate(packets):
        out += struct.pack("<IIII", 1_790_000_000 + number // 10, number % 10 * 1000, len(packet), len(packet)) + packet
    return out


def capture():
    return pcap(frames())
