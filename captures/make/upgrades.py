# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of protocols that upgrade to TLS, such as SMTP. Needs postgresql, exim4-daemon-light, vsftpd, squid, curl."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from certificates import HOST, authorities
from lab import ADDRESS, case, openssl_server, recording, running

PORT = 8445


def quietly(*command, **options):
    """Runs a client that is expected to fail."""
    subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=20, **options)


@contextlib.contextmanager
def folder_of(user):
    """A folder that this user owns, because these servers do not run as root."""
    folder = pathlib.Path(tempfile.mkdtemp())
    shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@case("starttls_refused/postgresql_has_no_tls")
def postgresql_has_no_tls(_, name):
    """PostgreSQL as configured without a certificate; psql requires TLS."""
    programs = max(pathlib.Path("/usr/lib/postgresql").iterdir()) / "bin"
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with folder_of("postgres") as folder:
        subprocess.run([*as_postgres, programs / "initdb", "-D", folder / "data"], check=True,
                       stdout=subprocess.DEVNULL, cwd=folder)
        server = [*as_postgres, programs / "postgres", "-D", folder / "data", "-p", PORT, "-h", ADDRESS, "-k", folder,
                  "-c", "ssl=off"]
        with recording(name, PORT), running(*server):
            quietly("psql", f"host={ADDRESS} port={PORT} user=app dbname=app sslmode=require", cwd=folder)


@case("starttls_refused/client_does_not_listen")
def client_does_not_listen(lab, name):
    """Exim without a certificate; the client sends its ClientHello despite the 503."""
    settings = lab.file("exim.conf", f"""primary_hostname = {HOST}
local_interfaces = {ADDRESS}
daemon_smtp_ports = {PORT}
spool_directory = {lab.folder}
log_file_path = {lab.folder}/log.%s
acl_smtp_rcpt = deny
host_lookup =
tls_advertise_hosts =
begin acl
deny:
  deny
""".encode())
    os.chmod(lab.folder, 0o755)
    shutil.chown(lab.folder, "Debian-exim")
    with recording(name, PORT), running("exim4", "-bdf", "-C", settings):
        quietly("openssl", "s_client", "-starttls", "smtp", "-connect", f"{ADDRESS}:{PORT}")


@case("starttls_refused/ftp_asked_twice")
def ftp_asked_twice(lab, name):
    """vsftpd without a certificate; curl sends AUTH SSL, and then AUTH TLS."""
    (lab.folder / "empty").mkdir()
    settings = lab.file("vsftpd.conf", f"""listen=YES
listen_address={ADDRESS}
listen_port={PORT}
background=NO
secure_chroot_dir={lab.folder}/empty
local_enable=YES
""".encode())
    with recording(name, PORT), running("vsftpd", settings):
        quietly("curl", "--ssl-reqd", f"ftp://{ADDRESS}:{PORT}/")


def squid(lab):
    hashed = subprocess.run(["openssl", "passwd", "-apr1", "secret"], capture_output=True, text=True, check=True)
    passwords = lab.file("passwords", f"app:{hashed.stdout}".encode())
    settings = lab.file("squid.conf", f"""http_port {ADDRESS}:{PORT}
auth_param basic program /usr/lib/squid/basic_ncsa_auth {passwords}
acl known proxy_auth REQUIRED
http_access allow known
cache deny all
pid_filename none
pinger_enable off
access_log none
cache_log {lab.folder}/cache.log
coredump_dir {lab.folder}
""".encode())
    os.chmod(lab.folder, 0o777)
    return running("squid", "-N", "-f", settings)


@case("starttls_refused/proxy_wants_a_login_first")
def proxy_wants_a_login_first(lab, name):
    """A proxy answers 407, the client asks again with its password on the same connection, and TLS follows."""
    root, issuing = authorities(lab)
    with openssl_server(PORT + 1, lab.server(issuing, HOST), "-www", chain=[issuing]), recording(name, PORT), squid(lab):
        quietly("curl", "--proxy", f"http://app:secret@{ADDRESS}:{PORT}", "--proxy-anyauth", "--cacert",
                lab.bundle("root.pem", root), "--connect-to", f"{HOST}:443:{ADDRESS}:{PORT + 1}",
                f"https://{HOST}/")


@case("starttls_refused/proxy_without_a_login")
def proxy_without_a_login(lab, name):
    with recording(name, PORT), squid(lab):
        quietly("curl", "--proxy", f"http://{ADDRESS}:{PORT}", f"https://{HOST}/")
