# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about what the client requests: a server name (SNI) and an application protocol (ALPN)."""
import contextlib

from certificates import HOST, PORT, authorities
from lab import ADDRESS, case, openssl_client, openssl_server, recording, running

OTHER = "wiki.test.example"


def visits(lab, name, server_options, *clients):
    """OpenSSL's s_server has a second certificate for the host of the option -servername."""
    root, issuing = authorities(lab)
    root_file, second = lab.bundle("root.pem", root), lab.server(issuing, OTHER)
    more = ["-cert2", second.certificate_file, "-key2", second.key_file] if "-servername" in server_options else []
    with recording(name, PORT), openssl_server(PORT, lab.server(issuing, HOST), "-www", *server_options, *more,
                                               chain=[issuing]):
        for options in clients:
            openssl_client(PORT, "-CAfile", root_file, *options)


@case("alpn_mismatch/server_has_h2_only")
def server_has_h2_only(lab, name):
    visits(lab, name, ["-tls1_2", "-alpn", "h2"], ["-servername", HOST, "-alpn", "http/1.1,h2"],
           ["-servername", HOST, "-alpn", "http/1.1"])


@case("alpn_mismatch/second_choice_fits")
def second_choice_fits(lab, name):
    visits(lab, name, ["-tls1_2", "-alpn", "http/1.1"], ["-servername", HOST, "-alpn", "h2,http/1.1"])


@case("sni_unrecognized/openssl_is_strict")
def openssl_is_strict(lab, name):
    visits(lab, name, ["-servername", OTHER, "-servername_fatal"], ["-servername", OTHER],
           ["-servername", "old-" + OTHER])


@case("sni_warning/openssl_goes_on")
def openssl_goes_on(lab, name):
    visits(lab, name, ["-servername", OTHER], ["-tls1_2", "-servername", HOST])


@case("sni_warning/name_is_known")
def name_is_known(lab, name):
    visits(lab, name, ["-servername", OTHER], ["-tls1_2", "-servername", OTHER])


@contextlib.contextmanager
def nginx(lab, *hosts):
    """One server block for each (name, content). nginx refuses unknown names with ssl_reject_handshake."""
    blocks = "".join(f"server {{ listen {ADDRESS}:{PORT} ssl {extra}; server_name {host}; {says} }}\n"
                     for host, extra, says in hosts)
    configuration = lab.file("nginx.conf", f"""
        daemon off; master_process off; pid {lab.folder}/nginx.pid; error_log /dev/null;
        events {{ }}
        http {{ access_log off; client_body_temp_path {lab.folder}; proxy_temp_path {lab.folder};
        fastcgi_temp_path {lab.folder}; uwsgi_temp_path {lab.folder}; scgi_temp_path {lab.folder};
        {blocks} }}""".encode())
    with running("nginx", "-c", configuration):
        yield


def serves(lab, issuing, host):
    leaf = lab.server(issuing, host)
    chain = lab.bundle(f"{host}.pem", leaf, issuing)
    return f"ssl_certificate {chain}; ssl_certificate_key {leaf.key_file};"


@case("sni_missing/nginx_rejects_strangers")
def nginx_rejects_strangers(lab, name):
    root, issuing = authorities(lab)
    root_file = lab.bundle("root.pem", root)
    with recording(name, PORT), nginx(lab, ("_", "default_server", "ssl_reject_handshake on;"),
                                      (HOST, "", serves(lab, issuing, HOST))):
        openssl_client(PORT, "-CAfile", root_file, "-servername", HOST)
        openssl_client(PORT, "-CAfile", root_file, "-noservername")


@case("sni_missing/default_host")
def default_host(lab, name):
    """The same without a name; the server has a default host."""
    root, issuing = authorities(lab)
    with recording(name, PORT), nginx(lab, ("_", "default_server", serves(lab, issuing, HOST))):
        openssl_client(PORT, "-CAfile", lab.bundle("root.pem", root), "-noservername")


@case("sni_unrecognized/another_host_serves_it")
def another_host_serves_it(lab, name):
    """No host has this name; the default host answers."""
    root, issuing = authorities(lab)
    with recording(name, PORT), nginx(lab, (HOST, "default_server", serves(lab, issuing, HOST)),
                                      (OTHER, "", serves(lab, issuing, OTHER))):
        openssl_client(PORT, "-CAfile", lab.bundle("root.pem", root), "-servername", "eu." + HOST)
