# SPDX-License-Identifier: GPL-2.0-or-later
"""Versions, cipher suites, groups; and TLS inside QUIC."""
from certificates import HOST, PORT, authorities, exchange
from lab import ADDRESS, case, openssl_client, openssl_server, recording, running


@case("version_mismatch/agreed_on_tls12")
def agreed_on_tls12(lab, name):
    """The server speaks TLS 1.3 as well and says so with its downgrade mark; a client of TLS 1.2 is served."""
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST), [issuing], root, version="-tls1_2")


@case("no_shared_cipher/second_client_lacks_it")
def second_client_lacks_it(lab, name):
    """The server takes one suite. The first client has it; the second is the same but for its suites."""
    root, issuing = authorities(lab)
    root_file = lab.bundle("root.pem", root)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", "-tls1_2", "-cipher",
                                               "ECDHE-ECDSA-AES256-GCM-SHA384", chain=[issuing]):
        for suites in "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256":
            openssl_client(PORT, "-tls1_2", "-servername", HOST, "-CAfile", root_file, "-cipher", suites)


@case("no_shared_cipher/group_is_missing_instead")
def group_is_missing_instead(lab, name):
    """The server takes P-384 alone. The first client has it; the second is the same but for its groups."""
    root, issuing = authorities(lab)
    root_file = lab.bundle("root.pem", root)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", "-tls1_3", "-groups", "P-384",
                                               chain=[issuing]):
        for groups in "P-384:X25519", "X25519":
            openssl_client(PORT, "-tls1_3", "-servername", HOST, "-CAfile", root_file, "-groups", groups)


def quic(lab, name, leaf, client_options=(), server_options=(), keylog=None):
    """This client sends SNI localhost where it is given an address."""
    environment = ["env", f"SSLKEYLOGFILE={keylog}"] if keylog else []
    page = lab.file("index.html", b"hello")
    with recording(name, PORT, protocol="udp", keylog=keylog), \
            running("/usr/sbin/gtlsserver", "-q", *server_options, "-d", page.parent, ADDRESS, PORT, leaf.key_file,
                    leaf.certificate_file), \
            running(*environment, "gtlsclient", "-q", "--exit-on-all-streams-close", *client_options, ADDRESS, PORT,
                    f"https://{HOST}/index.html"):
        pass


@case("clean/quic")
def quic_clean(lab, name):
    root, _ = authorities(lab)
    quic(lab, name, lab.server(root, HOST, "localhost"), keylog=lab.folder / "keys")


@case("handshake_failure_unexplained/quic_no_common_group")
def quic_no_common_group(lab, name):
    root, _ = authorities(lab)
    quic(lab, name, lab.server(root, HOST), ["--groups=-GROUP-ALL:+GROUP-X25519"], ["--groups=-GROUP-ALL:+GROUP-SECP521R1"])
