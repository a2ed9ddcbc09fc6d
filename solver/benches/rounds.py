#!/usr/bin/env python3
"""Solves generated rounds with the built program and prints objective, bound and memory against what was aimed at.

    python3 solver/benches/rounds.py target/release/creneau [A1 A10 A500 A4000 NANTES] [--threads 2]

A report, not a timed test: nothing fails. Plans of up to ten schools are checked by api-spec/check.py as well.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = ["--platform", "0.5", "--login", "0.3"]
ROUNDS = {
    "A1": ["--schools", "1", "--seed", "1"],
    "A10": ["--schools", "10", "--seed", "1", *SHARED],
    "A500": ["--schools", "500", "--seed", "1", *SHARED],
    "A4000": ["--schools", "4000", "--seed", "1", *SHARED],
    "NANTES": ["--census", f"{ROOT}/tests/rounds/nantes/census.csv", "--schools", "1715", *SHARED],
}
# round, seconds, objective aimed at (None: none), bound aimed at
RUNS = [
    ("A1", 0.3, None, 400), ("A1", 1, 480, 420), ("A1", 5, 473, 420),
    ("A10", 2, None, 7580), ("A10", 15, 9900, None), ("A10", 60, 9450, None),
    ("A500", 30, 700_000, 643_000), ("A500", 60, 685_000, 643_000),
    ("NANTES", 60, None, None), ("A4000", 240, 5_850_000, None), ("A4000", 600, 5_700_000, None),
]


def solve(creneau, path, plan, seconds, threads):
    command = ["/usr/bin/time", "-v", creneau, "solve", path, "-o", plan, "--time-limit", str(seconds),
               "--threads", str(threads), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    memory = int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", done.stderr)[1]) / 1024
    return json.loads(done.stdout), memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("creneau")
    parser.add_argument("rounds", nargs="*", default=["A1", "A10", "A500"])
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    print("| round | seconds | objective | aim | ratio | unplaced | bound | aim | gap | MiB |\n" + "| --- " * 10 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for name in a.rounds:
            path, plan = f"{folder}/{name}.json", f"{folder}/{name}.plan.json"
            subprocess.run([sys.executable, f"{ROOT}/api-spec/generate.py", *ROUNDS[name], "-o", path], check=True)
            for _, seconds, aim, bound_aim in (run for run in RUNS if run[0] == name):
                said, memory = solve(a.creneau, path, plan, seconds, a.threads)
                objective, bound = said["objective"], said["bound"] or 0
                if name in ("A1", "A10"):
                    subprocess.run([sys.executable, f"{ROOT}/api-spec/check.py", path, plan], check=True,
                                   stdout=subprocess.DEVNULL)
                ratio = f"{objective / aim:.3f}" if aim else ""
                print(f"| {name} | {said['seconds']:.1f} | {objective:,} | {f'{aim:,}' if aim else ''} | {ratio} | "
                      f"{len(said['unplaced'])} | {bound:,.1f} | {bound_aim or ''} | "
                      f"{(objective - bound) / objective:.1%} | {memory:.0f} |".replace("| , |", "| |"), flush=True)


if __name__ == "__main__":
    main()
