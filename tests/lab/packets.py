# SPDX-License-Identifier: GPL-2.0-or-later
"""What can happen to packets between the wire and the file: each function takes and returns [(nanoseconds, Ethernet frame)].

`LOSSLESS` ones leave all that was said readable, `LOSSY` ones do not.
"""
import ipaddress
import struct

PAUSE = 50_000_000  # nanoseconds
ROUND_TRIP = 240_000_000


class Packet:
    """Where the parts of an Ethernet frame are; only what the lab itself sends."""

    def __init__(self, frame):
        self.frame = frame
        kind, = struct.unpack_from("!H", frame, 12)
        self.six = kind == 0x86DD
        if self.six:
            self.protocol, self.network, self.transport = frame[20], 14, 54
            self.addresses = (frame[22:38], frame[38:54])
        else:
            self.protocol, self.network, self.transport = frame[23], 14, 14 + (frame[14] & 15) * 4
            self.addresses = (frame[26:30], frame[30:34])
        if self.protocol == 44 or not self.six and struct.unpack_from("!H", frame, 20)[0] & 0x3FFF:
            raise ValueError("a fragment of an IP packet, which nothing here can read")
        self.ports = struct.unpack_from("!HH", frame, self.transport)

    def ends(self):
        """FIN or RST."""
        return self.protocol == 6 and bool(self.frame[self.transport + 13] & 5)

    def payload(self):
        if self.protocol == 17:
            return self.frame[self.transport + 8:]
        return self.frame[self.transport + (self.frame[self.transport + 12] >> 4) * 4:]


def of_port(recorded, port):
    """The TCP and UDP packets of one server port."""
    kept = []
    for moment, frame in recorded:
        kind, = struct.unpack_from("!H", frame, 12)
        if kind in (0x0800, 0x86DD):
            packet = Packet(frame)
            if packet.protocol in (6, 17) and port in packet.ports:
                kept.append((moment, frame))
    return sorted(kept, key=lambda one: one[0])


def retimed(packets, stretch=0):
    """Pauses of a slow machine shortened; the one before the end lasts `stretch` seconds if that is not 0."""
    now, made = packets[0][0], packets[:1]
    for (before, _), (moment, frame) in zip(packets, packets[1:]):
        if stretch and Packet(frame).ends():
            now, stretch = now + stretch * 10**9, 0
        else:
            now += min(moment - before, PAUSE)
        made.append((now, frame))
    return made


def from_client(packets, port):
    return [Packet(frame).ports[1] == port for _, frame in packets]


def speaking(packets):
    return [place for place, (_, frame) in enumerate(packets) if Packet(frame).payload()]


# Nothing is lost

def reordered(packets, random, port):
    """Two neighbours of one direction change places, a few times."""
    packets = list(packets)
    sides = from_client(packets, port)
    places = [place for place in range(len(packets) - 1) if sides[place] == sides[place + 1]]
    for place in random.sample(places, min(len(places), 2)):
        (first, one), (second, other) = packets[place], packets[place + 1]
        packets[place], packets[place + 1] = (first, other), (second, one)
    return packets


def duplicated(packets, random, port):
    doubled = set(random.sample(range(len(packets)), min(len(packets), random.randint(1, 4))))
    copies = (((moment, frame), (moment + 1000, frame))[:1 + (place in doubled)] for place, (moment, frame) in enumerate(packets))
    return [one for some in copies for one in some]


def mirrored(packets, random, port):
    """A mirror port of both directions' switch ports: every packet twice."""
    return [one for moment, frame in packets for one in ((moment, frame), (moment + 2000, frame))]


def tagged(packets, random, port):
    """With a VLAN tag."""
    return [(moment, frame[:12] + b"\x81\0\0\x2a" + frame[12:]) for moment, frame in packets]


def translated(packets, random, port):
    """Other addresses, and another port of the client."""
    return [(moment, with_addresses(frame, port, 99)) for moment, frame in packets]


def both_sides(packets, random, port):
    """Captured before and after an address translation: two conversations."""
    return [one for moment, frame in packets for one in ((moment, frame), (moment + 30_000, with_addresses(frame, port, 77)))]


def slow(packets, random, port):
    """A long road: a quarter of a second there and back, seen at the client's end."""
    late, made, before = 0, [], None
    for (moment, frame), side in zip(packets, from_client(packets, port)):
        late += ROUND_TRIP if before is True and side is False else 0
        made.append((moment + late, frame))
        before = side
    return made


# Something is lost

def one_lost(packets, random, port):
    lost = random.choice(speaking(packets) or [0])
    return packets[:lost] + packets[lost + 1:]


def some_lost(packets, random, port):
    return [packet for packet in packets if random.random() > 0.15] or packets[:1]


def only_client(packets, random, port):
    return [packet for packet, side in zip(packets, from_client(packets, port)) if side]


def only_server(packets, random, port):
    return [packet for packet, side in zip(packets, from_client(packets, port)) if not side]


def late(packets, random, port):
    return packets[random.randint(1, max(1, len(packets) - 2)):]


def early(packets, random, port):
    return packets[:random.randint(1, max(1, len(packets) - 2))]


def short(packets, random, port):
    """The snap length: handled by the writer, which keeps the true length."""
    return packets


LOSSLESS = {one.__name__: one for one in (reordered, duplicated, mirrored, tagged, translated, both_sides, slow)}
LOSSY = {one.__name__: one for one in (one_lost, some_lost, only_client, only_server, late, early, short)}


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def with_addresses(frame, port, number):
    packet = Packet(frame)
    frame = bytearray(frame)
    to_server = packet.ports[1] == port
    size = 16 if packet.six else 4
    at = 22 if packet.six else 26
    made = [ipaddress.ip_address(f"2001:db8::{number}:{one}" if packet.six else f"198.51.{number}.{one}").packed for one in (1, 2)]
    frame[at:at + 2 * size] = b"".join(made if to_server else reversed(made))
    own = packet.transport if to_server else packet.transport + 2
    struct.pack_into("!H", frame, own, 20000 + (packet.ports[0 if to_server else 1] * 7 + number) % 40000)
    if not packet.six:
        frame[24:26] = b"\0\0"
        struct.pack_into("!H", frame, 24, checksum(bytes(frame[14:34])))
    return bytes(frame)


# The file

def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def pcapng(packets, secrets=b"", snap=None):
    """A file of Ethernet frames with nanoseconds; `secrets`: a key log."""
    content = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    nanoseconds = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
    content += block(1, struct.pack("<HHI", 1, 0, snap or 0) + nanoseconds)
    if secrets:
        content += block(10, struct.pack("<II", 0x544C534B, len(secrets)) + secrets)
    for moment, frame in packets:
        kept = frame[:snap] if snap else frame
        content += block(6, struct.pack("<IIIII", 0, moment >> 32, moment & 0xFFFFFFFF, len(kept), len(frame)) + kept)
    return content
