# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts the outcomes and findings of one capture's conversations."""
import collections
from dataclasses import dataclass, field

LEVELS = {"never": 0, "warning": 1, "error": 2, "failed": 3}
SEVERITIES = ("error", "warning", "note")


def host_of(endpoint: str | None) -> str:
    """Without the port: "10.0.0.1:443", "[2001:db8::1]:443"."""
    return (endpoint or "unknown").rpartition(":")[0] or endpoint or "unknown"


@dataclass(frozen=True)
class Fault:
    """One diagnosis of one party. Faults of the network are counted at the server."""
    id: str
    severity: str
    side: str
    party: str


@dataclass
class Tally:
    level: int = 0  # the highest of LEVELS that was reached
    outcomes: collections.Counter = field(default_factory=collections.Counter)
    findings: collections.Counter = field(default_factory=collections.Counter)  # (severity, id) -> conversations
    faults: collections.Counter = field(default_factory=collections.Counter)  # Fault -> conversations
    failed: collections.Counter = field(default_factory=collections.Counter)  # (role, party) -> conversations
    seen: collections.Counter = field(default_factory=collections.Counter)  # the same, for all conversations
    names: dict = field(default_factory=dict)  # server -> a name that a client asked for

    @property
    def conversations(self) -> int:
        return self.outcomes.total()

    @property
    def has_problem(self) -> bool:
        return self.level > 0

    def add(self, conversation: dict) -> None:
        server, client = conversation["server"] or "unknown", host_of(conversation["client"])
        failed = conversation["outcome"] == "failed"
        self.outcomes[conversation["outcome"]] += 1
        for party in (("server", server), ("client", client)):
            self.seen[party] += 1
            self.failed[party] += failed
        if conversation["sni"]:
            self.names.setdefault(server, conversation["sni"])
        found = {Fault(one["id"], one["severity"], one["side"], client if one["side"] == "client" else server)
                 for one in conversation["findings"]}
        self.faults.update(found)
        self.findings.update({(fault.severity, fault.id) for fault in found})  # once, even if both sides have it
        levels = [LEVELS.get(fault.severity, 0) for fault in found]
        self.level = max(self.level, LEVELS["failed"] if failed else 0, *levels)


def is_reached(level: str, reached: int) -> bool:
    """Whether something is at the level of --fail-on or above it."""
    return level != "never" and reached >= LEVELS[level]
