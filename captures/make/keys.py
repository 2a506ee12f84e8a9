# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about keys that do not belong to the certificate, and DH groups that are too short."""
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dh, rsa

from certificates import HOST, PORT, authorities, visit
from lab import case, gnutls_client, openssl_client, openssl_server, recording


def give_other_key(identity, other):
    """`identity` signs with the other's key. OpenSSL compares only public keys, so the file contains the matching one."""
    def public(one):
        return one.key.public_key().public_bytes(serialization.Encoding.X962,
                                                 serialization.PublicFormat.UncompressedPoint)
    wrong = other.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                    serialization.NoEncryption())
    assert public(other) in wrong
    identity.key_file.write_bytes(wrong.replace(public(other), public(identity)))
    return identity


def with_old_key(lab, issuing):
    """A certificate that was renewed with a new key, and the key of its predecessor."""
    return give_other_key(lab.server(issuing, HOST), lab.server(issuing, HOST))


@case("key_cert_mismatch/key_of_the_old_certificate")
def key_of_the_old_certificate(lab, name):
    root, issuing = authorities(lab)
    with recording(name, PORT), openssl_server(PORT, with_old_key(lab, issuing), "-www", chain=[issuing]):
        visit(PORT, lab.bundle("root.pem", root))


@case("key_cert_mismatch/tls13_without_keys")
def tls13_without_keys(lab, name):
    root, issuing = authorities(lab)
    with recording(name, PORT), openssl_server(PORT, with_old_key(lab, issuing), "-www", chain=[issuing]):
        visit(PORT, lab.bundle("root.pem", root), version="-tls1_3")


@case("key_cert_mismatch/tls13_retried_and_decrypted")
def tls13_retried_and_decrypted(lab, name):
    """The server wants another group first: the signature covers the hash of the first ClientHello."""
    root, issuing = authorities(lab)
    keylog = lab.folder / "keys"
    with recording(name, PORT, keylog=keylog), \
            openssl_server(PORT, with_old_key(lab, issuing), "-www", "-groups", "P-256", chain=[issuing]):
        visit(PORT, lab.bundle("root.pem", root), "-groups", "X25519:P-256", "-keylogfile", keylog, version="-tls1_3")


def mutual(lab, name, client, asked_for, *options, server_options=(), protocol="tcp", keylog=None):
    root, issuing = authorities(lab)
    ask = ["-Verify", "2", "-verify_return_error", "-CAfile", lab.bundle("partners.pem", asked_for)]
    if keylog:
        options = [*options, "-keylogfile", keylog]
    with recording(name, PORT, protocol, keylog=keylog), \
            openssl_server(PORT, lab.server(issuing, HOST), *ask, *server_options, chain=[issuing]):
        openssl_client(PORT, *options, "-CAfile", lab.bundle("root.pem", root), identity=client)


@case("key_cert_mismatch/client_in_dtls")
def client_in_dtls(lab, name):
    """The client sends its new certificate and signs with its old key."""
    partner = lab.root("Test Example Partner CA")
    client = give_other_key(lab.client(partner, "batch-0417"), lab.client(partner, "batch-0417"))
    mutual(lab, name, client, partner, "-dtls1_2", server_options=["-dtls1_2", "-listen"], protocol="udp")


@case("key_cert_mismatch/dtls_expired_but_right_key")
def dtls_expired_but_right_key(lab, name):
    """Both sides sign with the right keys; the server refuses the client's certificate because of its date."""
    partner = lab.root("Test Example Partner CA")
    client = lab.client(partner, "batch-0417", days=(-400, -2))
    mutual(lab, name, client, partner, "-dtls1_2", server_options=["-dtls1_2", "-listen"], protocol="udp")


@case("key_cert_mismatch/tls13_retried_and_expired")
def tls13_retried_and_expired(lab, name):
    """The same with a HelloRetryRequest and the secrets: both signatures can be verified."""
    partner = lab.root("Test Example Partner CA")
    client = lab.client(partner, "batch-0417", days=(-400, -2))
    mutual(lab, name, client, partner, "-tls1_3", "-groups", "X25519:P-256", server_options=["-groups", "P-256"],
           keylog=lab.folder / "keys")


def diffie_hellman(lab, name, bits, client):
    """A server that supports only DHE, with a group of its own. `client(root_file)` connects to it."""
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST, key=rsa.generate_private_key(65537, 2048))
    group = lab.file("group.pem", dh.generate_parameters(2, bits).parameter_bytes(
        serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3))
    with recording(name, PORT), openssl_server(PORT, leaf, "-www", "-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam",
                                               group, chain=[issuing]):
        client(lab.bundle("root.pem", root))


@case("weak_dh_group/openssl_refuses_it")
def openssl_refuses_it(lab, name):
    diffie_hellman(lab, name, 1024, lambda root: visit(PORT, root, "-cipher", "DHE"))


@case("weak_dh_group/gnutls_takes_it")
def gnutls_takes_it(lab, name):
    diffie_hellman(lab, name, 1024, lambda root: gnutls_client(PORT, HOST, root,
                                                                        "NORMAL:-VERS-TLS1.3:-KX-ALL:+DHE-RSA"))


@case("weak_dh_group/long_enough")
def long_enough(lab, name):
    diffie_hellman(lab, name, 2048, lambda root: visit(PORT, root, "-cipher", "DHE"))
