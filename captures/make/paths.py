# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about what a CA's certificate allows, and about extensions of certificates on the path."""
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtensionOID

from certificates import HOST, authorities, exchange, visit
from lab import case, gnutls_client, openssl_server, recording

USAGES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
          "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
PORT = 8444


def key_usage(*usages):
    return x509.KeyUsage(**{one: one in usages for one in USAGES}), True


@case("issuer_not_a_ca/a_server_certificate_signs")
def a_server_certificate_signs(lab, name):
    """The certificate of a gateway, which is not a CA's, issued the leaf."""
    root = lab.root("Test Example Root CA")
    gateway = lab.server(root, "gateway.test.example")
    exchange(lab, name, lab.server(gateway, HOST), [gateway], root)


@case("issuer_not_a_ca/a_ca_that_may_sign")
def a_ca_that_may_sign(lab, name):
    root = lab.root("Test Example Root CA", more=[key_usage("key_cert_sign", "crl_sign")])
    issuing = lab.intermediate(root, "Test Example Server CA 1", more=[key_usage("key_cert_sign", "crl_sign")])
    exchange(lab, name, lab.server(issuing, HOST), [issuing, root], root)


def two_levels(lab, path_length):
    root = lab.root("Test Example Root CA")
    upper = lab.intermediate(root, "Test Example Server CA 1", path_length=path_length)
    return root, upper, lab.intermediate(upper, "Test Example Server CA 1.1")


@case("path_length_exceeded/one_ca_too_many")
def one_ca_too_many(lab, name):
    root, upper, lower = two_levels(lab, 0)
    exchange(lab, name, lab.server(lower, HOST), [lower, upper], root)


@case("path_length_exceeded/just_long_enough")
def just_long_enough(lab, name):
    root, upper, lower = two_levels(lab, 1)
    exchange(lab, name, lab.server(lower, HOST), [lower, upper], root)


def constrained(lab, *domains):
    root = lab.root("Test Example Root CA")
    limits = x509.NameConstraints([x509.DNSName(one) for one in domains], None), True
    return root, lab.intermediate(root, "Test Example Server CA 1", more=[limits])


@case("name_constraint_violated/another_domain")
def another_domain(lab, name):
    root, issuing = constrained(lab, "elsewhere.example")
    exchange(lab, name, lab.server(issuing, HOST), [issuing], root)


@case("name_constraint_violated/one_of_two_domains")
def one_of_two_domains(lab, name):
    root, issuing = constrained(lab, "elsewhere.example", "test.example")
    exchange(lab, name, lab.server(issuing, HOST), [issuing], root)


def with_rsa_key(lab, issuer, *usages):
    return lab.server(issuer, HOST, key=rsa.generate_private_key(65537, 2048), more=[key_usage(*usages)])


@case("key_usage_mismatch/encipherment_only_and_ecdhe")
def encipherment_only_and_ecdhe(lab, name):
    root, issuing = authorities(lab)
    leaf = with_rsa_key(lab, issuing, "key_encipherment")
    with recording(name, PORT), openssl_server(PORT, leaf, "-www", chain=[issuing]):
        gnutls_client(PORT, HOST, lab.bundle("root.pem", root), "NORMAL:-VERS-ALL:+VERS-TLS1.2:-RSA")


@case("key_usage_mismatch/encipherment_only_and_rsa")
def encipherment_only_and_rsa(lab, name):
    """With this cipher suite the key only encrypts."""
    root, issuing = authorities(lab)
    leaf = with_rsa_key(lab, issuing, "key_encipherment")
    with recording(name, PORT), openssl_server(PORT, leaf, "-www", "-cipher", "AES128-GCM-SHA256", chain=[issuing]):
        visit(PORT, lab.bundle("root.pem", root), "-cipher", "AES128-GCM-SHA256")


def unknown_extension(critical):
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00"), critical


@case("unknown_critical_extension/of_a_private_number")
def of_a_private_number(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, more=[unknown_extension(True)]), [issuing], root)


@case("unknown_critical_extension/not_critical")
def not_critical(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, more=[unknown_extension(False)]), [issuing], root)


@case("certificate_malformed/address_as_text")
def address_as_text(lab, name):
    """An iPAddress must be four bytes; this one is the text "127.0.0.2"."""
    root, issuing = authorities(lab)
    entries = b"\x82" + bytes([len(HOST)]) + HOST.encode() + b"\x87\x09127.0.0.2"
    names = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30" + bytes([len(entries)]) + entries)
    leaf = lab.server(issuing, HOST, names=(), more=[(names, False)])
    exchange(lab, name, leaf, [issuing], root)


@case("certificate_malformed/address_of_four_bytes")
def address_of_four_bytes(lab, name):
    root, issuing = authorities(lab)
    names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))])
    exchange(lab, name, lab.server(issuing, HOST, names=(), more=[(names, False)]), [issuing], root)


def strict_visit(lab, name, more):
    root = lab.root("Test Example Root CA", more=[key_usage("key_cert_sign")])
    issuing = lab.intermediate(root, "Test Example Server CA 1", more=more)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", chain=[issuing]):
        visit(PORT, lab.bundle("root.pem", root), "-x509_strict")


@case("strict_profile/ca_without_key_usage")
def ca_without_key_usage(lab, name):
    strict_visit(lab, name, [])


@case("strict_profile/ca_with_key_usage")
def ca_with_key_usage(lab, name):
    strict_visit(lab, name, [key_usage("key_cert_sign")])


@case("expired/old_certificate_of_the_ca_first")
def old_certificate_of_the_ca_first(lab, name):
    """The CA has been renewed with the same key; the chain file has both certificates, the expired one first."""
    root = lab.root("Test Example Root CA")
    present = lab.intermediate(root, "Test Example Server CA 1")
    old = lab.intermediate(root, "Test Example Server CA 1", days=(-800, -3), key=present.key)
    exchange(lab, name, lab.server(present, HOST), [old, present], root)


@case("expired/cross_certificate")
def cross_certificate(lab, name):
    """The root is also certified by an older root that has expired, as AddTrust did with USERTrust."""
    older = lab.root("Test Example Old Root", days=(-4000, -3))
    root = lab.root("Test Example Root CA")
    cross = lab.intermediate(older, "Test Example Root CA", days=(-4000, -3), key=root.key)
    issuing = lab.intermediate(root, "Test Example Server CA 1")
    exchange(lab, name, lab.server(issuing, HOST), [issuing, cross], root)
