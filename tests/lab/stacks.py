# SPDX-License-Identifier: GPL-2.0-or-later
"""The TLS stacks of the lab: how each is started as a client and as a server, and what it can be told.

`client` and `server` are the features that a fault or a carrier may ask for:
  tls              a stream of TLS                    dtls        the same over UDP
  quic             the handshake of QUIC              eap         EAP-TLS over RADIUS
  keylog           it writes its secrets              own         it can have a certificate (as a client)
  ask              it demands a client certificate    sends       it sends its certificate even if it is not in the list
  group, cipher, sigalg, alpn, weak (security level 0), crl, names (refuses unknown SNI), anykey (a key that does not fit),
  fallback         TLS_FALLBACK_SCSV
"""
import contextlib
import dataclasses
import functools
import os
import pathlib
import shutil
import ssl
import socket
import subprocess
import tempfile
import threading
import time

PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
WORDS = b"words of the lab"
ANSWER = b"HTTP/1.0 200 OK\r\n\r\n" + WORDS + b"\n"
LIMIT = 25
SOON = 0.6
VERSIONS = ("1.0", "1.2", "1.3")


@dataclasses.dataclass
class Side:
    """What one side is told."""
    versions: tuple = ("1.2", "1.3")  # lowest and highest
    files: object = None  # its certificate: pki.Files
    trust: pathlib.Path = None  # the CAs that it accepts
    asks: bool = False  # a server that demands a client certificate
    name: str = None  # a client's SNI, which it compares with the certificate too
    keylog: pathlib.Path = None
    udp: bool = False
    dtls: bool = False
    cipher: str = None  # AES128-GCM or AES256-GCM, with the server's kind of key
    kind: str = "ec"
    group: str = None
    sigalg: str = None  # in OpenSSL's words
    alpn: str = None
    weak: bool = False
    crl: pathlib.Path = None
    only_name: str = None  # a server that refuses every other SNI
    fallback: bool = False
    address: str = "127.0.0.2"
    port: int = 0
    folder: pathlib.Path = None

    def at(self):
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def suite(self):
        key = {"ec": "ECDSA", "rsa": "RSA"}[self.kind]
        return f"ECDHE-{key}-{self.cipher}-SHA{'256' if '128' in self.cipher else '384'}"


def listens(port, udp=False):
    """Without a connection, which would be recorded."""
    for table in ("udp", "udp6") if udp else ("tcp", "tcp6"):
        for row in pathlib.Path(f"/proc/self/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            words = row.split()
            if int(words[1].rpartition(":")[2], 16) == port and (udp or words[3] == "0A"):
                return True
    return False


class NotStarted(Exception):
    """A server that does not listen: the lab's fault."""


@contextlib.contextmanager
def process(*words, side, environment=None, stdin=subprocess.DEVNULL):
    log = tempfile.TemporaryFile(dir=side.folder)
    with subprocess.Popen([str(word) for word in words], stdin=stdin, stdout=log, stderr=subprocess.STDOUT, cwd=side.folder,
                          env={**os.environ, **(environment or {})}) as started:
        end = time.monotonic() + LIMIT
        try:
            while not listens(side.port, side.udp):
                if started.poll() is not None or time.monotonic() > end:
                    log.seek(0)
                    raise NotStarted(f"{words[0]}: {log.read().decode(errors='replace')[-2000:]}")
                time.sleep(0.02)
            yield started
        finally:
            started.terminate()
            try:
                started.wait(3)
            except subprocess.TimeoutExpired:
                started.kill()
            log.close()


def talk(*words, side, gives_up=None, environment=None, talks=True, ends=True):
    """What a client prints until it ends. `talks`: it sends what it reads. `gives_up`: it is stopped
    after so many seconds, or shortly after this event."""
    with subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=side.folder,
                          stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}) as started:
        done = threading.Event()
        threading.Thread(target=stop_later, args=(started, gives_up or LIMIT, done), daemon=True).start()
        printed = b""
        try:
            if talks:
                with contextlib.suppress(BrokenPipeError):
                    started.stdin.write(REQUEST)
                    started.stdin.flush()
            while part := started.stdout.read1(65536):
                printed += part
                if ends and has_words(printed):
                    with contextlib.suppress(OSError):
                        started.stdin.close()
            started.wait()
        finally:
            done.set()
    return printed


def stop_later(started, gives_up, done):
    if isinstance(gives_up, threading.Event):
        gives_up.wait(LIMIT)
        gives_up = SOON
    if not done.wait(gives_up):
        with contextlib.suppress(OSError):
            started.kill()


def has_words(printed):
    return WORDS in printed or b"200 OK" in printed or b"200 ok" in printed or WORDS[::-1] in printed


class Stack:
    name = ""
    programs = ()
    client, server = frozenset(), frozenset()

    def missing(self):
        """The program that is not installed, or None."""
        return next((one for one in self.programs if not shutil.which(one)), None)

    def prepare(self, folder):
        """Once a run: builds in this folder what has to be built."""

    def built_in(self, folder):
        """Where it was built."""

    def serve(self, side):
        """A context; within it, the server listens."""
        raise NotImplementedError

    def visit(self, side, gives_up=None):
        """One connection; returns what the client printed, which has the server's words if all went well."""
        raise NotImplementedError


def words_of(text):
    return frozenset(text.split())


class OpenSsl(Stack):
    name, programs = "openssl", ("openssl",)
    client = words_of("tls dtls keylog own sends group cipher sigalg alpn weak crl fallback old")
    server = words_of("tls dtls keylog ask group cipher sigalg alpn weak crl names old")

    def options(self, side):
        if side.dtls:
            yield "-dtls1_2"
        else:
            names = {"1.0": "TLSv1", "1.2": "TLSv1.2", "1.3": "TLSv1.3"}
            yield from ("-min_protocol", names[side.versions[0]], "-max_protocol", names[side.versions[1]])
        if side.weak or side.versions[0] == "1.0":
            yield from ("-cipher", "DEFAULT:@SECLEVEL=0")
        elif side.cipher:
            yield from ("-cipher", side.suite())
        for option, value in (("-groups", side.group), ("-sigalgs", side.sigalg), ("-alpn", side.alpn),
                              ("-keylogfile", side.keylog), ("-CRL", side.crl)):
            if value:
                yield from (option, value)
        if side.crl:
            yield "-crl_check"
        if side.files:
            yield from ("-cert", side.files.leaf, "-key", side.files.key)
            if side.files.rest:
                yield from ("-cert_chain", side.files.rest)

    def serve(self, side):
        more = ["-Verify", "5", "-verify_return_error", "-CAfile", side.trust] if side.asks else []
        if side.only_name:
            more += ["-servername", side.only_name, "-servername_fatal", "-cert2", side.files.leaf, "-key2", side.files.key]
        if side.dtls:
            more += ["-quiet"]
            return self._answering(side, more)
        return process("openssl", "s_server", "-accept", side.at(), *self.options(side), *more, "-www", side=side)

    @contextlib.contextmanager
    def _answering(self, side, more):
        """s_server says over DTLS what it reads from its input, as soon as there is a client."""
        with process("openssl", "s_server", "-accept", side.at(), *self.options(side), *more, side=side,
                     stdin=subprocess.PIPE) as started:
            stop = threading.Event()

            def speak():
                while not stop.wait(0.4):
                    with contextlib.suppress(OSError, ValueError):
                        started.stdin.write(ANSWER)
                        started.stdin.flush()
            speaking = threading.Thread(target=speak, daemon=True)
            speaking.start()
            try:
                yield started
            finally:
                stop.set()
                speaking.join()

    def visit(self, side, gives_up=None):
        more = ["-fallback_scsv"] if side.fallback else []
        return talk("openssl", "s_client", "-connect", side.at(), "-servername", side.name, "-verify_hostname", side.name,
                    "-CAfile", side.trust, "-verify_return_error", "-quiet", *self.options(side), *more, side=side,
                    gives_up=gives_up or (3 if side.dtls else None))


class GnuTls(Stack):
    name, programs = "gnutls", ("gnutls-cli", "gnutls-serv")
    client = words_of("tls dtls keylog own group cipher alpn")
    server = words_of("tls ask group cipher alpn")

    def priority(self, side):
        text = "NORMAL"
        if not side.dtls:
            chosen = VERSIONS[VERSIONS.index(side.versions[0]):VERSIONS.index(side.versions[1]) + 1]
            text += ":-VERS-ALL" + "".join(f":+VERS-TLS{one}" for one in chosen)
        if side.group:
            text += ":-GROUP-ALL:+GROUP-" + {"P-256": "SECP256R1", "P-384": "SECP384R1"}.get(side.group, side.group)
        if side.cipher:
            text += ":-CIPHER-ALL:+" + side.cipher.replace("AES", "AES-").replace("GCM", "GCM")
        return text

    def serve(self, side):
        more = ["--disable-client-cert"]
        if side.asks:
            more = ["--x509cafile", side.trust, "--require-client-cert", "--verify-client-cert"]
        if side.alpn:
            more += ["--alpn", side.alpn, "--alpn-fatal"]
        return process("gnutls-serv", "--port", side.port, "--x509certfile", side.files.chain, "--x509keyfile", side.files.key,
                       "--http", "--quiet", "--priority", self.priority(side), *more, side=side)

    def visit(self, side, gives_up=None):
        more = ["--x509certfile", side.files.chain, "--x509keyfile", side.files.key] if side.files else []
        if side.alpn:
            more += ["--alpn", side.alpn]
        if side.dtls:
            more += ["--udp"]
        environment = {"SSLKEYLOGFILE": str(side.keylog)} if side.keylog else None
        return talk("gnutls-cli", "-p", side.port, "--x509cafile", side.trust, "--sni-hostname", side.name, "--verify-hostname",
                    side.name, "--priority", self.priority(side), *more, side.address, side=side, environment=environment,
                    gives_up=gives_up or 5)


class Python(Stack):
    name = "python"
    client = words_of("tls keylog own sends alpn")
    server = words_of("tls keylog ask")

    def context(self, side, purpose):
        context = ssl.SSLContext(purpose)
        names = {"1.0": ssl.TLSVersion.TLSv1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
        context.minimum_version, context.maximum_version = (names[one] for one in side.versions)
        if side.trust:
            context.load_verify_locations(side.trust)
        if side.files:
            context.load_cert_chain(side.files.chain, side.files.key)
        if side.keylog:
            context.keylog_filename = str(side.keylog)
        if side.alpn:
            context.set_alpn_protocols([side.alpn])
        return context

    @contextlib.contextmanager
    def serve(self, side):
        context = self.context(side, ssl.PROTOCOL_TLS_SERVER)
        if side.asks:
            context.verify_mode = ssl.CERT_REQUIRED

        def answer(accepted):
            accepted.settimeout(LIMIT)
            with contextlib.suppress(OSError), context.wrap_socket(accepted, server_side=True) as connection:
                if connection.recv(4096):
                    connection.sendall(ANSWER)
                    connection.unwrap()
        with listening(side, answer):
            yield

    def visit(self, side, gives_up=None):
        context = self.context(side, ssl.PROTOCOL_TLS_CLIENT)
        try:
            with socket.create_connection((side.address, side.port), timeout=SOON if gives_up else LIMIT) as raw, \
                    context.wrap_socket(raw, server_hostname=side.name) as connection:
                connection.sendall(REQUEST)
                read = b""
                while part := connection.recv(4096):
                    read += part
                return read
        except OSError as error:  # an ssl.SSLError is one, too
            return str(error).encode()


@contextlib.contextmanager
def listening(side, answer):
    """Each connection is handed to answer(connection)."""
    family = socket.AF_INET6 if ":" in side.address else socket.AF_INET
    with socket.create_server((side.address, side.port), family=family) as listener:
        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection = listener.accept()[0]
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join(2)


class OfOurs(Stack):
    """A program in programs/; `command` says how it is called."""

    def serve(self, side):
        more = ["client-ca", side.trust] if side.asks else []
        return process(*self.command(side, "server"), *more, side=side)

    def visit(self, side, gives_up=None):
        return talk(*self.command(side, "client"), "trust", side.trust, side=side, gives_up=gives_up, talks=False)


class Go(OfOurs):
    name, programs = "go", ("go",)
    client = words_of("tls keylog own sends group cipher alpn")
    server = words_of("tls keylog ask group cipher alpn anykey")

    def built_in(self, folder):
        self.program = folder / "lab-go"

    def prepare(self, folder):
        subprocess.run(["go", "build", "-o", folder / "lab-go", PROGRAMS / "lab.go"], check=True, cwd=folder,
                       env={**os.environ, "GOCACHE": str(folder / "go-cache"), "GO111MODULE": "off", "GOFLAGS": ""})

    def options(self, side):
        cipher = side.cipher and side.cipher + ("-RSA" if side.kind == "rsa" else "")
        for option, value in (("at", side.at()), ("name", side.name), ("min", side.versions[0]), ("max", side.versions[1]),
                              ("group", side.group), ("cipher", cipher), ("alpn", side.alpn), ("keylog", side.keylog)):
            if value:
                yield from (option, value)
        if side.files:
            yield from ("chain", side.files.chain, "key", side.files.key)

    def command(self, side, role):
        return [self.program, role, *self.options(side)]


class Java(OfOurs):
    name, programs = "java", ("java", "javac")
    client = words_of("tls own alpn")
    server = words_of("tls ask alpn")

    def built_in(self, folder):
        self.classes = folder / "classes"

    def prepare(self, folder):
        subprocess.run(["javac", "-d", folder / "classes", PROGRAMS / "Lab.java"], check=True, cwd=folder)

    def command(self, side, role):
        chosen = VERSIONS[VERSIONS.index(side.versions[0]):VERSIONS.index(side.versions[1]) + 1]
        more = ["pkcs12", side.files.pkcs12] if side.files else []
        if side.alpn:
            more += ["alpn", side.alpn]
        if side.name:
            more += ["name", side.name]
        return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp", self.classes, "Lab", role,
                "address", side.address, "port", side.port, "protocols", ",".join(f"TLSv{one}" for one in chosen), *more]


class Node(OfOurs):
    name, programs = "node", ("node",)
    client = words_of("tls keylog own sends group cipher alpn")
    server = words_of("tls keylog ask group cipher")

    def command(self, side, role):
        yield from ("node", PROGRAMS / "lab.js", role, "address", side.address, "port", side.port, "min",
                    f"TLSv{side.versions[0]}", "max", f"TLSv{side.versions[1]}")
        for option, value in (("name", side.name), ("group", side.group), ("cipher", side.cipher and side.suite()),
                              ("alpn", side.alpn), ("keylog", side.keylog)):
            if value:
                yield from (option, value)
        if side.files:
            yield from ("chain", side.files.chain, "key", side.files.key)


class Curl(Stack):
    name, programs = "curl", ("curl",)
    client = words_of("tls keylog own sends cipher group")

    def visit(self, side, gives_up=None):
        address = f"[{side.address}]" if ":" in side.address else side.address
        more = ["--cert", side.files.chain, "--key", side.files.key] if side.files else []
        if side.cipher:
            more += ["--ciphers", side.suite()]
        if side.group:
            more += ["--curves", side.group]
        environment = {"SSLKEYLOGFILE": str(side.keylog)} if side.keylog else None
        return talk("curl", "-sSi", "--http1.1", "--noproxy", "*", "--cacert", side.trust, "--connect-to",
                    f"{side.name}:{side.port}:{address}:{side.port}", f"--tlsv{side.versions[0]}", "--tls-max", side.versions[1],
                    *more, f"https://{side.name}:{side.port}/", side=side, environment=environment, gives_up=gives_up, talks=False)


class Nginx(Stack):
    name, programs = "nginx", ("nginx",)
    server = words_of("tls group cipher")

    def serve(self, side):
        chosen = VERSIONS[VERSIONS.index(side.versions[0]):VERSIONS.index(side.versions[1]) + 1]
        more = f"ssl_ciphers {side.suite()};" if side.cipher else ""
        more += f"ssl_ecdh_curve {side.group};" if side.group else ""
        settings = side.folder / "nginx.conf"
        settings.write_text(f"""daemon off; master_process off; pid {side.folder}/nginx.pid; error_log {side.folder}/error.log;
events {{}}
http {{
    access_log off; client_body_temp_path {side.folder}/body; proxy_temp_path {side.folder}/proxy;
    fastcgi_temp_path {side.folder}/fastcgi; uwsgi_temp_path {side.folder}/uwsgi; scgi_temp_path {side.folder}/scgi;
    server {{
        listen {side.at()} ssl; ssl_certificate {side.files.chain}; ssl_certificate_key {side.files.key};
        ssl_protocols {' '.join(f'TLSv{one}' for one in chosen)}; {more}
        location / {{ return 200 "{WORDS.decode()}"; }}
    }}
}}
""", encoding="utf-8")
        return process("nginx", "-e", side.folder / "error.log", "-p", side.folder, "-c", settings, side=side)


class Nss(Stack):
    name, programs = "nss", ("tstclnt", "selfserv", "certutil", "pk12util")
    client = words_of("tls own")
    server = words_of("tls ask")

    def database(self, side):
        folder = side.folder / "nss"
        folder.mkdir()
        tell = functools.partial(subprocess.run, check=True, capture_output=True)
        tell(["certutil", "-N", "-d", f"sql:{folder}", "--empty-password"])
        if side.trust:
            for number, one in enumerate(side.trust.read_text().split("-----END CERTIFICATE-----\n")[:-1]):
                tell(["certutil", "-A", "-d", f"sql:{folder}", "-n", f"ca{number}", "-t", "CT,C,C", "-a"],
                     input=(one + "-----END CERTIFICATE-----\n").encode())
        if side.files:
            tell(["pk12util", "-i", side.files.pkcs12, "-d", f"sql:{folder}", "-W", "changeit", "-K", ""])
        return f"sql:{folder}"

    def serve(self, side):
        more = ["-rr"] if side.asks else []
        return process("selfserv", "-d", self.database(side), "-p", side.port, "-V", versions_of_nss(side),
                       "-n" if side.kind == "rsa" else "-e", "lab", *more, side=side)

    def visit(self, side, gives_up=None):
        more = ["-n", "lab"] if side.files else []
        return talk("tstclnt", "-h", side.address, "-p", side.port, "-a", side.name, "-d", self.database(side), "-V",
                    versions_of_nss(side), *more, side=side, gives_up=gives_up or 5)


class Ngtcp2(Stack):
    """QUIC with GnuTLS. Its client does not verify the server's certificate."""
    name, programs = "ngtcp2", ("gtlsclient", "/usr/sbin/gtlsserver")
    client = server = words_of("quic keylog group")

    def options(self, side):
        if side.group:
            yield "--groups=-GROUP-ALL:+GROUP-" + {"P-256": "SECP256R1", "P-384": "SECP384R1"}.get(side.group, side.group)

    def environment(self, side):
        return {"SSLKEYLOGFILE": str(side.keylog)} if side.keylog else None

    def serve(self, side):
        (side.folder / "index.html").write_bytes(WORDS)
        return process("/usr/sbin/gtlsserver", "-q", *self.options(side), "-d", side.folder, side.address, side.port,
                       side.files.key, side.files.chain, side=side, environment=self.environment(side))

    def visit(self, side, gives_up=None):
        printed = talk("gtlsclient", "-q", "--exit-on-all-streams-close", "--download", side.folder, *self.options(side),
                       side.address, side.port, f"https://{side.name}/index.html", side=side,
                       environment=self.environment(side), gives_up=gives_up or 5, talks=False)
        fetched = side.folder / "index.html"
        return fetched.read_bytes() if fetched.exists() else printed


class Hostap(Stack):
    """EAP-TLS: wpa_supplicant's eapol_test, and hostapd as the RADIUS server."""
    name, programs = "hostap", ("eapol_test", "hostapd")
    client = server = words_of("eap own ask")

    def serve(self, side):
        (side.folder / "clients").write_text("::/0 secret\n" if ":" in side.address else "0.0.0.0/0 secret\n", encoding="ascii")
        (side.folder / "users").write_text("* TLS\n", encoding="ascii")
        settings = side.folder / "hostapd.conf"
        settings.write_text(f"""interface=lo
driver=none
logger_stdout=-1
radius_server_clients={side.folder}/clients
radius_server_auth_port={side.port}
radius_server_ipv6={int(":" in side.address)}
eap_server=1
eap_user_file={side.folder}/users
fragment_size=1000
ca_cert={side.trust}
server_cert={side.files.chain}
private_key={side.files.key}
""", encoding="ascii")
        return process("hostapd", settings, side=side)

    def visit(self, side, gives_up=None):
        settings = side.folder / "eapol.conf"
        settings.write_text(f"""network={{
    key_mgmt=IEEE8021X
    eap=TLS
    identity="batch@lab.example"
    ca_cert="{side.trust}"
    client_cert="{side.files.chain}"
    private_key="{side.files.key}"
    domain_match="{side.name}"
    fragment_size=1000
}}
""", encoding="ascii")
        printed = talk("eapol_test", "-c", settings, "-a", side.address, "-p", side.port, "-s", "secret", "-t", "8", side=side,
                       talks=False, gives_up=gives_up or 10, ends=False)
        return WORDS if printed.rstrip().endswith(b"SUCCESS") else printed


def versions_of_nss(side):
    return ":".join(f"tls{one}" for one in side.versions)


STACKS = {one.name: one for one in (OpenSsl(), GnuTls(), Python(), Go(), Java(), Node(), Curl(), Nginx(), Nss(), Ngtcp2(),
                                    Hostap())}
