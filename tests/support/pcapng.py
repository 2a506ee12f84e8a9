# SPDX-License-Identifier: GPL-2.0-or-later
"""The part of pcapng that the tests need: the blocks of a little-endian file, and the packets in them."""
import struct

ENHANCED_PACKET = 6
DECRYPTION_SECRETS = 10


def blocks(content):
    at = 0
    while at < len(content):
        kind, size = struct.unpack_from("<II", content, at)
        yield kind, content[at:at + size]
        at += size


def packets(content):
    for kind, block in blocks(content):
        if kind == ENHANCED_PACKET:
            captured, = struct.unpack_from("<I", block, 20)
            yield block[28:28 + captured]


def with_snaplen(content, snaplen):
    """The same file with at most `snaplen` bytes of each packet."""
    return b"".join(_shortened(block, snaplen) if kind == ENHANCED_PACKET else block for kind, block in blocks(content))


def _shortened(block, snaplen):
    interface, high, low, captured, length = struct.unpack_from("<IIIII", block, 8)
    kept = min(captured, snaplen)
    head = struct.pack("<IIIII", interface, high, low, kept, length)
    body = head + block[28:28 + kept] + b"\0" * (-kept % 4)
    size = len(body) + 12
    return struct.pack("<II", ENHANCED_PACKET, size) + body + struct.pack("<I", size)
