#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a pcapng with many real handshakes for the benchmark: make_capture.py FILE [HANDSHAKES].

Both ends are OpenSSL in this process (Python's ssl over memory); what they say is put into TCP segments here. Half are
TLS 1.2, half 1.3 with the secrets in the file; 40 % are mutual; each has a request and an answer. Needs
python3-cryptography.
"""
import datetime
import ipaddress
import itertools
import pathlib
import random
import ssl
import struct
import sys
import tempfile
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SERVERS, CLIENTS = 100, 200  # how many of each have a certificate of their own
MUTUAL = 0.4
SEGMENT = 1448
PAUSE = 0.002  # between the beginnings of two conversations
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10


class Authority:
    """A root, an issuing CA, and what it issues, as files that ssl can load."""

    def __init__(self, folder):
        self.folder = folder
        self.root, root_key = self._certificate("Bench Root", None, None, ca=True)
        self.issuing, self.issuing_key = self._certificate("Bench Issuing CA", self.root, root_key, ca=True)
        self.root_file = folder / "root.pem"
        self.root_file.write_bytes(self.root.public_bytes(serialization.Encoding.PEM))

    def issue(self, name):
        certificate, key = self._certificate(name, self.issuing, self.issuing_key)
        path = self.folder / f"{name}.pem"
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption())
                         + certificate.public_bytes(serialization.Encoding.PEM)
                         + self.issuing.public_bytes(serialization.Encoding.PEM))
        return path

    @staticmethod
    def _certificate(name, issuer, issuer_key, ca=False):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (x509.CertificateBuilder()
                   .subject_name(subject).issuer_name(issuer.subject if issuer else subject)
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(days=30))
                   .not_valid_after(now + datetime.timedelta(days=365))
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()),
                                  critical=False)
                   .add_extension(x509.BasicConstraints(ca, None), critical=True)
                   .add_extension(x509.SubjectAlternativeName([x509.DNSName(name.replace(" ", "-"))]), critical=False))
        return builder.sign(issuer_key or key, hashes.SHA256()), key


def context(side, authority, identity, version, mutual, secrets):
    made = ssl.SSLContext(side)
    if side == ssl.PROTOCOL_TLS_SERVER and version == ssl.TLSVersion.TLSv1_3:
        made.keylog_filename = secrets
    made.minimum_version = made.maximum_version = version
    made.load_verify_locations(authority.root_file)
    if identity:
        made.load_cert_chain(identity)
    if mutual and side == ssl.PROTOCOL_TLS_SERVER:
        made.verify_mode = ssl.CERT_REQUIRED
    return made


class End:
    def __init__(self, ssl_context, **options):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = ssl_context.wrap_bio(self.incoming, self.outgoing, **options)

    def attempt(self, action, *arguments):
        """What the action gives, or nothing where it waits for the peer."""
        try:
            return action(*arguments)
        except ssl.SSLWantReadError:
            return None


def turns(client, server):
    """(from the client, bytes) of a whole connection, each as one end would send it at once."""
    def flush(end, other):
        data = end.outgoing.read()
        other.incoming.write(data)
        return data

    connecting = True
    while connecting:
        connecting = False
        for end, other in (client, server), (server, client):
            end.attempt(end.tls.do_handshake)
            if data := flush(end, other):
                connecting = True
                yield end is client, data
    for end, other, said in (client, server, b"GET / HTTP/1.1\r\n\r\n"), (server, client, bytes(3000)):
        end.tls.write(said)
        yield end is client, flush(end, other)
        other.attempt(other.tls.read, 65536)
    for end, other in (client, server), (server, client):
        end.attempt(end.tls.unwrap)
        if data := flush(end, other):
            yield end is client, data


class Connection:
    """Turns to Ethernet frames. Checksums are left to the network card, as on a sender's own captures."""

    def __init__(self, number, server, start):
        client_address = ipaddress.IPv4Address("10.1.0.0") + number // 40000 + 1
        server_address = ipaddress.IPv4Address("10.2.0.0") + server + 1
        self.ends = (client_address.packed, 20000 + number % 40000), (server_address.packed, 443)
        self.sequence = [random.getrandbits(31), random.getrandbits(31)]
        self.time = start
        self.frames = []

    def segment(self, from_client, flags, payload=b""):
        source, destination = self.ends if from_client else self.ends[::-1]
        side = 0 if from_client else 1
        acknowledged = self.sequence[1 - side] if flags & ACK else 0
        tcp = struct.pack("!HHIIBBHHH", source[1], destination[1], self.sequence[side], acknowledged, 5 << 4, flags,
                          65535, 0, 0)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp) + len(payload), 0, 0x4000, 64, 6, 0, source[0],
                         destination[0])
        self.frames.append((self.time, bytes(12) + b"\x08\x00" + ip + tcp + payload))
        self.sequence[side] += len(payload) + bool(flags & (SYN | FIN))
        self.time += 0.0001

    def carry(self, parts):
        self.segment(True, SYN)
        self.segment(False, SYN | ACK)
        self.segment(True, ACK)
        for from_client, data in parts:
            for offset in range(0, len(data), SEGMENT):
                last = offset + SEGMENT >= len(data)
                self.segment(from_client, ACK | (PSH if last else 0), data[offset:offset + SEGMENT])
            self.segment(not from_client, ACK)
            self.time += 0.002
        self.segment(True, FIN | ACK)
        self.segment(False, FIN | ACK)
        self.segment(True, ACK)
        return self.frames


def handshakes(count, folder, secrets):
    authority = Authority(folder)
    names = [f"server-{number}.test.example" for number in range(SERVERS)]
    servers = [authority.issue(name) for name in names]
    clients = [authority.issue(f"client-{number}") for number in range(CLIENTS)]
    contexts = {}
    start = time.time()  # the certificates are valid now
    for number in range(count):
        version = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)[number % 2]
        mutual = random.random() < MUTUAL
        server = random.randrange(SERVERS)
        identity = clients[random.randrange(CLIENTS)] if mutual else None
        ends = []
        for side, own in (ssl.PROTOCOL_TLS_CLIENT, identity), (ssl.PROTOCOL_TLS_SERVER, servers[server]):
            key = side, own, version, mutual
            if key not in contexts:
                contexts[key] = context(side, authority, own, version, mutual, secrets)
            ends.append(contexts[key])
        parts = turns(End(ends[0], server_hostname=names[server]), End(ends[1], server_side=True))
        yield Connection(number, server, start + number * PAUSE).carry(parts)


def block(kind, body):
    """Of pcapng: type, length, body to a multiple of four bytes, length."""
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    count = int(sys.argv[2]) if len(sys.argv) == 3 else 10_000
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        secrets = pathlib.Path(folder) / "secrets"
        frames = list(itertools.chain.from_iterable(handshakes(count, pathlib.Path(folder), secrets)))
        key_log = secrets.read_bytes()
    frames.sort(key=lambda frame: frame[0])
    with open(sys.argv[1], "wb") as out:
        out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        out.write(block(1, struct.pack("<HHI", 1, 0, 262144)))  # Ethernet, times in microseconds
        out.write(block(10, struct.pack("<II", 0x544C534B, len(key_log)) + key_log))
        for when, frame in frames:
            high, low = divmod(int(when * 1e6), 1 << 32)
            out.write(block(6, struct.pack("<IIIII", 0, high, low, len(frame), len(frame)) + frame))
    print(f"{sys.argv[1]}: {count} handshakes, {len(frames)} frames")
    return 0


if __name__ == "__main__":
    sys.exit(main())
