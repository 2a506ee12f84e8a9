# SPDX-License-Identifier: GPL-2.0-or-later
"""Records every packet of the loopback interface (Linux, as root of the network namespace)."""
import socket
import struct
import threading
import time

ETH_P_ALL = 3
SO_TIMESTAMPNS = 35
PACKET_OUTGOING = 4  # each packet of lo is seen twice: when it is sent and when it arrives


class Recorder:
    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.bind(("lo", 0))
        self.socket.settimeout(0.1)
        self.recorded = []  # (nanoseconds, bytes)
        self.going = True
        self.thread = threading.Thread(target=self._record, daemon=True)
        self.thread.start()

    def _record(self):
        while self.going:
            try:
                data, ancillary, _, address = self.socket.recvmsg(70000, 256)
            except socket.timeout:
                continue
            if address[2] == PACKET_OUTGOING:
                self.recorded.append((moment(ancillary), data))

    def take(self):
        """What was recorded since the last call, as soon as nothing more comes."""
        count = -1
        while count != len(self.recorded):
            count = len(self.recorded)
            time.sleep(0.15)
        taken, self.recorded = self.recorded, []
        return taken

    def stop(self):
        self.going = False
        self.thread.join()
        self.socket.close()


def moment(ancillary):
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            return seconds * 10**9 + nanoseconds
    return time.time_ns()
