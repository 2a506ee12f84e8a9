# SPDX-License-Identifier: GPL-2.0-or-later
"""The inventory of many captures: merges the plugin's lines. Its size depends on the servers, not on the captures."""
import json
from collections.abc import Iterator

IDENTITY = {"server": ("over", "server", "name", "hello_seen"), "plain": ("port",), "total": ()}
LEGACIES = {"old_version": "TLS 1.0 and TLS 1.1 (and older)", "sha1": "SHA-1 in signatures",
            "rsa_key_exchange": "RSA key exchange"}


def merged(name: str, one, other):
    """Merges two values of the same key, from lines with the same identity. See docs/inventory.md."""
    if isinstance(one, dict):
        return {key: merged(key, one[key], other[key]) if key in one and key in other else one.get(key, other.get(key))
                for key in (*one, *(key for key in other if key not in one))}
    if name in ("first", "last"):
        return min(one, other) if name == "first" else max(one, other)
    return one + other if isinstance(one, int) and name not in ("schema", "port", "hello_seen") else one


def dependent(server: dict, legacy: str) -> int:
    """How many connections of this server depend on the legacy feature."""
    counts = server["depends_on"][legacy]
    return counts["client_has_no_other"] + counts["server_chose"]


class Inventory:
    def __init__(self) -> None:
        self._lines: dict[tuple, dict] = {}

    def add(self, line: str) -> None:
        new = json.loads(line)
        identity = (new["kind"], *(new[key] for key in IDENTITY[new["kind"]]))
        known = self._lines.get(identity)
        self._lines[identity] = merged("", known, new) if known else new

    def of(self, kind: str) -> list[dict]:
        return [line for line in self._lines.values() if line["kind"] == kind]

    @property
    def total(self) -> dict:
        return next(iter(self.of("total")), {"conversations": 0, "completed": 0, "conversations_unlisted": 0,
                                             "tcp_without_data": 0})

    def json_lines(self) -> Iterator[str]:
        for kind in IDENTITY:
            for line in self.of(kind):
                yield json.dumps(line, ensure_ascii=False, separators=(",", ":"))

    HEADINGS = ("over", "server", "name", "first", "last", "connections", "completed", "resumed", "bytes", "versions",
                "ciphers", "groups", "post_quantum", "client_auth", "certificates", "keys", "issuers", "first_expiry",
                *LEGACIES)

    def rows(self) -> Iterator[tuple]:
        """The rows of the CSV table: one for each server and name."""
        for server in self.of("server"):
            certificates = server["certificates"].values()
            yield (*(server[key] for key in self.HEADINGS[:8]), server["bytes_by_client"] + server["bytes_by_server"],
                   *(" ".join(f"{name} ({count})" for name, count in by_count(server[key]))
                     for key in ("versions", "ciphers", "groups")), server["post_quantum"],
                   " ".join(f"{name} ({count})" for name, count in by_count(server["client_auth"])),
                   *("; ".join(sorted({one[key] for one in certificates})) for key in ("subject", "key", "issuer")),
                   min((one["not_after"] for one in certificates), default=None),
                   *(dependent(server, legacy) for legacy in LEGACIES))


OTHERS = "(others)"  # the plugin's name for everything past its limit


def by_count(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The most frequent first, without OTHERS."""
    return sorted(sorted(item for item in counts.items() if item[0] != OTHERS), key=lambda item: -item[1])
