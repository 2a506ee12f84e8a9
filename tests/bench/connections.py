# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes real TLS connections for the benchmark's captures: both ends are OpenSSL in this process (Python's ssl over
memory); their bytes are put into TCP segments here. Needs python3-cryptography."""
import datetime
import ipaddress
import random
import ssl
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SEGMENT = 1448
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
REQUEST, ANSWER = b"GET / HTTP/1.1\r\n\r\n", bytes(3000)


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

    def more_roots(self, bytes_of_names):
        """A file of CAs whose names are so long in all."""
        path, left = self.folder / "roots.pem", bytes_of_names
        with path.open("wb") as out:
            while left > 0:
                root, _ = self._certificate(f"Bench Partner CA {left:06} " + "x" * 32, None, None, ca=True)
                left -= len(root.subject.public_bytes()) + 2
                out.write(root.public_bytes(serialization.Encoding.PEM))
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


def context(side, authority, identity, version, mutual=False, secrets=None):
    made = ssl.SSLContext(side)
    if secrets and side == ssl.PROTOCOL_TLS_SERVER and version == ssl.TLSVersion.TLSv1_3:
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


def flush(end, other):
    data = end.outgoing.read()
    other.incoming.write(data)
    return data


def turns(client, server, answers=(ANSWER,)):
    """(from the client, bytes) of a whole connection, each as one end would send it at once: a request, its answers."""
    connecting = True
    while connecting:
        connecting = False
        for end, other in (client, server), (server, client):
            end.attempt(end.tls.do_handshake)
            if data := flush(end, other):
                connecting = True
                yield end is client, data
    for end, other, said in ((client, server, REQUEST), *((server, client, answer) for answer in answers)):
        end.tls.write(said)
        yield end is client, flush(end, other)
        while other.attempt(other.tls.read, 1 << 16):
            pass
    for end, other in (client, server), (server, client):
        end.attempt(end.tls.unwrap)
        if data := flush(end, other):
            yield end is client, data


class Connection:
    """Turns to Ethernet frames. Checksums are left to the network card, as on a sender's own captures."""

    def __init__(self, number, server, start, port=443):
        client_address = ipaddress.IPv4Address("10.1.0.0") + number // 40000 + 1
        server_address = ipaddress.IPv4Address("10.2.0.0") + server + 1
        self.ends = (client_address.packed, 20000 + number % 40000), (server_address.packed, port)
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


class Writer:
    """A pcapng file."""

    def __init__(self, path, key_log=b""):
        self.out = open(path, "wb")
        self.frames = 0
        self._block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        self._block(1, struct.pack("<HHI", 1, 0, 262144))  # Ethernet, times in microseconds
        if key_log:
            self._block(10, struct.pack("<II", 0x544C534B, len(key_log)) + key_log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.out.close()

    def _block(self, kind, body):
        """Type, length, body to a multiple of four bytes, length."""
        body += bytes(-len(body) % 4)
        length = struct.pack("<I", len(body) + 12)
        self.out.write(struct.pack("<I", kind) + length + body + length)

    def write(self, frames):
        for when, frame in frames:
            high, low = divmod(int(when * 1e6), 1 << 32)
            self._block(6, struct.pack("<IIIII", 0, high, low, len(frame), len(frame)) + frame)
            self.frames += 1
