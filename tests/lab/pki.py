# SPDX-License-Identifier: GPL-2.0-or-later
"""The certificates of the lab: made once a run, as files in one folder."""
import dataclasses
import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "shop.lab.example"
OTHER_HOST = "mail.lab.example"
PASSWORD = b"changeit"
DAY = datetime.timedelta(days=1)
ROLES = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}


@dataclasses.dataclass
class Identity:
    certificate: x509.Certificate
    key: object
    issuer: "Identity" = None


@dataclasses.dataclass
class Files:
    """What a stack needs of one side: its certificate, those that it sends after it, and the key."""
    leaf: pathlib.Path
    rest: pathlib.Path  # None: it sends its own certificate alone
    chain: pathlib.Path
    key: pathlib.Path
    pkcs12: pathlib.Path


def pem(*identities):
    return b"".join(one.certificate.public_bytes(serialization.Encoding.PEM) for one in identities)


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Pki:
    """`kind` is ec or rsa: the keys of leaves and of their CAs."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self._keys, self._made, self._files = {}, {}, {}

    def _key(self, name, kind):
        if (name, kind) not in self._keys:
            if kind == "rsa1024":
                key = rsa.generate_private_key(65537, 1024)
            else:
                key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
            self._keys[name, kind] = key
        return self._keys[name, kind]

    def authority(self, name, kind, issuer=None, days=(-400, 3000)):
        return self._once((name, kind), lambda: self._issue(name, self._key(name, kind), issuer, days, ca=True))

    def root(self, kind, name="Lab Root CA"):
        return self.authority(name, kind)

    def issuing(self, kind, name="Lab Issuing CA", root="Lab Root CA"):
        return self.authority(name, kind, self.root(kind, root))

    def leaf(self, name, kind, issuer, role="server", days=(-30, 300), sans=None, weak=False):
        def make():
            key = self._key(f"leaf of a {role}", "rsa1024" if weak else kind)
            return self._issue(name, key, issuer, days, usage=ROLES[role], sans=sans)
        return self._once((name, kind, role, days, tuple(sans or ()), weak, id(issuer)), make)

    def _once(self, what, make):
        if what not in self._made:
            self._made[what] = make()
        return self._made[what]

    def _issue(self, name, key, issuer, days, ca=False, usage=None, sans=None):
        subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lab Example"),
                             x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        signer = issuer.key if issuer else key
        builder = (x509.CertificateBuilder().subject_name(subject)
                   .issuer_name(issuer.certificate.subject if issuer else subject).public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now + days[0] * DAY).not_valid_after(now + days[1] * DAY)
                   .add_extension(x509.BasicConstraints(ca, None), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
                   .add_extension(key_usage(ca, isinstance(key, rsa.RSAPrivateKey)), critical=True))
        if sans:
            builder = builder.add_extension(x509.SubjectAlternativeName([general_name(one) for one in sans]), False)
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        return Identity(builder.sign(signer, hashes.SHA256()), key, issuer)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def bundle(self, *identities):
        """A PEM file of certificates, the same for the same identities."""
        name = "-".join(f"{one.certificate.serial_number:x}"[:8] for one in identities) + ".pem"
        return self.folder / name if (self.folder / name).exists() else self.file(name, pem(*identities))

    def files(self, leaf, *rest, key=None):
        key = key or leaf.key
        what = (id(leaf), tuple(map(id, rest)), id(key))
        if what not in self._files:
            stem = f"side-{len(self._files)}"
            store = pkcs12.serialize_key_and_certificates(
                b"lab", key, leaf.certificate, [one.certificate for one in rest] or None,
                serialization.BestAvailableEncryption(PASSWORD)) if key is leaf.key else b""
            self._files[what] = Files(self.bundle(leaf), self.bundle(*rest) if rest else None, self.bundle(leaf, *rest),
                                      self.file(stem + ".key", key_pem(key)), self.file(stem + ".p12", store))
        return self._files[what]

    def revocation_list(self, issuer, *revoked):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
                   .last_update(now - DAY).next_update(now + 30 * DAY))
        for one in revoked:
            builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder()
                                                      .serial_number(one.certificate.serial_number)
                                                      .revocation_date(now - DAY).build())
        made = builder.sign(issuer.key, hashes.SHA256())
        return self.file("revoked.pem", made.public_bytes(serialization.Encoding.PEM))


def key_usage(ca, encipher):
    return x509.KeyUsage(digital_signature=not ca, key_encipherment=encipher and not ca, key_cert_sign=ca, crl_sign=ca,
                         content_commitment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                         decipher_only=False)


def general_name(text):
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
