# SPDX-License-Identifier: GPL-2.0-or-later
"""The faults of the lab: what each changes in the two sides, which features it asks of them, and what is then true."""
import contextlib
import dataclasses

from carriers import reset
from pki import HOST, OTHER_HOST
from stacks import LIMIT, listening, words_of
from truth import (CERTIFICATE, CLIENT_REFUSED, NEGOTIATION, NOWHERE, SERVER_REFUSED, SYMPTOMS, Truth, completed,
                   failed)

GOOD = (-30, 300)
PAST, FUTURE = (-400, -5), (5, 300)


@dataclasses.dataclass
class Deal:
    """What both sides are told; a fault changes it."""
    pki: object
    kind: str
    client: object
    server: object

    def demands(self):
        """EAP-TLS always asks for a client certificate."""
        self.ask(self.partner())

    def authorities(self):
        return self.pki.root(self.kind), self.pki.issuing(self.kind)

    def leaf(self, name=HOST, **more):
        return self.pki.leaf(name, self.kind, self.pki.issuing(self.kind), sans=more.pop("sans", [name]), **more)

    def present(self, leaf, *rest, **more):
        self.server.files = self.pki.files(leaf, *rest, **more)

    def ask(self, identity=None, *rest):
        """The server demands a certificate of the partners' CA."""
        self.server.asks, self.server.trust = True, self.pki.bundle(self.partners())
        self.client.files = self.pki.files(identity, *rest) if identity else None

    def partners(self):
        return self.pki.root(self.kind, "Lab Partner CA")

    def partner(self, issuer=None, **more):
        return self.pki.leaf("batch.lab.example", self.kind, issuer or self.partners(), role=more.pop("role", "client"), **more)


class Fault:
    name = ""
    versions = ("1.2", "1.3")  # in which it can be
    client, server = frozenset(), frozenset()  # the features that it needs
    not_clients, not_servers = (), ()
    protocols = frozenset({"tls"})  # dtls, quic and eap, too
    stretch = 0  # seconds that the longest pause lasts in the capture
    cause = None
    weight = 1

    def apply(self, deal):
        """Changes the deal."""

    def truth(self, scenario):
        raise NotImplementedError

    gives_up = False  # the client is stopped
    stops = False  # what the client says after the server's first answer never arrives
    carriers = None  # those that it needs


class Nothing(Fault):
    name, weight = "none", 12
    protocols = words_of("tls dtls quic")

    def truth(self, scenario):
        return completed()


class Mutual(Fault):
    """A client certificate is demanded, sent and accepted."""
    name, weight = "none_mutual", 3
    protocols = words_of("tls eap")
    client, server = words_of("own"), words_of("ask")

    def apply(self, deal):
        deal.ask(deal.partner())

    def truth(self, scenario):
        return completed("ca_list_empty", "issuer_not_sent")


class Retry(Fault):
    name, weight = "none_hello_retry", 2
    versions = ("1.3",)
    client, server = frozenset(), words_of("group")
    not_clients = ("java",)

    def apply(self, deal):
        deal.server.group = "P-384"

    def truth(self, scenario):
        return completed("hello_retry")


class Old(Fault):
    """TLS 1.0, which both sides still have."""
    name, versions = "none_tls10", ("1.0",)
    client, server = words_of("old"), words_of("old")

    def truth(self, scenario):
        return completed(found="version_obsolete")


class RootSent(Fault):
    """The chain has the root, which no client needs."""
    name, protocols = "none_root_sent", words_of("tls dtls")

    def apply(self, deal):
        root, issuing = deal.authorities()
        deal.present(deal.leaf(), issuing, root)

    def truth(self, scenario):
        return completed(found="chain_includes_root", shown=CERTIFICATE)


class Unrelated(Fault):
    """A CA certificate of somebody else in the chain."""
    name, protocols = "none_unrelated", words_of("tls dtls")
    not_servers = ("gnutls", "java", "nss")  # they send what belongs to the chain

    def apply(self, deal):
        deal.present(deal.leaf(), deal.authorities()[1], deal.pki.root(deal.kind, "Elsewhere CA"))

    def truth(self, scenario):
        return completed(found="chain_unrelated_cert", shown=CERTIFICATE)


class ServerCertificate(Fault):
    """The client refuses what the server sends."""
    protocols = words_of("tls dtls eap")
    causes = ""
    sides = "server"
    also = ()
    never_proven = ()
    late_clients = ()

    def truth(self, scenario):
        truth = failed(self.causes, SERVER_REFUSED, self.sides, self.also, shown=CERTIFICATE,
                       never_proven=frozenset(self.never_proven))
        # Node.js verifies after the handshake; NSS while it goes on, which may be complete by then.
        late = scenario.client == "nss" and scenario.version != "1.3" or scenario.client in ("node", *self.late_clients)
        if not late:
            return truth
        return truth.weakened(outcomes=frozenset({"completed"}), shown=NOWHERE if self.never_proven else truth.shown)


class Expired(ServerCertificate):
    name = causes = "expired"

    def apply(self, deal):
        deal.present(deal.leaf(days=PAST), deal.authorities()[1])


class NotYetValid(ServerCertificate):
    name = causes = "not_yet_valid"
    sides = "server client"

    def apply(self, deal):
        deal.present(deal.leaf(days=FUTURE), deal.authorities()[1])


class ExpiredIntermediate(ServerCertificate):
    name, causes = "expired_intermediate", "expired"

    def apply(self, deal):
        old = deal.pki.authority("Lab Old Issuing CA", deal.kind, deal.pki.root(deal.kind), days=(-800, -7))
        deal.present(deal.pki.leaf(HOST, deal.kind, old, sans=[HOST]), old)


class UnknownCa(ServerCertificate):
    name = causes = "unknown_ca"
    sides = "client server"
    never_proven = ("unknown_ca",)

    def apply(self, deal):
        deal.client.trust = deal.pki.bundle(deal.pki.root(deal.kind, "Other Root CA"))


class MissingIntermediate(ServerCertificate):
    name, causes = "missing_intermediate", "missing_intermediate unknown_ca"
    sides = "server client"
    never_proven = ("unknown_ca",)
    also = ("issuer_not_sent",)

    def apply(self, deal):
        deal.present(deal.leaf())


class PrivateRoot(ServerCertificate):
    """A leaf right under a root that the client does not trust: nothing is missing, and the packets do not tell."""
    name, causes = "private_root", "unknown_ca missing_intermediate"
    sides = "client server"
    never_proven = ("unknown_ca", "missing_intermediate")
    also = ("issuer_not_sent",)

    def apply(self, deal):
        deal.present(deal.pki.leaf(HOST, deal.kind, deal.pki.root(deal.kind, "Other Root CA"), sans=[HOST]))


class SelfSigned(ServerCertificate):
    name, causes = "self_signed_leaf", "self_signed_leaf unknown_ca"
    sides = "server client"
    never_proven = ("unknown_ca",)

    def apply(self, deal):
        deal.present(deal.pki.leaf(HOST, deal.kind, None, sans=[HOST]))


class WrongName(ServerCertificate):
    name = causes = "hostname_mismatch"
    protocols = words_of("tls dtls")  # no packet of EAP-TLS has the name that a supplicant expects
    sides = "server client"
    late_clients = ("curl",)  # it compares the name after the handshake

    def apply(self, deal):
        deal.present(deal.leaf(OTHER_HOST), deal.authorities()[1])


class WrongUse(ServerCertificate):
    name = causes = "eku_mismatch"

    def apply(self, deal):
        deal.present(deal.leaf(role="client"), deal.authorities()[1])


class WeakKey(ServerCertificate):
    name = causes = "weak_key"
    server = words_of("weak")
    not_clients = ("go", "java", "nss", "gnutls", "node")  # they accept it

    def apply(self, deal):
        deal.server.weak = True
        deal.present(deal.leaf(weak=True), deal.authorities()[1])

    def truth(self, scenario):
        return super().truth(scenario).weakened(weak=SERVER_REFUSED | {"handshake_failure_unexplained"})


class Revoked(ServerCertificate):
    """The client's revocation list is in no packet."""
    name, causes = "revoked", "server_cert_rejected"
    client = words_of("crl")
    sides = "server client"

    def apply(self, deal):
        deal.client.crl = deal.pki.revocation_list(deal.authorities()[1], deal.leaf())

    def truth(self, scenario):
        return super().truth(scenario).weakened(weak=SYMPTOMS | {"ocsp_revoked"}, shown=NOWHERE)


class KeyMismatch(ServerCertificate):
    name = causes = "key_cert_mismatch"
    server = words_of("anykey")

    def apply(self, deal):
        deal.present(deal.leaf(), deal.authorities()[1], key=deal.partner().key)

    def truth(self, scenario):
        return super().truth(scenario).weakened(weak=SERVER_REFUSED | {"handshake_failure_unexplained"})


class ClientCertificate(Fault):
    """The server refuses what the client sends."""
    protocols = words_of("tls eap")
    client, server = words_of("own"), words_of("ask")
    causes, sides, also, never_proven = "", "client", (), ()

    def truth(self, scenario):
        truth = failed(self.causes, CLIENT_REFUSED, self.sides, {"ca_list_empty", "issuer_not_sent"} | set(self.also),
                       shown=CERTIFICATE, never_proven=frozenset(self.never_proven))
        late = scenario.server == "node" and scenario.version == "1.2"  # it verifies after the handshake
        return truth.weakened(outcomes=frozenset({"completed"})) if late else truth


class NoClientCertificate(ClientCertificate):
    name = causes = "client_cert_missing"
    protocols, client = words_of("tls"), frozenset()

    def apply(self, deal):
        deal.ask()


class NotInList(ClientCertificate):
    """Some stacks send no certificate that does not fit the server's list."""
    protocols = words_of("tls")
    name, causes = "client_cert_not_in_ca_list", "client_cert_not_in_ca_list client_cert_missing"
    sides = "client server"
    also = ("unknown_ca", "missing_intermediate")
    never_proven = ("unknown_ca", "missing_intermediate")

    def apply(self, deal):
        deal.ask(deal.partner(deal.pki.root(deal.kind, "Elsewhere CA")))

    def truth(self, scenario):
        truth = super().truth(scenario)
        if scenario.server == "python":  # its list is empty
            return truth.weakened(causes=truth.also | {"client_cert_rejected"})
        sends = "sends" in scenario.client_features()
        return truth.weakened(causes=frozenset({"client_cert_not_in_ca_list"})) if sends else truth


class ClientExpired(ClientCertificate):
    name, causes = "client_expired", "expired"

    def apply(self, deal):
        deal.ask(deal.partner(days=PAST))


class ClientWrongUse(ClientCertificate):
    name, causes = "client_eku_mismatch", "eku_mismatch"
    not_servers = ("gnutls",)  # it accepts it

    def apply(self, deal):
        deal.ask(deal.partner(role="server"))


class ClientMissingIntermediate(ClientCertificate):
    name, causes = "client_missing_intermediate", "missing_intermediate client_cert_not_in_ca_list"
    client = words_of("own sends")
    never_proven = ("unknown_ca",)
    also = ("unknown_ca",)
    sides = "client server"

    def apply(self, deal):
        issuing = deal.pki.issuing(deal.kind, "Lab Partner Issuing CA", "Lab Partner CA")
        deal.ask(deal.partner(issuing))


class VersionTooOld(Fault):
    """The client wants TLS 1.3, the server has only TLS 1.2."""
    name, versions = "version_server_old", ("1.2",)
    cause = "version_mismatch"

    def apply(self, deal):
        deal.client.versions, deal.server.versions = ("1.3", "1.3"), ("1.2", "1.2")

    def truth(self, scenario):
        truth = failed("version_mismatch", NEGOTIATION, "client server")
        return truth.weakened(shown=NOWHERE) if scenario.server == "gnutls" else truth  # it sends handshake_failure


class VersionTooNew(VersionTooOld):
    name = "version_client_old"

    def apply(self, deal):
        deal.client.versions, deal.server.versions = ("1.2", "1.2"), ("1.3", "1.3")


class NoSharedCipher(Fault):
    name, versions = "no_shared_cipher", ("1.2",)
    client, server = words_of("cipher"), words_of("cipher")

    def apply(self, deal):
        deal.client.cipher, deal.server.cipher = "AES128-GCM", "AES256-GCM"

    def truth(self, scenario):
        return failed("no_shared_cipher", NEGOTIATION, "client server", shown=NOWHERE)


class NoSharedGroup(Fault):
    name, versions = "no_shared_group", ("1.3",)
    protocols = words_of("tls quic")
    client, server = words_of("group"), words_of("group")

    def apply(self, deal):
        deal.client.group, deal.server.group = "X25519", "P-384"

    def truth(self, scenario):
        return failed("no_shared_group", NEGOTIATION, "client server", shown=NOWHERE)


class NoSharedSignature(Fault):
    """The server's key cannot make any signature that the client accepts."""
    name = "no_shared_sigalg"
    client = words_of("sigalg")

    def apply(self, deal):
        deal.client.sigalg = "RSA-PSS+SHA256" if deal.kind == "ec" else "ECDSA+SHA256"

    def truth(self, scenario):
        causes = "no_shared_sigalg" if scenario.version == "1.3" else "no_shared_sigalg no_shared_cipher"
        return failed(causes, NEGOTIATION, "client server", shown=NOWHERE)


class Alpn(Fault):
    name = "alpn_mismatch"
    client, server = words_of("alpn"), words_of("alpn")

    def apply(self, deal):
        deal.client.alpn, deal.server.alpn = "h2", "http/1.1"

    def truth(self, scenario):
        return failed("alpn_mismatch", NEGOTIATION, "client server")


class UnknownName(Fault):
    name = "sni_unrecognized"
    server = words_of("names")

    def apply(self, deal):
        deal.server.only_name = OTHER_HOST

    def truth(self, scenario):
        return failed("sni_unrecognized", NEGOTIATION, "client server")


class Fallback(Fault):
    """A client that pretends to have nothing better than TLS 1.2."""
    name, versions = "fallback_refused", ("1.2",)
    client = words_of("fallback")
    not_servers = ("java", "nss")

    def apply(self, deal):
        deal.client.versions, deal.server.versions = ("1.2", "1.2"), ("1.2", "1.3")
        deal.client.fallback = True

    def truth(self, scenario):
        return failed("fallback_refused", NEGOTIATION, "client server network")


class WithoutTls(Fault):
    """The server is a few lines of Python."""

    def answer(self, connection, heard):
        """`heard`: to be set when the client has spoken."""
        raise NotImplementedError

    def serve(self, side, heard):
        def answer(connection):
            connection.settimeout(LIMIT)
            with contextlib.suppress(OSError):
                self.answer(connection, heard)
                connection.close()
        return listening(side, answer)


class Http(WithoutTls):
    name = "plain_http"

    def answer(self, connection, heard):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: lab\r\nConnection: close\r\nContent-Length: 11\r\n\r\nBad Request")

    def truth(self, scenario):
        return failed("not_tls_peer", SYMPTOMS, "client server")


class Ssh(WithoutTls):
    """It speaks first, whatever the client says."""
    name = "plain_ssh"

    def answer(self, connection, heard):
        connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        connection.recv(65536)

    def truth(self, scenario):
        return failed("not_tls_peer", SYMPTOMS, "client server")


class Closes(WithoutTls):
    name = "closes"

    def answer(self, connection, heard):
        connection.recv(65536)

    def truth(self, scenario):
        return failed("tcp_closed_during_handshake tcp_reset_during_handshake", SYMPTOMS, "server network client", shown=NOWHERE)


class Resets(WithoutTls):
    name = "resets"

    def answer(self, connection, heard):
        connection.recv(65536)
        reset(connection)

    def truth(self, scenario):
        return failed("tcp_reset_during_handshake", SYMPTOMS, "server network client")


class Silence(WithoutTls):
    """The server reads and says nothing; the client gives up after half a minute."""
    name, stretch, gives_up = "silence", 30, True

    def answer(self, connection, heard):
        while connection.recv(65536):
            heard.set()

    def truth(self, scenario):
        return failed("no_server_reply handshake_stalled", SYMPTOMS, "server network")


class Leaves(Silence):
    """The same; the client leaves at once, long before any time-out."""
    name, stretch, gives_up = "client_leaves", 0, True

    def truth(self, scenario):
        return Truth("abandoned", frozenset({"client_abandoned"}), also=frozenset({"client_abandoned"}),
                     outcomes=frozenset({"unfinished"}), weak=SYMPTOMS, shown=NOWHERE)


class Stalls(Fault):
    """What the client says after the server's flight is lost, and the client gives up after a long silence."""
    name, versions, stops, gives_up, stretch = "stalls", ("1.2",), True, True, 40

    def truth(self, scenario):
        return failed("handshake_stalled", SYMPTOMS | {"no_server_reply"}, "server network client")


class Refuses(Fault):
    """The server has no TLS and says so in its own protocol; the client leaves."""
    name, weight = "starttls_refused", 2
    carriers = ("smtp", "imap", "pop3", "ftp", "nntp", "connect", "ldap", "postgres", "mysql", "xmpp", "rdp")

    def truth(self, scenario):
        return failed("starttls_refused", SYMPTOMS, "server client", listed=scenario.carrier != "mysql")


class ProxyHeader(Fault):
    """A PROXY header before the ClientHello to a server that does not expect it."""
    name = "proxy_header_unexpected"
    carriers = ("proxy1", "proxy2")

    def truth(self, scenario):
        return failed("proxy_header_unexpected not_tls_peer", SYMPTOMS | {"malformed_handshake"}, "client server network")


FAULTS = {one.name: one for one in (
    Nothing(), Mutual(), Retry(), Expired(), NotYetValid(), ExpiredIntermediate(), UnknownCa(), MissingIntermediate(),
    PrivateRoot(), SelfSigned(), WrongName(), WrongUse(), WeakKey(), Revoked(), KeyMismatch(), NoClientCertificate(), NotInList(), ClientExpired(),
    ClientWrongUse(), ClientMissingIntermediate(), VersionTooOld(), VersionTooNew(), NoSharedCipher(), NoSharedGroup(),
    NoSharedSignature(), Alpn(), UnknownName(), Fallback(), Http(), Ssh(), Closes(), Resets(), Silence(), Leaves(), Stalls(),
    Old(), RootSent(), Unrelated(), Refuses(),
    ProxyHeader())}
