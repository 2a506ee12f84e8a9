# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab on loopback: certificates, the packet recorder, and the TLS stacks that Debian ships.

Needs root (dumpcap on lo), python3-cryptography, openssl, gnutls-bin, golang-go, nginx-light, ngtcp2-client and
ngtcp2-server.
"""
import contextlib
import datetime
import ipaddress
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CAPTURES = pathlib.Path(__file__).resolve().parent.parent
ADDRESS = "127.0.0.2"  # the server's; clients come from 127.0.0.1
DAY = datetime.timedelta(days=1)

CASES = {}  # "diagnosis/story" -> the function that makes the capture


def case(name):
    def register(make):
        CASES[name] = lambda lab: make(lab, name)
        return make
    return register


class Identity:
    """A certificate with its key, and the files that the TLS stacks need."""

    def __init__(self, lab, certificate, key, issuer=None):
        self.certificate, self.key, self.issuer = certificate, key, issuer
        stem = lab.folder / f"{certificate.serial_number:x}"
        self.certificate_file = stem.with_suffix(".crt")
        self.key_file = stem.with_suffix(".key")
        self.certificate_file.write_bytes(pem(self))
        self.key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                    serialization.NoEncryption()))


def pem(*identities):
    return b"".join(one.certificate.public_bytes(serialization.Encoding.PEM) for one in identities)


class Lab:
    """Certificates in a temporary folder, deleted with it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def bundle(self, name, *identities):
        return self.file(name, pem(*identities))

    def keep(self, case, suffix, *identities):
        """A file of certificates beside the capture, for an option of its expectation."""
        path = CAPTURES / f"{case}.{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pem(*identities))

    def root(self, name, **more):
        return self._make(name, None, **{"ca": True, "days": (-400, 3000), **more})

    def intermediate(self, issuer, name, **more):
        return self._make(name, issuer, **{"ca": True, "days": (-400, 2000), **more})

    def server(self, issuer, *names, **more):
        return self._make(names[0], issuer, **{"names": names, "usage": [ExtendedKeyUsageOID.SERVER_AUTH], **more})

    def client(self, issuer, name, **more):
        return self._make(name, issuer, **{"usage": [ExtendedKeyUsageOID.CLIENT_AUTH], **more})

    def revocation_list(self, issuer, revoked):
        now = datetime.datetime.now(datetime.timezone.utc)
        entry = (x509.RevokedCertificateBuilder().serial_number(revoked.certificate.serial_number)
                 .revocation_date(now - DAY).build())
        revoked_by_issuer = (x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
                             .last_update(now - DAY).next_update(now + 30 * DAY).add_revoked_certificate(entry)
                             .sign(issuer.key, hashes.SHA256()))
        return self.file("revoked.pem", revoked_by_issuer.public_bytes(serialization.Encoding.PEM))

    def version_1(self, issuer, name):
        """X.509 version 1, as openssl issues it if no extensions are requested; self-signed if there is no issuer."""
        return self._signed_by_openssl(self._make(name, issuer))

    def with_sha1(self, identity):
        return self._signed_by_openssl(identity, "-sha1", "-copy_extensions", "copyall")

    def _signed_by_openssl(self, identity, *options):
        """The certificate, re-encoded in a form that python3-cryptography refuses to make."""
        own_key = ["-signkey", identity.key_file]
        by = identity.issuer
        signer = ["-CA", by.certificate_file, "-CAkey", by.key_file] if by else own_key
        request = ["openssl", "x509", "-x509toreq", "-copy_extensions", "copyall", *own_key]
        asked = subprocess.run(request, input=pem(identity), check=True, capture_output=True).stdout
        signing = ["openssl", "x509", "-req", "-days", "300", *signer, *options]
        made = subprocess.run(signing, input=asked, check=True, capture_output=True).stdout
        return Identity(self, x509.load_pem_x509_certificate(made), identity.key, by)

    def _make(self, name, issuer, ca=False, names=(), days=(-30, 300), usage=None, aia=None, key=None,
              organization="Test Example", must_staple=False, addresses=(), path_length=None, more=()):
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                             x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        issuer_key = issuer.key if issuer else key
        builder = (x509.CertificateBuilder()
                   .subject_name(subject)
                   .issuer_name(issuer.certificate.subject if issuer else subject)
                   .public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now + days[0] * DAY)
                   .not_valid_after(now + days[1] * DAY)
                   .add_extension(x509.BasicConstraints(ca, path_length), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
                                  critical=False))
        if names or addresses:
            alternatives = [x509.DNSName(one) for one in names]
            alternatives += [x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), False)
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        if must_staple:
            builder = builder.add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False)
        if aia:
            access = x509.AccessDescription(x509.AuthorityInformationAccessOID.CA_ISSUERS,
                                            x509.UniformResourceIdentifier(aia))
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        for extension, critical in more:
            builder = builder.add_extension(extension, critical)
        return Identity(self, builder.sign(issuer_key, hashes.SHA256()), key, issuer)


@contextlib.contextmanager
def recording(case, port, protocol="tcp", keylog=None, interface="lo", place=()):
    """Captures the traffic of this port in CASE.pcapng, with the secrets of the key log if there is one.

    `place`: the words before a command that make it run in another network namespace.
    """
    target = CAPTURES / f"{case}.pcapng"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        raw = pathlib.Path(folder) / "raw.pcapng"
        dumpcap = subprocess.Popen([*place, "dumpcap", "-q", "-i", interface, "-f", f"{protocol} port {port} or icmp",
                                    "-w", str(raw)], stderr=subprocess.PIPE, text=True)
        while "File:" not in (line := dumpcap.stderr.readline()):
            if not line:
                raise RuntimeError("dumpcap does not start")
        time.sleep(0.5)
        yield
        time.sleep(1.0)
        dumpcap.send_signal(signal.SIGINT)
        dumpcap.communicate()
        secrets = ["--inject-secrets", f"tls,{keylog}"] if keylog else []
        subprocess.run(["editcap", *secrets, str(raw), str(target)], check=True)
    print(case)


@contextlib.contextmanager
def running(*command):
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def openssl_server(port, identity, *options, chain=()):
    """`openssl s_server`; `chain`: what it sends after its own certificate."""
    more = ["-cert_chain", _chain_file(chain)] if chain else []
    return running("openssl", "s_server", "-accept", f"{ADDRESS}:{port}", "-cert", identity.certificate_file,
                   "-key", identity.key_file, *more, "-quiet", *options)


def openssl_client(port, *options, identity=None, chain=(), after=0.4, meanwhile=lambda: None):
    """`openssl s_client`; if the handshake completed, it closes properly `after` so many seconds."""
    more = ["-cert", identity.certificate_file, "-key", identity.key_file] if identity else []
    more += ["-cert_chain", _chain_file(chain)] if chain else []
    command = ["openssl", "s_client", "-connect", f"{ADDRESS}:{port}", *more, *options]
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    time.sleep(after)
    meanwhile()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(b"Q\n")
        process.stdin.close()
    process.wait(timeout=30)


def gnutls_client(port, name, root_file, priority="NORMAL"):
    """`gnutls-cli`, which verifies, and closes properly if the handshake completed."""
    process = subprocess.Popen(["gnutls-cli", "-p", str(port), "--x509cafile", str(root_file), "--priority", priority,
                                "--sni-hostname", name, "--verify-hostname", name, ADDRESS], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.4)
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.wait(timeout=30)


def _chain_file(identities):
    folder = identities[0].certificate_file.parent
    path = folder / ("-".join(one.certificate_file.stem[:8] for one in identities) + ".chain")
    path.write_bytes(pem(*identities))
    return path


def connected(port):
    return socket.create_connection((ADDRESS, port), timeout=10)


def listening(port):
    listener = socket.create_server((ADDRESS, port))
    listener.settimeout(10)
    return listener


def reset(connection):
    """Closes with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
