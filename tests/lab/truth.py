# SPDX-License-Identifier: GPL-2.0-or-later
"""What is true of a scenario, known by construction, and how much of it the packets still show."""
import dataclasses

CERTIFICATE = "certificate"  # the fault is in what the server or client sends encrypted since TLS 1.3
IN_CLEAR = "in clear"
NOWHERE = "nowhere"  # no packet shows the fault; only its effect

# Statements that are true of every handshake that ended so, and say less than the cause.
SYMPTOMS = frozenset({"fatal_alert", "tcp_closed_during_handshake", "tcp_reset_during_handshake"})
SERVER_REFUSED = SYMPTOMS | {"server_cert_rejected"}
CLIENT_REFUSED = SYMPTOMS | {"client_cert_rejected", "refused_after_completion", "handshake_failure_unexplained"}
NEGOTIATION = SYMPTOMS | {"handshake_failure_unexplained"}
# Notes say nothing of a failure; only these can be wrong in a way that the lab knows.
JUDGED_NOTES = frozenset({"capture_incomplete", "client_abandoned"})


@dataclasses.dataclass(frozen=True)
class Truth:
    outcome: str  # completed, failed or abandoned
    causes: frozenset = frozenset()  # each of them is the exact cause, if this outcome has one
    weak: frozenset = frozenset()  # true, but less than the packets show
    also: frozenset = frozenset()  # further true findings
    sides: frozenset = frozenset({"client", "server", "network", "capture"})  # who may have to change something
    shown: str = IN_CLEAR
    never_proven: frozenset = frozenset()  # causes that the bytes cannot prove
    outcomes: frozenset = frozenset()  # what may be said instead of `outcome`
    listed: bool = True  # there must be a conversation
    whole: bool = True  # the capture has every packet

    def may_say(self):
        return self.causes | self.weak | self.also

    def may_end(self):
        return {self.outcome} | self.outcomes

    def weakened(self, **how):
        return dataclasses.replace(self, **how)


def completed(*also, found="", **more):
    """`found`: what is to be found nevertheless."""
    return Truth("completed", frozenset(found.split()), also=frozenset(also), **more)


def failed(causes, weak, sides, also=(), **more):
    return Truth("failed", frozenset(causes.split()), frozenset(weak), frozenset(also), frozenset(sides.split()), **more)


def as_seen(truth, version, secrets):
    """TLS 1.3 hides certificates unless the capture has the secrets."""
    hidden = truth.shown == NOWHERE or truth.shown == CERTIFICATE and version == "1.3" and not secrets
    return truth.weakened(shown=NOWHERE) if hidden else truth


def with_loss(truth):
    """Some packets are not in the capture: all that was true may be said, nothing must, and it may be called incomplete."""
    return truth.weakened(shown=NOWHERE, whole=False, listed=False, also=truth.also | {"capture_incomplete"},
                          outcomes=truth.outcomes | {"unfinished", "unseen"})
