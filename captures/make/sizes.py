# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures with CA lists and chains of certain sizes. Needs golang-go, freeradius, eapoltest."""
import pathlib
import shutil
import subprocess

from certificates import HOST, authorities, long_chain
from lab import ADDRESS, case, openssl_client, openssl_server, pem, recording, running

PORT = 8446


def list_of(lab, size):
    """Roots with distinct names that take exactly `size` bytes in a list."""
    def root(filling):
        return lab.root("Test Example CA " + filling)

    def taken(one):
        return len(one.certificate.subject.public_bytes()) + 2

    roots, left, shortest = [], size, taken(root(""))
    while left > 3 * shortest + 36:
        roots.append(root(f"{len(roots):06}" + "x" * 30))
        left -= taken(roots[-1])
    first = left // 2 - shortest
    return [*roots, root("a" * first), root("b" * (left - 2 * shortest - first))]


def asked_by_openssl(lab, name, size, version, client_version=None):
    root, issuing = authorities(lab)
    accepted = lab.bundle("accepted.pem", *list_of(lab, size))
    with recording(name, PORT), \
            openssl_server(PORT, lab.server(issuing, HOST), version, "-verify", "2", "-CAfile", accepted,
                           chain=[issuing]):
        openssl_client(PORT, version, "-servername", HOST, "-CAfile", lab.bundle("root.pem", root))


@case("ca_list_truncated/ends_where_schannel_cuts")
def ends_where_schannel_cuts(lab, name):
    """The space left up to 16,384 bytes has no room for one more name. (Schannel is not available: OpenSSL, cut by hand.)"""
    asked_by_openssl(lab, name, 16_384 - 40, "-tls1_2")


@case("ca_list_truncated/room_for_one_more")
def room_for_one_more(lab, name):
    asked_by_openssl(lab, name, 16_384 - 140, "-tls1_2")


@case("ca_list_unencodable/openssl_tls12")
def openssl_tls12(lab, name):
    asked_by_openssl(lab, name, 66_000, "-tls1_2")


@case("ca_list_unencodable/openssl_tls13")
def openssl_tls13(lab, name):
    asked_by_openssl(lab, name, 66_000, "-tls1_3")


@case("ca_list_unencodable/just_encodable")
def just_encodable(lab, name):
    asked_by_openssl(lab, name, 65_535, "-tls1_2")


def asked_by_go(lab, name, size):
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST)
    program = lab.folder / "go_server"
    subprocess.run(["go", "build", "-o", program, pathlib.Path(__file__).with_name("go_server.go")], check=True)
    accepted = lab.bundle("accepted.pem", *list_of(lab, size))
    chain = lab.file("chain.pem", pem(leaf, issuing))
    with recording(name, PORT), running(program, f"{ADDRESS}:{PORT}", chain, leaf.key_file, accepted):
        openssl_client(PORT, "-servername", HOST, "-CAfile", lab.bundle("root.pem", root))


@case("malformed_handshake/go_list_wraps_around")
def go_list_wraps_around(lab, name):
    asked_by_go(lab, name, 66_000)


@case("malformed_handshake/go_list_just_fits")
def go_list_just_fits(lab, name):
    asked_by_go(lab, name, 65_535)


def radius(lab, leaf, chain, root, fragment):
    """FreeRADIUS with Debian's configuration, these certificates and this fragment size."""
    home = lab.folder / "raddb"
    shutil.copytree("/etc/freeradius/3.0", home, symlinks=True)
    bundle = lab.bundle("radius.pem", leaf, *chain)
    settings = f"""eap {{
    default_eap_type = tls
    max_sessions = 100
    tls-config lab {{
        private_key_file = {leaf.key_file}
        certificate_file = {bundle}
        ca_file = {lab.bundle("radius-ca.pem", root)}
        fragment_size = {fragment}
        tls_max_version = "1.2"
    }}
    tls {{ tls = lab }}
}}
"""
    module = home / "mods-enabled" / "eap"
    module.unlink()
    module.write_text(settings)
    for path in (lab.folder, *lab.folder.rglob("*")):
        shutil.chown(path, "freerad")
    return running("freeradius", "-f", "-d", home, "-l", "stdout")


def over_radius(lab, name, fragment, chain_length):
    root, chain = long_chain(lab, chain_length)
    leaf, client = lab.server(chain[0], HOST), lab.client(root, "laptop-77")
    settings = lab.file("eapol.conf", f"""network={{
    key_mgmt=WPA-EAP
    eap=TLS
    identity="laptop-77"
    ca_cert="{lab.bundle("root.pem", root)}"
    client_cert="{client.certificate_file}"
    private_key="{client.key_file}"
    fragment_size={fragment}
}}
""".encode())
    with recording(name, 1812, protocol="udp"), radius(lab, leaf, chain, root, fragment):
        subprocess.run(["eapol_test", "-c", settings, "-a", "127.0.0.1", "-s", "testing123", "-t", "20"],
                       stdout=subprocess.DEVNULL, check=False)


@case("eap_round_limit/more_than_50_rounds")
def more_than_50_rounds(lab, name):
    over_radius(lab, name, fragment=100, chain_length=7)


@case("eap_round_limit/46_rounds_are_enough")
def enough_rounds(lab, name):
    over_radius(lab, name, fragment=130, chain_length=7)
