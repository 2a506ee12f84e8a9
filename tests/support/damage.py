# SPDX-License-Identifier: GPL-2.0-or-later
"""Damages captures in several ways, each reproducible by its seed."""
import random
import subprocess

from pcapng import ENHANCED_PACKET, blocks, with_snaplen


def _rearranged(content, change):
    """The same file with changed packets: `change` receives the list of packets."""
    head, packets = [], []
    for kind, block in blocks(content):
        (packets if kind == ENHANCED_PACKET else head).append(block)
    return b"".join(head + change(packets))


def removed(content, rng):
    return _rearranged(content, lambda packets: [one for one in packets if rng.random() > 0.15])


def doubled(content, rng):
    def change(packets):
        out = []
        for one in packets:
            out.append(one)
            if rng.random() < 0.2:
                out.insert(rng.randrange(len(out) + 1), one)
        return out
    return _rearranged(content, change)


def reordered(content, rng):
    def change(packets):
        places = {id(one): number + rng.uniform(0, 4) for number, one in enumerate(packets)}
        return sorted(packets, key=lambda one: places[id(one)])
    return _rearranged(content, change)


def shortened(content, rng):
    return with_snaplen(content, rng.randrange(34, 400))


def ended(content, rng):
    return content[:rng.randrange(200, max(len(content), 201))]


def with_errors(content, rng):
    """editcap changes 2 % of the bytes. It cannot write captures that contain secrets; those are changed here."""
    done = subprocess.run(["editcap", "-E", "0.02", "--seed", str(rng.randrange(1 << 31)), "-", "-"], input=content,
                          capture_output=True, check=False)
    if done.returncode == 0:
        return done.stdout

    def changed(block):
        body = bytearray(block)
        for at in range(28, len(body) - 4):
            if rng.random() < 0.02:
                body[at] = rng.randrange(256)
        return bytes(body)
    return _rearranged(content, lambda packets: [changed(one) for one in packets])


WAYS = {"errors": with_errors, "shortened": shortened, "removed": removed, "doubled": doubled, "reordered": reordered,
        "ended": ended}


def damaged(content, way, seed):
    return WAYS[way](content, random.Random(seed))
