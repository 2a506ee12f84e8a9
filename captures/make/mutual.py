# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about client authentication: what the server requests and what the client sends."""
import time

from cryptography.x509.oid import ExtendedKeyUsageOID

from lab import ADDRESS, case, openssl_client, openssl_server, recording, running

HOST = "sap.test.example"
PORT = 8443


def server_side(lab):
    """The server's leaf and intermediate, and the root that clients trust."""
    root = lab.root("Test Example Root CA")
    issuing = lab.intermediate(root, "Test Example Server CA 1")
    return lab.server(issuing, HOST), issuing, root


def exchange(lab, name, version, asked_for, identity=None, chain=(), keylog=None, server_options=()):
    """One connection to a server that requires a certificate issued under one of the CAs in the file `asked_for`."""
    leaf, issuing, root = server_side(lab)
    client_options = [version, "-servername", HOST, "-CAfile", lab.bundle("root.pem", root), "-verify_return_error"]
    server_options = ["-Verify", "2", "-verify_return_error", "-CAfile", asked_for, *server_options]
    if keylog:
        client_options += ["-keylogfile", keylog]
    with recording(name, PORT, keylog=keylog), openssl_server(PORT, leaf, *server_options, chain=[issuing]):
        openssl_client(PORT, *client_options, identity=identity, chain=chain)


def partners(lab):
    """Two CAs that the server lists, and a client chain under the second one."""
    first, second = lab.root("Test Example Partner CA"), lab.root("Test Example Device CA")
    issuing = lab.intermediate(second, "Test Example Device CA, Plant 3")
    return lab.bundle("partners.pem", first, second), lab.client(issuing, "batch-0417"), issuing


@case("client_cert_missing/batch_client_has_none")
def batch_client_has_none(lab, name):
    asked_for, _, _ = partners(lab)
    exchange(lab, name, "-tls1_2", asked_for)


@case("client_cert_missing/tls13_decrypted")
def tls13_decrypted(lab, name):
    asked_for, _, _ = partners(lab)
    exchange(lab, name, "-tls1_3", asked_for, keylog=lab.folder / "keys")


@case("client_cert_missing/sent_as_asked")
def sent_as_asked(lab, name):
    asked_for, client, issuing = partners(lab)
    exchange(lab, name, "-tls1_2", asked_for, identity=client, chain=[issuing])


@case("client_cert_not_in_ca_list/of_another_company")
def of_another_company(lab, name):
    asked_for, _, _ = partners(lab)
    other = lab.root("Elsewhere Example Root")
    issuing = lab.intermediate(other, "Elsewhere Example Client CA")
    exchange(lab, name, "-tls1_2", asked_for, identity=lab.client(issuing, "laptop-77"), chain=[issuing])


@case("client_cert_not_in_ca_list/root_is_listed")
def root_is_listed(lab, name):
    asked_for, client, issuing = partners(lab)
    exchange(lab, name, "-tls1_3", asked_for, identity=client, chain=[issuing], keylog=lab.folder / "keys")


@case("ca_list_empty/one_name_only")
def one_name_only(lab, name):
    root = lab.root("Test Example Partner CA")
    exchange(lab, name, "-tls1_2", lab.bundle("one.pem", root), identity=lab.client(root, "batch-0417"))


@case("client_cert_rejected/revoked")
def client_revoked(lab, name):
    """The server has a revocation list, which the packets do not show."""
    root = lab.root("Test Example Partner CA")
    revoked = lab.client(root, "batch-0417")
    exchange(lab, name, "-tls1_2", lab.bundle("one.pem", root), identity=revoked,
             server_options=["-CRL", lab.revocation_list(root, revoked), "-crl_check"])


@case("eku_mismatch/server_certificate_as_client")
def server_certificate_as_client(lab, name):
    root = lab.root("Test Example Partner CA")
    wrong_use = lab.client(root, "batch-0417", usage=[ExtendedKeyUsageOID.SERVER_AUTH])
    exchange(lab, name, "-tls1_2", lab.bundle("one.pem", root), identity=wrong_use)


@case("client_cert_rejected/expired_explains_it")
def expired_explains_it(lab, name):
    root = lab.root("Test Example Partner CA")
    expired = lab.client(root, "batch-0417", days=(-400, -2))
    exchange(lab, name, "-tls1_2", lab.bundle("one.pem", root), identity=expired)


@case("refused_after_completion/certificate_refused")
def certificate_refused(lab, name):
    asked_for, _, _ = partners(lab)
    other = lab.root("Elsewhere Example Root")
    issuing = lab.intermediate(other, "Elsewhere Example Client CA")
    exchange(lab, name, "-tls1_3", asked_for, identity=lab.client(issuing, "laptop-77"), chain=[issuing])


@case("refused_after_completion/accepted_then_closed")
def accepted_then_closed(lab, name):
    asked_for, client, issuing = partners(lab)
    exchange(lab, name, "-tls1_3", asked_for, identity=client, chain=[issuing])


def renegotiate(lab, name, identity, chain, asked_for, keylog=None):
    """A server that requests the certificate half a second later, when it receives "R"; IIS does this for certain pages."""
    leaf, issuing, root = server_side(lab)
    options = ["-tls1_2", "-servername", HOST, "-CAfile", lab.bundle("root.pem", root), "-verify_return_error"]
    if keylog:
        options += ["-keylogfile", keylog]
    with recording(name, PORT, keylog=keylog), \
            running("openssl", "s_server", "-accept", f"{ADDRESS}:{PORT}", "-cert", leaf.certificate_file, "-key",
                    leaf.key_file, "-cert_chain", lab.bundle("chain.pem", issuing), "-CAfile", asked_for,
                    "-verify_return_error", "-no_ticket", "-no_cache") as server:
        def ask():
            server.stdin.write(b"R\n")
            server.stdin.flush()
            time.sleep(0.5)
        openssl_client(PORT, *options, identity=identity, chain=chain, meanwhile=ask)


def of_another_ca(lab):
    issuing = lab.root("Elsewhere Example Root")
    return lab.client(issuing, "laptop-77"), [issuing]


@case("refused_after_completion/in_a_renegotiation")
def in_a_renegotiation(lab, name):
    asked_for, _, _ = partners(lab)
    renegotiate(lab, name, *of_another_ca(lab), asked_for)


@case("refused_after_completion/in_a_renegotiation_decrypted")
def in_a_renegotiation_decrypted(lab, name):
    asked_for, _, _ = partners(lab)
    renegotiate(lab, name, *of_another_ca(lab), asked_for, keylog=lab.folder / "keys")


@case("refused_after_completion/a_renegotiation_that_is_accepted")
def a_renegotiation_that_is_accepted(lab, name):
    asked_for, client, issuing = partners(lab)
    renegotiate(lab, name, client, [issuing], asked_for, keylog=lab.folder / "keys")
