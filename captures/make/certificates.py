# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about the server's certificate and its chain."""
import os
import subprocess

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from lab import ADDRESS, case, openssl_client, openssl_server, recording

HOST = "shop.test.example"
PORT = 8444


def visit(port, root_file, *options, sni=HOST, version="-tls1_2"):
    """A client that trusts this root and closes properly."""
    openssl_client(port, version, "-servername", sni, "-CAfile", root_file, "-verify_return_error", *options)


def exchange(lab, name, leaf, chain, root, port=PORT, server_options=(), **visit_options):
    with recording(name, port), openssl_server(port, leaf, "-www", *server_options, chain=chain):
        visit(port, lab.bundle("root.pem", root), **visit_options)


def authorities(lab):
    root = lab.root("Test Example Root CA")
    return root, lab.intermediate(root, "Test Example Server CA 1")


def long_chain(lab, length):
    """A root and the given number of intermediates below it, the lowest first."""
    root = lab.root("Test Example Root CA")
    chain = [root]
    for number in range(1, length + 1):
        chain.insert(0, lab.intermediate(chain[0], f"Test Example Server CA {number}"))
    return root, chain[:-1]


@case("expired/on_port_80")
def on_port_80(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, days=(-400, -3)), [issuing], root, port=80)


@case("expired/expires_tomorrow")
def expires_tomorrow(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, days=(-400, 1)), [issuing], root)


@case("hostname_mismatch/wildcard_covers_one_label")
def wildcard_covers_one_label(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, "*.test.example", "test.example"), [issuing], root)


@case("hostname_mismatch/wildcard_does_not_cover_two")
def wildcard_does_not_cover_two(lab, name):
    root, issuing = authorities(lab)
    deep = "eu." + HOST
    leaf = lab.server(issuing, "*.test.example", "test.example")
    with recording(name, PORT), openssl_server(PORT, leaf, "-www", chain=[issuing]):
        visit(PORT, lab.bundle("root.pem", root), "-verify_hostname", deep, sni=deep)


def by_address(lab, name, leaf, issuing, root, *expected):
    """The client sends no SNI, as clients do that connect by address, and compares the certificate by itself."""
    with recording(name, PORT), openssl_server(PORT, leaf, "-www", chain=[issuing]):
        openssl_client(PORT, "-tls1_2", "-noservername", "-CAfile", lab.bundle("root.pem", root), *expected,
                       "-verify_return_error")


@case("address_mismatch/address_as_a_name")
def address_as_a_name(lab, name):
    root, issuing = authorities(lab)
    by_address(lab, name, lab.server(issuing, HOST, ADDRESS), issuing, root, "-verify_ip", ADDRESS)


@case("address_mismatch/address_fits_and_name_does_not")
def address_fits_and_name_does_not(lab, name):
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, "default.test.example", addresses=[ADDRESS])
    by_address(lab, name, leaf, issuing, root, "-verify_hostname", HOST)


@case("ca_certificate_as_leaf/servers_own_marked_as_ca")
def servers_own_marked_as_ca(lab, name):
    """A server's own certificate says CA:TRUE, as with careless tools; it has the server's name."""
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, ca=True), [issuing], root)


@case("chain_too_long/openssl_accepts_twelve")
def openssl_accepts_twelve(lab, name):
    root, chain = long_chain(lab, 11)
    exchange(lab, name, lab.server(chain[0], HOST), chain, root)


@case("self_signed_leaf/issuer_has_the_same_name")
def issuer_has_the_same_name(lab, name):
    root = lab.root("Test Example Root CA")
    issuing = lab.intermediate(root, HOST)
    exchange(lab, name, lab.server(issuing, HOST), [issuing], root)


@case("missing_intermediate/one_node_of_two")
def one_node_of_two(lab, name):
    """Two nodes behind one name: the second was set up without the intermediate."""
    root, issuing = authorities(lab)
    root_file = lab.bundle("root.pem", root)
    with recording(name, PORT):
        with openssl_server(PORT, lab.server(issuing, HOST), "-www", chain=[issuing]):
            visit(PORT, root_file)
        with openssl_server(PORT, lab.server(issuing, HOST), "-www"):
            visit(PORT, root_file)


@case("missing_intermediate/aia_points_at_it")
def aia_points_at_it(lab, name):
    """The client does not verify, so the handshake completes anyway."""
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST, aia="http://pki.test.example/server-ca-1.cer")
    with recording(name, PORT), openssl_server(PORT, leaf, "-www"):
        openssl_client(PORT, "-tls1_2", "-servername", HOST)


@case("missing_intermediate/leaf_right_under_its_root")
def leaf_right_under_its_root(lab, name):
    root = lab.root("Test Example Root CA")
    exchange(lab, name, lab.server(root, HOST), (), root)


@case("server_cert_rejected/expired_explains_it")
def expired_explains_it(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, days=(-400, -3)), [issuing], root)


@case("server_cert_rejected/revoked")
def revoked(lab, name):
    """The client has a revocation list, which the packets do not show."""
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST)
    with recording(name, PORT), openssl_server(PORT, leaf, "-www", chain=[issuing]):
        visit(PORT, lab.bundle("root.pem", root), "-CRL", lab.revocation_list(issuing, leaf), "-crl_check")


@case("not_yet_valid/from_three_days_on")
def from_three_days_on(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, days=(3, 300)), [issuing], root)


@case("not_yet_valid/since_an_hour")
def since_an_hour(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, days=(-1 / 24, 300)), [issuing], root)


GO_CLIENT = """package main

import ("crypto/tls"; "crypto/x509"; "os")

func main() {
	pem, _ := os.ReadFile(os.Args[2])
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config := &tls.Config{RootCAs: roots, ServerName: os.Args[3], MaxVersion: tls.VersionTLS12}
	if connection, err := tls.Dial("tcp", os.Args[1], config); err == nil {
		connection.Close()
	}
}
"""


def go_visit(lab, name, leaf, issuing, root):
    program, client = lab.file("client.go", GO_CLIENT.encode()), lab.folder / "client"
    subprocess.run(["go", "build", "-o", client, program], check=True,
                   env={**os.environ, "GOCACHE": str(lab.folder / "cache"), "GO111MODULE": "off"})
    with recording(name, PORT), openssl_server(PORT, leaf, "-www", chain=[issuing]):
        subprocess.run([client, f"{ADDRESS}:{PORT}", lab.bundle("root.pem", root), HOST], check=True)


@case("no_san/go_does_not_read_the_common_name")
def go_does_not_read_the_common_name(lab, name):
    root, issuing = authorities(lab)
    go_visit(lab, name, lab.client(issuing, HOST, usage=[ExtendedKeyUsageOID.SERVER_AUTH]), issuing, root)


@case("no_san/common_name_is_another")
def common_name_is_another(lab, name):
    """Clean: the requested name is a dNSName; the common name is only a label for people."""
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, "Test Example Shop 2026", names=[HOST])
    go_visit(lab, name, leaf, issuing, root)


@case("eku_mismatch/client_certificate_on_a_server")
def client_certificate_on_a_server(lab, name):
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST, usage=[ExtendedKeyUsageOID.CLIENT_AUTH])
    exchange(lab, name, leaf, [issuing], root)


@case("eku_mismatch/for_both_roles")
def for_both_roles(lab, name):
    root, issuing = authorities(lab)
    both = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    exchange(lab, name, lab.server(issuing, HOST, usage=both), [issuing], root)


@case("x509_v1/signed_without_an_extension_file")
def signed_without_an_extension_file(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.version_1(issuing, HOST), [issuing], root)


@case("x509_v1/only_the_root")
def only_the_root(lab, name):
    """The server also sends an old private root of version 1; a root is trusted whatever its version."""
    root = lab.version_1(None, "Test Example Old Root")
    issuing = lab.intermediate(root, "Test Example Server CA 1")
    exchange(lab, name, lab.server(issuing, HOST), [issuing, root], root)


@case("weak_key/rsa_1024")
def rsa_1024(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, key=rsa.generate_private_key(65537, 1024)), [issuing], root,
             server_options=["-cipher", "DEFAULT:@SECLEVEL=0"])


@case("weak_key/rsa_2048")
def rsa_2048(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST, key=rsa.generate_private_key(65537, 2048)), [issuing], root)


@case("weak_signature/intermediate_with_sha1")
def intermediate_with_sha1(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST), [lab.with_sha1(issuing)], root,
             server_options=["-cipher", "DEFAULT:@SECLEVEL=0"])


@case("weak_signature/only_the_root_with_sha1")
def only_the_root_with_sha1(lab, name):
    root, issuing = authorities(lab)
    old = lab.with_sha1(root)
    exchange(lab, name, lab.server(issuing, HOST), [issuing, old], old,
             server_options=["-cipher", "DEFAULT:@SECLEVEL=0"])
