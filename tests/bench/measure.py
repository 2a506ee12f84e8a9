#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The CPU time of tshark with the plugin against tshark without any: measure.py PLUGINS CAPTURE [ROUNDS].

A round is one run of each kind, one after the other, so that what else the machine does falls on all alike. What counts
is the median of the rounds' ratios of user and system time.
"""
import pathlib
import resource
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from wireshark import Failure, Wireshark  # noqa: E402

PLAIN = "without the plugin, -z io,stat,0"
KINDS = {PLAIN: "io,stat,0", "with the plugin, -z io,stat,0": "io,stat,0", "with the plugin, -z tlsdiag": "tlsdiag"}


def cpu_seconds(wireshark, plugins, capture, statistic):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = wireshark.run("env", f"WIRESHARK_PLUGIN_DIR={plugins}", "tshark", "-q", "-r", capture, "-z", statistic)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise Failure(done.stderr)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    rounds = int(sys.argv[3]) if len(sys.argv) == 4 else 7
    seconds = {kind: [] for kind in KINDS}
    with Wireshark(sys.argv[1]) as wireshark:
        capture = wireshark.share(sys.argv[2])
        nothing = wireshark.root / "nothing"
        nothing.mkdir()
        nothing.chmod(0o755)
        for _ in range(rounds):
            for kind, statistic in KINDS.items():
                plugins = nothing if kind == PLAIN else wireshark.root / "plugins"
                seconds[kind].append(cpu_seconds(wireshark, plugins, capture, statistic))
    for kind, taken in seconds.items():
        ratio = statistics.median(one / plain for one, plain in zip(taken, seconds[PLAIN]))
        print(f"{kind:32} {statistics.median(taken):7.2f} s   ratio {ratio:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
