# SPDX-License-Identifier: GPL-2.0-or-later
"""A client, a router and a server, each in its own network namespace, for faults in the network between them.

Needs root, iproute2, ethtool and nftables.
"""
import contextlib
import subprocess

CLIENT, SERVER = "192.0.2.10", "198.51.100.20"  # RFC 5737


def within(place):
    """The command prefix that runs a command at a place: "client", "router" or "server"."""
    return ["ip", "netns", "exec", f"tlsdiag-{place}"]


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


def filter_at(place, *rules, hook="forward"):
    """Sets nftables rules at one of the places."""
    lines = "\n".join(rules)
    run(*within(place), "nft",
        f"table ip lab {{\n chain lab {{\n type filter hook {hook} priority 0;\n{lines}\n }}\n}}")


@contextlib.contextmanager
def road(mtu=1500):
    """Links without offloading, so that captures show packets as sent; `mtu`: of the link between router and server."""
    places = ("client", "router", "server")
    try:
        for place in places:
            run("ip", "netns", "add", f"tlsdiag-{place}")
            run(*within(place), "ip", "link", "set", "lo", "up")
        _link("client", CLIENT, "192.0.2.1")
        _link("server", SERVER, "198.51.100.1")
        run(*within("router"), "sysctl", "-qw", "net.ipv4.ip_forward=1")
        run(*within("router"), "ip", "link", "set", "to-server", "mtu", 1500)
        run(*within("router"), "ip", "link", "set", "to-client", "mtu", mtu)
        yield
    finally:
        for place in places:
            subprocess.run(["ip", "netns", "del", f"tlsdiag-{place}"], check=False)


def _link(place, address, router_address):
    near, far = f"tlsdiag-{place}", "tlsdiag-router"
    run("ip", "link", "add", "eth0", "netns", near, "type", "veth", "peer", "name", f"to-{place}", "netns", far)
    for where, device, one in ((place, "eth0", address), ("router", f"to-{place}", router_address)):
        run(*within(where), "ip", "address", "add", f"{one}/24", "dev", device)
        run(*within(where), "ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off")
        run(*within(where), "ip", "link", "set", device, "up")
    run(*within(place), "ip", "route", "add", "default", "via", router_address)
