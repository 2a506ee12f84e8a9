#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark and sharkd on damaged captures: no crash, no hang, no sanitizer report, no GLib critical message.

    damage_test.py --plugins DIR [--preload LIBRARIES] [--seeds N] [--first SEED] [--every N] [--keep DIR] [CAPTURE ...]

Each seed damages each capture once, in a different way. Many captures are merged into one file for tshark, because
starting tshark takes most of the time. --preload is for a plugin built with sanitizers (-DTLSDIAG_SANITIZE=ON; the
libraries are listed in the build's file "preload"). Captures that fail are kept in DIR.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from damage import WAYS, damaged  # noqa: E402
from wireshark import Failure, Wireshark  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
TOGETHER = 40
LITTLE_ENDIAN_PCAPNG = b"\x0a\x0d\x0d\x0a"  # the byte order follows after the length
ALARMS = ("Sanitizer", "runtime error:", "-CRITICAL **", "ERROR:", "terminate called", "Assertion")
SURVIVED = (0, 1, 2)  # 1, 2: tshark rejects the file
RUNS = {
    "one pass": ("-V", "-z", "tlsdiag", "-z", "tlsdiag,json"),
    "two passes": ("-2", "-q", "-Y", "tlsdiag", "-z", "tlsdiag"),
}


def under_sanitizers(preload):
    """tshark is built without sanitizers, so their libraries are preloaded, and memory comes from malloc, which they
    watch. With these libraries preloaded, the programs that list interfaces for tshark never exit, nor does clang's
    symbolizer: so a report gives addresses (llvm-symbolizer --obj=tlsdiag.so ADDRESS)."""
    return {"LD_PRELOAD": preload, "G_SLICE": "always-malloc",
            "ASAN_OPTIONS": "detect_leaks=0:exitcode=99:detect_stack_use_after_return=1:symbolize=0",
            "UBSAN_OPTIONS": "print_stacktrace=1:exitcode=99:symbolize=0",
            "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple", "WIRESHARK_EXTCAP_DIR": "/nonexistent"}


def prove_alarm(preload):
    """Writes past the end of memory are reported."""
    wrong = ("import ctypes; c = ctypes.CDLL(None); c.malloc.restype = ctypes.c_void_p; "
             "c.memset(ctypes.c_void_p(c.malloc(16)), 0, 17)")
    done = subprocess.run([sys.executable, "-c", wrong], env={**os.environ, **under_sanitizers(preload)},
                          capture_output=True, text=True, check=False)
    if "AddressSanitizer" not in done.stderr:
        raise Failure(f"the sanitizers say nothing: exit {done.returncode}: {done.stderr[-500:]}")


def wrong_end(name, done):
    alarms = [line for line in done.stderr.splitlines() if any(word in line for word in ALARMS)]
    if done.returncode in SURVIVED and not alarms:
        return None
    return f"{name}: exit {done.returncode}: {' | '.join(alarms[:3]) or done.stderr[-500:]}"


def sharkd_requests(capture):
    loads = [("load", {"file": str(capture)}), ("frames", {"limit": 2000}), ("frame", {"frame": 1, "proto": True})]
    return "".join(f'{{"jsonrpc":"2.0","id":{number},"method":"{method}","params":{_json(params)}}}\n'
                   for number, (method, params) in enumerate(loads * 2, start=1))


def _json(params):
    return "{" + ",".join(f'"{key}":{str(value).lower() if isinstance(value, bool) else repr(value)}'.replace("'", '"')
                          for key, value in params.items()) + "}"


def check(wireshark, capture):
    runs = {name: ("tshark", "-r", capture, *arguments) for name, arguments in RUNS.items()}
    for name, command in {**runs, "sharkd": ("sharkd", "-")}.items():
        try:
            done = wireshark.run(*command, stdin=sharkd_requests(capture) if name == "sharkd" else None)
        except subprocess.TimeoutExpired as late:
            yield f"{name}: does not end: {late}"
        else:
            yield wrong_end(name, done)


def as_pcapng(capture):
    """The capture in little-endian form, whatever it was."""
    content = capture.read_bytes()
    if content.startswith(LITTLE_ENDIAN_PCAPNG) and content[8:12] == b"\x4d\x3c\x2b\x1a":
        return content
    done = subprocess.run(["editcap", "-F", "pcapng", capture, "-"], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def batches(contents, seed):
    """(name, contents) of each merged group."""
    for begin in range(0, len(contents), TOGETHER):
        mutants = []
        for number, content in enumerate(contents[begin:begin + TOGETHER], start=begin):
            way = list(WAYS)[(seed + number) % len(WAYS)]
            mutants.append(damaged(content, way, seed * 1_000_003 + number))
        yield f"damaged-{seed}-{begin // TOGETHER}.pcapng", mutants


def put_together(wireshark, name, contents):
    parts = [wireshark.write(f"part-{number}-{name}", content) for number, content in enumerate(contents)]
    # mergecap rejects a part that ends within a packet: such parts are run alone, after the others.
    sound = [part for part in parts if subprocess.run(["capinfos", "-c", part], capture_output=True,
                                                      check=False).returncode == 0]
    target = wireshark.root / name
    done = subprocess.run(["mergecap", "-a", "-w", target, *sound], capture_output=True, check=False)
    if done.returncode != 0:  # captures that contain secrets: concatenated files are a valid pcapng file
        target.write_bytes(b"".join(part.read_bytes() for part in sound))
    target.chmod(0o644)
    rest = [part for part in parts if part not in sound]
    for part in sound:
        part.unlink()
    return [target, *rest[:2]]


def random_packets(wireshark, seed):
    for kind in ("tcp", "udp", "icmp", "eth"):
        path = wireshark.root / f"random-{kind}-{seed}.pcap"
        subprocess.run(["randpkt", "-b", "500", "-c", "200", "-t", kind, path], capture_output=True, check=False)
        if path.is_file():
            path.chmod(0o644)
            yield path


def run_batch(wireshark, name, contents, keep):
    wrong = []
    for capture in put_together(wireshark, name, contents):
        wrong += run_file(wireshark, capture, keep)
    return wrong


def run_file(wireshark, capture, keep):
    wrong = [f"{capture.name}: {one}" for one in check(wireshark, capture) if one]
    if wrong and keep:
        shutil.copy(capture, keep)
    capture.unlink()
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", required=True, help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--preload", default="", help="the sanitizers' libraries, separated by colons")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="only each Nth capture, with each seed others")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("captures", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    captures = arguments.captures or sorted((REPOSITORY / "captures").rglob("*.pcapng"))
    contents = [content for content in map(as_pcapng, captures) if content]
    sanitizers = under_sanitizers(arguments.preload) if arguments.preload else {}
    if arguments.preload:
        prove_alarm(arguments.preload)
    runs, wrong = 0, []
    with Wireshark(arguments.plugins, sanitizers) as wireshark:
        wireshark.configure({"tlsdiag.trust_store": "none"})
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for seed in range(arguments.first, arguments.first + arguments.seeds):
                jobs = [pool.submit(run_batch, wireshark, name, mutants, arguments.keep)
                        for name, mutants in batches(contents[seed % arguments.every::arguments.every], seed)]
                jobs += [pool.submit(run_file, wireshark, path, arguments.keep)
                         for path in random_packets(wireshark, seed)]
                for job in jobs:
                    for line in job.result():
                        wrong.append(line)
                        print(f"seed {seed}: {line}", flush=True)
                runs += len(contents[seed % arguments.every::arguments.every])
    print(f"{runs} damaged captures, {len(wrong)} wrong ends")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(str(failure))
