#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws scenarios from seeds, runs them with real TLS stacks, and compares what the plugin says with what is true.

    lab.py --seeds 1-200 --plugins DIR [--keep DIR]     run, judge, and print the score and whatever is wrong
    lab.py --seeds 1-50 --roads --plugins DIR           the packets of each run on every road: each loss, order and so on
    lab.py --seeds 17 --show                            only print what would run
    lab.py --judge DIR --plugins DIR                    judge the captures that --keep kept

Each worker has a network namespace of its own. Needs Linux, root (or user namespaces), ip, unshare, openssl and
python3-cryptography; scenarios of stacks that are not installed are left out, which is said. Exits with 77 if nothing
can run here.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[0] / "support"))
SKIP = 77


def seeds_of(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def unshare():
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


def why_not_here():
    """The reason why the lab cannot run on this machine, or None."""
    for program in ("ip", "unshare", "openssl", "tshark"):
        if not shutil.which(program):
            return f"{program} is not installed"
    try:
        import cryptography  # noqa: F401
    except ImportError:
        return "python3-cryptography is not installed"
    tried = subprocess.run([*unshare(), "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False)
    return f"no network namespace can be made: {tried.stderr.strip()}" if tried.returncode else None


def work(folder, seeds, roads):
    """A worker, within its namespace: writes SEED.pcapng, or SEED.void with the reason."""
    from pki import Pki
    from recorder import Recorder
    from run import Void, capture, prepare_interface, run
    from scenario import draw
    from stacks import NotStarted
    prepare_interface()
    recorder = Recorder()
    with tempfile.TemporaryDirectory() as certificates:
        pki = Pki(certificates)
        for seed in seeds:
            for _ in range(2):  # a machine under load is no finding
                try:
                    scenario = draw(seed)
                    recorded = run(scenario, pki, recorder)
                    for one in [scenario, *(scenario.variants() if roads else ())]:
                        (folder / f"{one.file()}.pcapng").write_bytes(capture(one, *recorded))
                    (folder / f"{seed}.void").unlink(missing_ok=True)
                    break
                except (Void, NotStarted, OSError, ValueError, subprocess.SubprocessError) as failure:
                    (folder / f"{seed}.void").write_text(f"{type(failure).__name__}: {failure}", encoding="utf-8")
    recorder.stop()
    return 0


def prepared(scenarios, folder):
    """The scenarios whose stacks are here; what is missing is said."""
    from stacks import STACKS
    wanted = {one for scenario in scenarios for one in scenario.stacks()}
    missing = {}
    for name in sorted(wanted):
        stack = STACKS[name]
        lacks = stack.missing()
        if lacks:
            missing[name] = lacks
    if missing:
        left_out = [scenario for scenario in scenarios if scenario.stacks() & missing.keys()]
        print("not installed: " + ", ".join(f"{name} ({lacks})" for name, lacks in missing.items())
              + f"; {len(left_out)} of {len(scenarios)} scenarios are left out")
    for name in sorted(wanted - missing.keys()):
        STACKS[name].prepare(folder)
    return [scenario for scenario in scenarios if not scenario.stacks() & missing.keys()]


def run_all(scenarios, folder, jobs, roads):
    """Captures in the folder; returns the reasons for those that could not be made."""
    with tempfile.TemporaryDirectory() as built:
        ready = prepared(scenarios, pathlib.Path(built))
        shares = [[str(scenario.seed) for scenario in ready[place::jobs]] for place in range(jobs)]
        command = [*unshare(), sys.executable, __file__, "--work", folder, "--built", built, *["--roads"] * roads, "--seeds"]
        workers = [subprocess.Popen([*command, ",".join(share)]) for share in shares if share]
        failed = [worker for worker in workers if worker.wait()]
    if failed:
        raise SystemExit(f"{len(failed)} of {len(workers)} workers failed")
    return {scenario: (folder / f"{scenario.seed}.void").read_text(encoding="utf-8") for scenario in ready
            if (folder / f"{scenario.seed}.void").exists()}, ready


def judge(scenarios, folder, plugins, jobs):
    from score import Score
    from wireshark import Wireshark
    score = Score()
    with Wireshark(plugins) as wireshark, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        wireshark.configure({"tlsdiag.trust_store": "none"})
        files = [wireshark.share(folder / f"{scenario.file()}.pcapng") for scenario in scenarios]
        for scenario, conversations in zip(scenarios, pool.map(wireshark.conversations, files)):
            (folder / f"{scenario.file()}.json").write_text(json.dumps(conversations, indent=1), encoding="utf-8")
            score.add(scenario, conversations)
    return score


def report(score, known):
    kinds = collections.defaultdict(list)
    for kind, scenario, what in score.wrong:
        kinds[kind].append((scenario, what))
    for kind, rows in kinds.items():
        print(f"\n{kind} ({len(rows)})")
        for scenario, what in rows:
            print(f"  seed {scenario.seed}{' (known)' if scenario.seed in known else ''}: {scenario}\n      {what[:400]}")
    print("\n" + score.line())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="", help="for example 1-200 or 3,7,20-30")
    parser.add_argument("--plugins", help="the folder that has <x.y>/epan/tlsdiag.so")
    parser.add_argument("--keep", type=pathlib.Path, help="where the captures are to stay")
    parser.add_argument("--judge", type=pathlib.Path, help="judge the captures in this folder again")
    parser.add_argument("--show", action="store_true", help="only print the scenarios")
    parser.add_argument("--check", type=pathlib.Path, help="a file of seeds, bars and known failures; fail below them")
    parser.add_argument("--roads", action="store_true", help="the packets of each run on every road")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--work", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--built", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()

    reason = None if arguments.work or arguments.judge else why_not_here()
    if reason:
        print(f"lab: skipped: {reason}")
        return SKIP
    from scenario import draw
    if arguments.work:
        from stacks import STACKS
        for stack in STACKS.values():
            stack.built_in(arguments.built)
        return work(arguments.work, list(seeds_of(arguments.seeds)), arguments.roads)
    bars = json.loads(arguments.check.read_text(encoding="utf-8")) if arguments.check else {}
    seeds = list(seeds_of(arguments.seeds or bars.get("seeds", "1-50")))
    if arguments.judge:
        seeds = sorted(int(file.stem) for file in arguments.judge.glob("*.pcapng") if file.stem.isdigit())
    scenarios = [draw(seed) for seed in seeds]
    if arguments.show:
        print(*(f"{scenario.seed}: {scenario}" for scenario in scenarios), sep="\n")
        return 0
    if not arguments.plugins:
        parser.error("--plugins is missing")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.judge or arguments.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        void = {}
        if not arguments.judge:
            void, scenarios = run_all(scenarios, folder, arguments.jobs, arguments.roads)
        ran = time.monotonic() - started
        ready = [scenario for scenario in scenarios if scenario not in void]
        if arguments.roads:
            ready += [one for scenario in ready for one in scenario.variants()]
        score = judge(ready, folder, arguments.plugins, arguments.jobs)
    known = {int(seed): why for seed, why in bars.get("known", {}).items()}
    report(score, known)
    if void:
        print(f"\nvoid ({len(void)}): not as constructed, and not judged")
        for scenario, why in void.items():
            print(f"  seed {scenario.seed}: {scenario}\n      {why[:700]}")
    print(f"{ran:.0f} s to run, {time.monotonic() - started - ran:.0f} s to judge")
    return verdict(score, bars, known, void) if bars else 0


def verdict(score, bars, known, void):
    """0 unless a bar is missed or something false is proven that is not known."""
    failures = [f"{name} {score.figures()[name]:.3f} is below {bar}" for name, bar in bars.get("bars", {}).items()
                if score.figures()[name] < bar]
    failures += [f"seed {scenario.seed}: false and proven: {what[:200]}" for kind, scenario, what in score.wrong
                 if kind == "false and proven" and scenario.seed not in known]
    if score.counts["scenarios"] < bars.get("at_least", 1):
        print(f"lab: skipped: {score.counts['scenarios']} scenarios could run, {len(void)} were void; {bars['at_least']} are wanted")
        return SKIP
    mended = known.keys() & {scenario.seed for scenario in score.judged} - {scenario.seed for _, scenario, _ in score.wrong}
    if mended:
        print("judged rightly now, so no longer to be listed as known:", *sorted(mended))
    print(*(f"FAILED: {failure}" for failure in failures), sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
