# SPDX-License-Identifier: GPL-2.0-or-later
"""The server's certificate and its chain."""
from lab import case, openssl_client, openssl_server, recording

HOST = "shop.test.example"
PORT = 8444


def visit(port, root_file, *options, sni=HOST, version="-tls1_2"):
    """A client that knows this root and leaves properly."""
    openssl_client(port, version, "-servername", sni, "-CAfile", root_file, "-verify_return_error", *options)


def exchange(lab, name, leaf, chain, root, port=PORT, **visit_options):
    with recording(name, port), openssl_server(port, leaf, "-www", chain=chain):
        visit(port, lab.bundle("root.pem", root), **visit_options)


def authorities(lab):
    root = lab.root("Test Example Root CA")
    return root, lab.intermediate(root, "Test Example Server CA 1")


def long_chain(lab, length):
    """A root, and so many intermediates below it, the lowest first."""
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
    """The client does not verify: the handshake comes up all the same."""
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
