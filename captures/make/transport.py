# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about faults in the network."""
import contextlib
import subprocess
import time

from certificates import HOST, PORT, long_chain
from lab import case, recording, running
from road import CLIENT, SERVER, filter_at, road, within

# A long ALPN list makes the ClientHello as long as a post-quantum key share would; Debian's OpenSSL has none yet.
LONG_HELLO = ["-alpn", ",".join(f"protocol-of-many-{number:02}.test.example" for number in range(40))]


def server_far_away(lab, *options):
    """`openssl s_server` in the server's namespace; its chain takes several segments."""
    _, chain = long_chain(lab, 3)
    leaf = lab.server(chain[0], HOST)
    return running(*within("server"), "openssl", "s_server", "-accept", f"{SERVER}:{PORT}", "-cert",
                   leaf.certificate_file, "-key", leaf.key_file, "-cert_chain", lab.bundle("chain.pem", *chain),
                   "-quiet", *options)


def client_far_away(*options, patience=8):
    """`openssl s_client` that gives up after `seconds`."""
    command = [*within("client"), "openssl", "s_client", "-connect", f"{SERVER}:{PORT}", "-servername", HOST, *options]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        client.communicate(b"Q\n", timeout=patience)
    client.kill()
    client.wait()
    time.sleep(0.3)


def on_the_road(name, at):
    return recording(name, PORT, interface="eth0", place=within(at))


@case("client_hello_dropped/firewall_drops_it")
def firewall_drops_it(lab, name):
    """A firewall drops what the client sends after the TCP handshake: a ClientHello that it does not understand."""
    with road(), server_far_away(lab), on_the_road(name, "client"):
        filter_at("router", f"ip saddr {CLIENT} tcp dport {PORT} ip length > 100 drop")
        client_far_away(*LONG_HELLO)


@case("client_hello_dropped/reset_at_the_second_segment")
def reset_at_the_second_segment(lab, name):
    """A firewall resets the connection at a segment that does not begin like a ClientHello."""
    with road(), server_far_away(lab), on_the_road(name, "client"):
        filter_at("router", f"ip saddr {CLIENT} tcp dport {PORT} ip length > 1400 drop",
                  f"ip saddr {CLIENT} tcp dport {PORT} ip length > 100 reject with tcp reset")
        client_far_away(*LONG_HELLO)


@case("client_hello_dropped/long_hello_gets_through")
def long_hello_gets_through(lab, name):
    """The first segment is lost once and retransmitted; the handshake completes."""
    with road(), server_far_away(lab), on_the_road(name, "client"):
        filter_at("router", f"ip saddr {CLIENT} tcp dport {PORT} ip length > 1400 limit rate over 1/hour burst 1 packets "
                            "accept", f"ip saddr {CLIENT} tcp dport {PORT} ip length > 1400 drop")
        client_far_away(*LONG_HELLO)


@case("path_mtu_black_hole/icmp_is_filtered")
def icmp_is_filtered(lab, name):
    """A tunnel with an MTU of 1,400 bytes to the client, and a router that sends no ICMP error."""
    with road(mtu=1400), server_far_away(lab, "-tls1_2"), on_the_road(name, "server"):
        filter_at("router", "icmp type destination-unreachable drop", hook="output")
        client_far_away()


@case("path_mtu_black_hole/seen_at_the_client")
def seen_at_the_client(lab, name):
    """The same, but the large packets do not arrive."""
    with road(mtu=1400), server_far_away(lab, "-tls1_2"), on_the_road(name, "client"):
        filter_at("router", "icmp type destination-unreachable drop", hook="output")
        client_far_away()


@case("path_mtu_black_hole/server_ignores_icmp")
def server_ignores_icmp(lab, name):
    """The router reports the MTU by ICMP, and the server's own firewall drops that."""
    with road(mtu=1400), server_far_away(lab, "-tls1_2"), on_the_road(name, "server"):
        filter_at("server", "icmp type destination-unreachable drop", hook="input")
        client_far_away()


@case("path_mtu_black_hole/server_adapts")
def server_adapts(lab, name):
    """The router reports the MTU by ICMP, the server sends smaller packets, and the handshake completes."""
    with road(mtu=1400), server_far_away(lab, "-tls1_2"), on_the_road(name, "server"):
        client_far_away()
