# SPDX-License-Identifier: GPL-2.0-or-later
"""A scenario: everything that is drawn from a seed, before anything runs."""
import dataclasses
import random

from carriers import CARRIERS
from faults import FAULTS, Refuses, WithoutTls
from packets import LOSSLESS, LOSSY
from stacks import STACKS
from truth import as_seen, with_loss


@dataclasses.dataclass(frozen=True)
class Scenario:
    seed: int
    fault: str
    carrier: str
    client: str
    server: str
    version: str
    kind: str  # of the keys: ec or rsa
    secrets: bool
    six: bool  # IPv6
    usual_port: bool
    packets: str  # what happens to them; "" for nothing
    snap: int
    variant: bool = False  # not drawn itself: another road for the packets of what was drawn

    def __str__(self):
        words = [self.fault, self.carrier + ("" if self.usual_port else " (odd port)"), f"{self.client} -> {self.server}",
                 self.protocol(), self.kind]
        words += ["secrets"] * self.secrets + ["IPv6"] * self.six
        if self.packets:
            words.append(self.packets + (f" {self.snap}" if self.packets == "short" else ""))
        return ", ".join(words)

    def file(self):
        """The name of its capture, without suffix."""
        return f"{self.seed}-{self.packets}" if self.variant else str(self.seed)

    def variants(self):
        """The same connection on every other road."""
        for name in (*LOSSLESS, *LOSSY):
            if name != self.packets:
                yield dataclasses.replace(self, packets=name, snap=200 if name == "short" else 0, variant=True)

    def protocol(self):
        return f"{'DTLS' if self.carrier == 'dtls' else 'TLS'} {self.version}"

    def client_features(self):
        return STACKS[self.client].client

    def stacks(self):
        return {self.client, self.server} - {"nobody"}

    def truth(self):
        """What is true of the capture."""
        truth = as_seen(FAULTS[self.fault].truth(self), self.version, self.secrets)
        return with_loss(truth) if self.packets in LOSSY else truth


def port_of(scenario):
    """Of the server."""
    if scenario.usual_port:
        return CARRIERS[scenario.carrier].port
    return random.Random(f"port {scenario.seed}").randint(20000, 27999)


def protocol_of(carrier):
    return carrier if carrier in ("dtls", "quic", "eap") else "tls"


def choices(role, needed, excluded):
    return [one for one in STACKS if needed <= getattr(STACKS[one], role) and one not in excluded]


def draw(seed):
    """The same scenario for the same seed, whatever is installed."""
    dice = random.Random(seed)
    while True:
        made = attempt(dice, seed)
        if made:
            return made


def attempt(dice, seed):
    fault = FAULTS[dice.choices(list(FAULTS), [one.weight for one in FAULTS.values()])[0]]
    carriers = fault.carriers or [one for one in CARRIERS if protocol_of(one) in fault.protocols]
    weights = [{"tcp": 14, "dtls": 4, "quic": 2, "eap": 3}.get(one, 1) for one in carriers]
    carrier = dice.choices(list(carriers), weights)[0]
    protocol = {protocol_of(carrier)}
    clients = choices("client", protocol | fault.client, fault.not_clients)
    servers = choices("server", protocol | fault.server, fault.not_servers)
    client, server = dice.choice(clients) if clients else None, dice.choice(servers) if servers else None
    version = {"dtls": "1.2", "quic": "1.3", "eap": "1.2"}.get(carrier) or dice.choice(fault.versions)
    kind = "rsa" if fault.name == "weak_key" else dice.choice(("ec", "ec", "rsa"))
    secrets, six, usual = dice.random() < 0.4, dice.random() < 0.15, dice.random() < 0.7
    changed = dice.choices(["", *LOSSLESS, *LOSSY], [16] + [1] * len(LOSSLESS) + [1] * len(LOSSY))[0]
    snap = dice.choice((96, 128, 200, 300, 600))
    usual = usual or carrier == "eap"  # Wireshark knows RADIUS by its port only
    if not clients or not servers or version not in fault.versions:
        return None
    if isinstance(fault, (WithoutTls, Refuses)):
        server = "nobody"
    if isinstance(fault, Refuses):
        client = "nobody"
    keeps = server != "nobody" and ("keylog" in STACKS[client].client or "keylog" in STACKS[server].server)
    return Scenario(seed, fault.name, carrier, client, server, version, kind, secrets and keeps, six, usual,
                    changed, snap if changed == "short" else 0)
