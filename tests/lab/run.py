# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a scenario: within a network namespace of its own, so that its ports are nobody else's."""
import contextlib
import dataclasses
import functools
import pathlib
import random
import socket
import subprocess
import tempfile
import threading

from carriers import BARE, CARRIERS, Refused, Relay
from faults import FAULTS, ClientCertificate, Deal, ProxyHeader, Refuses, WithoutTls
from packets import LOSSLESS, LOSSY, Packet, from_client, of_port, pcapng, retimed
from pki import HOST
from scenario import port_of
from stacks import STACKS, Side, has_words
from truth import CERTIFICATE

SERVER = "127.0.0.2"
INNER = "127.0.0.3"  # what is not to be recorded


class Void(Exception):
    """What ran was not the scenario; nothing can be said of its capture."""


def prepare_interface():
    """Small segments, as on a real road: loopback would send 64 KB in one piece."""
    subprocess.run(["ip", "link", "set", "lo", "mtu", "1500", "up"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "gso_max_segs", "1"], check=False, stderr=subprocess.DEVNULL)


def run(scenario, pki, recorder):
    """What was recorded, and the secrets."""
    fault, port = FAULTS[scenario.fault], port_of(scenario)
    dice = random.Random(f"run {scenario.seed}")
    if not isinstance(fault, (WithoutTls, Refuses)):
        check_without_fault(scenario, fault, pki)
    recorder.take()
    said, secrets = connected(scenario, pki, dice)
    recorded = of_port(recorder.take(), port)
    if not recorded:
        raise Void(f"nothing was recorded: {said!r}")
    if not isinstance(fault, (WithoutTls, ProxyHeader)) and len({side for side, (_, frame) in zip(from_client(recorded, port), recorded)
                                                  if Packet(frame).payload()}) < 2:
        raise Void(f"only one side has spoken: {said[-600:]!r}")
    if has_words(said) != (scenario.truth().outcome == "completed"):
        raise Void(f"it is not {scenario.truth().outcome}: the client has {said[-600:]!r}")
    if scenario.secrets and not secrets and scenario.version == "1.3" and fault.truth(scenario).shown == CERTIFICATE:
        raise Void("the secrets were not written")
    return retimed(recorded, fault.stretch), secrets


def capture(scenario, packets, secrets):
    """The file, after that has happened to the packets which the scenario says."""
    if scenario.packets:
        dice = random.Random(f"{scenario.packets} {scenario.seed}")
        packets = {**LOSSLESS, **LOSSY}[scenario.packets](packets, dice, port_of(scenario))
    return pcapng(packets, secrets, scenario.snap or None)


@functools.lru_cache(maxsize=None)
def works(scenario, pki):
    """What the client has of a scenario without a fault, and whether that is the server's answer."""
    said, _ = connected(scenario, pki, random.Random("without a fault"))
    return said, has_words(said)


def check_without_fault(scenario, fault, pki):
    """The same stacks, carrier and version must get along without the fault: else it is not the fault that fails."""
    plain = "none_mutual" if isinstance(fault, ClientCertificate) or scenario.carrier == "eap" else "none"
    said, good = works(dataclasses.replace(scenario, seed=0, fault=plain, secrets=False, packets="", snap=0), pki)
    if not good:
        raise Void(f"it fails without the fault, too: the client has {said[-600:]!r}")


def connected(scenario, pki, dice):
    """What the client has of one run in the end, and the secrets."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        deal = made_deal(scenario, pki, folder, port_of(scenario))
        if scenario.carrier == "eap":
            deal.demands()
        if scenario.carrier == "quic":  # a client that is given an address asks for localhost
            deal.present(deal.leaf(sans=[HOST, "localhost"]), pki.issuing(scenario.kind))
        fault = FAULTS[scenario.fault]
        fault.apply(deal)
        said = connect(scenario, fault, deal, dice)
        secrets = deal.client.keylog or deal.server.keylog
        return said, secrets.read_bytes() if secrets and secrets.exists() else b""


def made_deal(scenario, pki, folder, port):
    address = "::1" if scenario.six else SERVER
    if scenario.carrier == "eap" and not scenario.six:
        address = "127.0.0.1"  # where hostapd answers from, whatever it was asked at
    common = {"versions": (scenario.version,) * 2, "kind": scenario.kind, "address": address, "port": port,
              "udp": scenario.carrier in ("dtls", "quic", "eap"), "dtls": scenario.carrier == "dtls"}
    client, server = Side(**common, folder=folder / "client", name=HOST), Side(**common, folder=folder / "server")
    for side in client, server:
        side.folder.mkdir()
    deal = Deal(pki, scenario.kind, client, server)
    client.trust = pki.bundle(pki.root(scenario.kind))
    deal.present(deal.leaf(), pki.issuing(scenario.kind))
    if scenario.secrets:
        keeper, features = (client, STACKS[scenario.client].client) if "keylog" in STACKS[scenario.client].client else (
            server, STACKS[scenario.server].server)
        keeper.keylog = folder / "secrets.keys" if "keylog" in features else None
    return deal


def connect(scenario, fault, deal, dice):
    """What the client read in the end."""
    carrier = CARRIERS[scenario.carrier]
    outer = deal.server.address, deal.server.port
    if isinstance(fault, Refuses):
        return refused(carrier, outer)
    heard = threading.Event()
    with contextlib.ExitStack() as stack:
        carrier = stopping(carrier, fault)
        server_relayed = carrier.relayed and scenario.fault != "proxy_header_unexpected"
        if server_relayed:
            deal.server.address, deal.server.port = INNER, dice.randint(30000, 31999)
        stack.enter_context(fault.serve(deal.server, heard) if isinstance(fault, WithoutTls) else
                            STACKS[scenario.server].serve(deal.server))
        if server_relayed:
            stack.callback(Relay(outer, (deal.server.address, deal.server.port),
                                 functools.partial(carrier.server, refuse=False), "front",
                                 heard if fault.stops else None).close)
        if carrier.relayed:
            deal.client.address, deal.client.port = INNER, dice.randint(28000, 29999)
            stack.callback(Relay((deal.client.address, deal.client.port), outer,
                                 functools.partial(carrier.client, host=HOST), "back").close)
        return STACKS[scenario.client].visit(deal.client, gives_up=heard if fault.gives_up else None)


def stopping(carrier, fault):
    """A fault that needs a relay in front of the server gets one."""
    return BARE if fault.stops and not carrier.relayed else carrier


def refused(carrier, outer):
    family = socket.AF_INET6 if ":" in outer[0] else socket.AF_INET
    with socket.create_server(outer, family=family) as listener, socket.create_connection(outer, timeout=10) as client:
        accepted = listener.accept()[0]

        def refuse():
            with accepted, contextlib.suppress(Refused, OSError):
                carrier.server(accepted, refuse=True)
        refusing = threading.Thread(target=refuse)
        refusing.start()
        try:
            carrier.client(client, HOST)
        except Refused as refusal:
            return str(refusal).encode()
        finally:
            client.close()
            refusing.join()
    raise Void("it was not refused")
