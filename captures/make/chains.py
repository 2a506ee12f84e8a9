# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about the certificates that a side sends after its leaf."""
from certificates import HOST, PORT, authorities, exchange, visit
from lab import case, openssl_client, openssl_server, recording


def three_levels(lab):
    root, upper = authorities(lab)
    return root, upper, lab.intermediate(upper, "Test Example Server CA 1.1")


@case("chain_misordered/issuer_before_the_issued")
def issuer_before_the_issued(lab, name):
    root, upper, lower = three_levels(lab)
    exchange(lab, name, lab.server(lower, HOST), [upper, lower], root)


@case("chain_misordered/three_in_order")
def three_in_order(lab, name):
    root, upper, lower = three_levels(lab)
    exchange(lab, name, lab.server(lower, HOST), [lower, upper], root)


@case("issuer_key_mismatch/of_the_ca_before_its_renewal")
def of_the_ca_before_its_renewal(lab, name):
    """The CA has a new key, which signed the leaf, but the chain file still contains the CA's old certificate."""
    root = lab.root("Test Example Root CA")
    old, new = (lab.intermediate(root, "Test Example Server CA 1") for _ in range(2))
    exchange(lab, name, lab.server(new, HOST), [old], root)


@case("issuer_key_mismatch/old_and_new_are_sent")
def old_and_new_are_sent(lab, name):
    """The certificate of the CA's old key is superfluous, because the one of the new key is sent too."""
    root = lab.root("Test Example Root CA")
    old, new = (lab.intermediate(root, "Test Example Server CA 1") for _ in range(2))
    exchange(lab, name, lab.server(new, HOST), [old, new], root)


@case("chain_unrelated_cert/left_from_another_ca")
def left_from_another_ca(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST), [issuing, lab.root("Elsewhere Example Root")], root)


@case("chain_unrelated_cert/cross_certified")
def cross_certified(lab, name):
    """The issuing CA has certificates from two roots, and the server sends both: both belong to the leaf."""
    root, issuing = authorities(lab)
    other = lab.root("Elsewhere Example Root")
    crossed = lab.intermediate(other, "Test Example Server CA 1", key=issuing.key)
    exchange(lab, name, lab.server(issuing, HOST), [issuing, crossed], root)


@case("chain_includes_root/whole_chain")
def whole_chain(lab, name):
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST), [issuing, root], root)


@case("chain_includes_root/cross_certificate_of_a_root")
def cross_certificate_of_a_root(lab, name):
    """The new root, cross-signed by the old one for clients that trust only that; no self-signed certificate is sent."""
    old, new = lab.root("Test Example Root CA"), lab.root("Test Example Root CA 2")
    crossed = lab.intermediate(old, "Test Example Root CA 2", key=new.key)
    issuing = lab.intermediate(new, "Test Example Server CA 2")
    exchange(lab, name, lab.server(issuing, HOST), [issuing, crossed], old)


@case("issuer_not_sent/leaf_of_a_private_ca")
def leaf_of_a_private_ca(lab, name):
    root = lab.root("Test Example Root CA")
    exchange(lab, name, lab.server(root, HOST), (), root)


@case("issuer_not_sent/its_root_is_trusted")
def its_root_is_trusted(lab, name):
    """The same, with the root in a file that the user of tlsdiag names."""
    root = lab.root("Test Example Root CA")
    lab.keep(name, "root.pem", root)
    exchange(lab, name, lab.server(root, HOST), (), root)


def two_visits(lab, name, first, second):
    """Two servers with the same name, each given as (root, issuing CA)."""
    with recording(name, PORT):
        for root, issuing in first, second:
            with openssl_server(PORT, lab.server(issuing, HOST), "-www", chain=[issuing]):
                visit(PORT, lab.bundle("root.pem", root))


@case("issuer_differs/middlebox_on_the_second_visit")
def middlebox_on_the_second_visit(lab, name):
    box = lab.root("Elsewhere Example Inspection Root", organization="Elsewhere Example")
    two_visits(lab, name, authorities(lab),
               (box, lab.intermediate(box, "Elsewhere Example Inspection CA", organization="Elsewhere Example")))


@case("issuer_differs/two_intermediates_of_one_ca")
def two_intermediates_of_one_ca(lab, name):
    root, issuing = authorities(lab)
    two_visits(lab, name, (root, issuing), (root, lab.intermediate(root, "Test Example Server CA 2")))
