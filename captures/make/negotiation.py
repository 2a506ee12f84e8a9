# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about versions, cipher suites and groups, and about TLS inside QUIC."""
import contextlib
import ssl
import struct
import threading

from certificates import HOST, PORT, authorities, exchange
from lab import ADDRESS, case, connected, listening, openssl_client, openssl_server, recording, running


@case("version_mismatch/agreed_on_tls12")
def agreed_on_tls12(lab, name):
    """The server also supports TLS 1.3 and signals that with the downgrade marker; it serves a TLS 1.2 client."""
    root, issuing = authorities(lab)
    exchange(lab, name, lab.server(issuing, HOST), [issuing], root, version="-tls1_2")


@case("version_mismatch/hello_in_sslv2_format")
def hello_in_sslv2_format(lab, name):
    """An old client: a TLS 1.0 ClientHello in the format that SSLv2 servers understand (RFC 5246, E.2)."""
    root, _ = authorities(lab)
    suites = bytes.fromhex("00002f 000035 00000a")
    body = b"\x01\x03\x01" + struct.pack("!HHH", len(suites), 0, 16) + suites + bytes(range(16))
    with recording(name, PORT), openssl_server(PORT, lab.server(root, HOST), "-tls1_2"), connected(PORT) as client:
        client.sendall(struct.pack("!H", 0x8000 | len(body)) + body)
        client.recv(4096)


@case("no_shared_cipher/second_client_lacks_it")
def second_client_lacks_it(lab, name):
    """The server accepts one suite. The first client offers it; the second differs only in its suites."""
    root, issuing = authorities(lab)
    root_file = lab.bundle("root.pem", root)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", "-tls1_2", "-cipher",
                                               "ECDHE-ECDSA-AES256-GCM-SHA384", chain=[issuing]):
        for suites in "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256":
            openssl_client(PORT, "-tls1_2", "-servername", HOST, "-CAfile", root_file, "-cipher", suites)


@case("no_shared_cipher/group_is_missing_instead")
def group_is_missing_instead(lab, name):
    """The server accepts only P-384. The first client offers it; the second differs only in its groups."""
    root, issuing = authorities(lab)
    root_file = lab.bundle("root.pem", root)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", "-tls1_3", "-groups", "P-384",
                                               chain=[issuing]):
        for groups in "P-384:X25519", "X25519":
            openssl_client(PORT, "-tls1_3", "-servername", HOST, "-CAfile", root_file, "-groups", groups)


def quic(lab, name, leaf, client_options=(), server_options=(), chain=(), keylog=None):
    """This client sends the SNI localhost if it is given an address."""
    environment = ["env", f"SSLKEYLOGFILE={keylog}"] if keylog else []
    page = lab.file("index.html", b"hello")
    with recording(name, PORT, protocol="udp", keylog=keylog), \
            running("/usr/sbin/gtlsserver", "-q", *server_options, "-d", page.parent, ADDRESS, PORT, leaf.key_file,
                    lab.bundle("chain.pem", leaf, *chain)), \
            running(*environment, "gtlsclient", "-q", "--exit-on-all-streams-close", *client_options, ADDRESS, PORT,
                    f"https://{HOST}/index.html"):
        pass


@case("clean/quic")
def quic_clean(lab, name):
    _, issuing = authorities(lab)
    quic(lab, name, lab.server(issuing, HOST, "localhost"), chain=[issuing], keylog=lab.folder / "keys")


@case("handshake_failure_unexplained/quic_no_common_group")
def quic_no_common_group(lab, name):
    root, _ = authorities(lab)
    quic(lab, name, lab.server(root, HOST), ["--groups=-GROUP-ALL:+GROUP-X25519"], ["--groups=-GROUP-ALL:+GROUP-SECP521R1"])


def visits(lab, name, server_options, *clients):
    """One client after another connects to one server; `clients`: the options of each."""
    root, issuing = authorities(lab)
    root_file = lab.bundle("root.pem", root)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", *server_options,
                                               chain=[issuing]):
        for options in clients:
            openssl_client(PORT, "-servername", HOST, "-CAfile", root_file, *options)


LEGACY = ["-cipher", "DEFAULT:@SECLEVEL=0"]


@case("version_obsolete/tls10_is_all_they_have")
def tls10_is_all_they_have(lab, name):
    visits(lab, name, ["-tls1", *LEGACY], ["-tls1", *LEGACY])


@case("version_obsolete/offered_and_not_chosen")
def offered_and_not_chosen(lab, name):
    """The client offers everything from TLS 1.0 on; the server chooses TLS 1.2."""
    visits(lab, name, ["-min_protocol", "TLSv1", "-max_protocol", "TLSv1.2", *LEGACY], ["-min_protocol", "TLSv1", *LEGACY])


@case("fallback_refused/server_has_tls13")
def server_has_tls13(lab, name):
    visits(lab, name, [], ["-tls1_2", "-fallback_scsv"])


@case("fallback_refused/tls12_is_the_best")
def tls12_is_the_best(lab, name):
    """The same client; the server supports nothing better."""
    visits(lab, name, ["-tls1_2"], ["-tls1_2", "-fallback_scsv"])


@case("no_shared_group/second_client_lacks_it")
def second_client_lacks_the_group(lab, name):
    """Both clients offer P-256, which the certificate needs (RFC 8422, 5.1); the server uses it for no key exchange."""
    visits(lab, name, ["-tls1_2", "-groups", "P-384"], ["-tls1_2", "-groups", "X25519:P-256:P-384"],
           ["-tls1_2", "-groups", "X25519:P-256"])


@case("no_shared_group/one_is_enough")
def one_is_enough(lab, name):
    """The server's group is the last one in the client's list."""
    visits(lab, name, ["-groups", "P-384"], ["-groups", "X25519:P-256:P-384"])


@case("no_shared_sigalg/second_client_lacks_it")
def second_client_lacks_the_algorithm(lab, name):
    visits(lab, name, ["-tls1_2", "-sigalgs", "ECDSA+SHA384"], ["-tls1_2", "-sigalgs", "ECDSA+SHA256:ECDSA+SHA384"],
           ["-tls1_2", "-sigalgs", "ECDSA+SHA256"])


@case("no_shared_sigalg/rsa_only_client")
def rsa_only_client(lab, name):
    """TLS 1.3: the client's suites do not determine the certificate's key type; the server's key is ECDSA."""
    visits(lab, name, ["-tls1_3"], ["-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256:rsa_pkcs1_sha256"])


@case("no_shared_sigalg/last_one_fits")
def last_one_fits(lab, name):
    visits(lab, name, ["-tls1_2", "-sigalgs", "ECDSA+SHA384"],
           ["-tls1_2", "-sigalgs", "RSA+SHA256:ECDSA+SHA256:ECDSA+SHA384"])


@case("hello_retry/server_prefers_p384")
def server_prefers_p384(lab, name):
    visits(lab, name, ["-groups", "P-384"], ["-groups", "X25519:P-384"])


@case("hello_retry/first_share_fits")
def first_share_fits(lab, name):
    visits(lab, name, ["-groups", "P-384"], ["-groups", "P-384:X25519"])


def session_of(lab):
    return lab.folder / "session.pem"


@case("resumption_refused/server_was_restarted")
def server_was_restarted(lab, name):
    """The second connection, with TLS 1.2 and a ticket, reaches a server that has new ticket keys; so does the third, with
    TLS 1.3 and a pre-shared key."""
    root, issuing = authorities(lab)
    root_file, leaf = lab.bundle("root.pem", root), lab.server(issuing, HOST)
    client = ["-servername", HOST, "-CAfile", root_file]
    with recording(name, PORT):
        for version in "-tls1_2", "-tls1_3":
            for option in "-sess_out", "-sess_in":
                with openssl_server(PORT, leaf, "-www", chain=[issuing]):
                    openssl_client(PORT, version, *client, option, session_of(lab))


@case("resumption_refused/resumed")
def resumed(lab, name):
    """Resumption by ticket with TLS 1.2, by pre-shared key with TLS 1.3, and by session ID with TLS 1.2."""
    root, issuing = authorities(lab)
    root_file, leaf = lab.bundle("root.pem", root), lab.server(issuing, HOST)
    client = ["-servername", HOST, "-CAfile", root_file]
    with recording(name, PORT):
        for options in ["-tls1_2"], ["-tls1_3"], ["-tls1_2", "-no_ticket"]:
            with openssl_server(PORT, leaf, "-www", chain=[issuing]):
                for option in "-sess_out", "-sess_in":
                    openssl_client(PORT, *options, *client, option, session_of(lab))


def gnutls_server(leaf, chain, priority):
    return running("gnutls-serv", "--quiet", "--port", PORT, "--x509certfile", chain, "--x509keyfile", leaf.key_file,
                   "--disable-client-cert", "--http", "--priority", priority)


def old_renegotiation(lab, name, priority):
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST)
    with recording(name, PORT), gnutls_server(leaf, lab.bundle("chain.pem", leaf, issuing), priority):
        openssl_client(PORT, "-tls1_2", "-servername", HOST, "-CAfile", lab.bundle("root.pem", root))


@case("renegotiation_insecure/openssl_insists")
def openssl_insists(lab, name):
    old_renegotiation(lab, name, "NORMAL:-VERS-TLS1.3:%DISABLE_SAFE_RENEGOTIATION")


@case("renegotiation_insecure/server_has_it")
def server_has_it(lab, name):
    old_renegotiation(lab, name, "NORMAL:-VERS-TLS1.3")


def said_by_hand(lab, name, compression):
    """OpenSSL's TLS 1.2 ClientHello with other compression methods, sent to an OpenSSL server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    outgoing = ssl.MemoryBIO()
    tls = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=HOST)
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    hello = outgoing.read()
    after_version_and_random = 5 + 4 + 2 + 32
    session = hello[after_version_and_random]
    suites_at = after_version_and_random + 1 + session
    methods_at = suites_at + 2 + int.from_bytes(hello[suites_at:suites_at + 2], "big")
    assert hello[methods_at:methods_at + 2] == b"\1\0"
    changed = bytearray(hello)
    changed[methods_at:methods_at + 2] = bytes([len(compression), *compression])
    grown = len(changed) - len(hello)
    changed[3:5] = (len(hello) - 5 + grown).to_bytes(2, "big")
    changed[6:9] = (len(hello) - 9 + grown).to_bytes(3, "big")
    root, issuing = authorities(lab)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", chain=[issuing]):
        with connected(PORT) as connection:
            connection.sendall(changed)
            connection.recv(4096)


@case("no_shared_compression/deflate_only")
def deflate_only(lab, name):
    said_by_hand(lab, name, b"\1")


@case("no_shared_compression/null_comes_last")
def null_comes_last(lab, name):
    said_by_hand(lab, name, b"\1\0")


@case("quic_version_negotiation/client_has_another")
def client_has_another(lab, name):
    """The first version is reserved (RFC 9000, 15), so no server supports it; the client retries with version 1."""
    root, _ = authorities(lab)
    quic(lab, name, lab.server(root, HOST, "localhost"), ["--version=0x1a2a3a4a", "--preferred-versions=v1"],
         keylog=lab.folder / "keys")


@case("quic_version_negotiation/client_gives_up")
def client_gives_up(lab, name):
    root, _ = authorities(lab)
    quic(lab, name, lab.server(root, HOST, "localhost"), ["--version=0x1a2a3a4a"])


@case("quic_version_negotiation/retry_is_another_packet")
def retry_is_another_packet(lab, name):
    """A Retry asks the client to prove its address (RFC 9000, 8.1.2)."""
    root, _ = authorities(lab)
    quic(lab, name, lab.server(root, HOST, "localhost"), server_options=["-V"], keylog=lab.folder / "keys")


def psk_exchange(name, version, server_key, client_key):
    """OpenSSL on both sides with a pre-shared key and no certificate."""
    suites = ["-cipher", "PSK-AES128-GCM-SHA256"] if version == "-tls1_2" else []
    with recording(name, PORT), running(
            "openssl", "s_server", "-accept", f"{ADDRESS}:{PORT}", "-nocert", "-quiet", version, *suites,
            "-psk_identity", "tester", "-psk", server_key):
        openssl_client(PORT, version, *suites, "-psk_identity", "tester", "-psk", client_key)


@case("psk_mismatch/tls12_other_key")
def tls12_other_key(_, name):
    """TLS 1.2, a PSK cipher suite; the keys differ in their last digit."""
    psk_exchange(name, "-tls1_2", "0102030405060708", "0102030405060709")


@case("psk_mismatch/tls13_other_key")
def tls13_other_key(_, name):
    """TLS 1.3, an external PSK; the keys differ in their last digit, so the binder does not verify."""
    psk_exchange(name, "-tls1_3", "0102030405060708", "0102030405060709")


@case("psk_mismatch/tls13_same_key")
def tls13_same_key(_, name):
    """As tls13_other_key, with the same key on both sides."""
    psk_exchange(name, "-tls1_3", "0102030405060708", "0102030405060708")


def retrying_server(name, groups, client_groups):
    """A server that answers each ClientHello with a HelloRetryRequest for the next of these groups."""
    def retry(session_id, group):
        random = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
        extensions = struct.pack("!HHH", 43, 2, 0x0304) + struct.pack("!HHH", 51, 2, group)
        body = b"\x03\x03" + random + bytes([len(session_id)]) + session_id + b"\x13\x01\0" + \
            struct.pack("!H", len(extensions)) + extensions
        message = b"\x02" + struct.pack("!I", len(body))[1:] + body
        return b"\x16\x03\x03" + struct.pack("!H", len(message)) + message

    with recording(name, PORT), listening(PORT) as listener:
        client = threading.Thread(target=openssl_client, args=(PORT, "-tls1_3", "-groups", client_groups))
        client.start()
        accepted, _ = listener.accept()
        accepted.settimeout(2)
        with accepted, contextlib.suppress(OSError):
            for group in groups:
                hello = accepted.recv(16384)
                while hello[0] != 22:
                    hello = hello[5 + struct.unpack("!H", hello[3:5])[0]:]  # a ChangeCipherSpec for middleboxes
                accepted.sendall(retry(hello[44:44 + hello[43]], group))
            accepted.recv(16384)
            accepted.recv(16384)
        client.join()


@case("hello_retry_invalid/second_one")
def second_retry(_, name):
    """The server answers the second ClientHello with the same HelloRetryRequest."""
    retrying_server(name, [0x0017, 0x0017], "X25519:P-256")


@case("hello_retry_invalid/asks_for_the_share_that_came")
def pointless_retry(_, name):
    retrying_server(name, [0x001d], "X25519:P-256")


@case("hello_retry_invalid/one_retry")
def one_retry(lab, name):
    """A server that prefers P-384 asks for it once, as it may."""
    root, issuing = authorities(lab)
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-tls1_3", "-groups", "P-384",
                                               chain=[issuing]):
        openssl_client(PORT, "-tls1_3", "-servername", HOST, "-CAfile", lab.bundle("root.pem", root), "-groups",
                       "X25519:P-384", "-verify_return_error")
