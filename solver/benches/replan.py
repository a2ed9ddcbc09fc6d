#!/usr/bin/env python3
"""After a published plan, a school's limit is cut by 30 %: how many classes move, and at what cost, when moving costs
something, against solving afresh.

    python3 solver/benches/replan.py target/release/creneau [SCHOOL ...] [--seconds 5] [--move 6]

Costs are those of the wishes, without what moving costs. A report, not a timed test: nothing fails.
"""
import argparse
import gzip
import json
import os
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHOOLS = ["AU-BG-98", "BR-SN-00", "FI-MP-06", "NL-KP-09", "ZA-LW-09"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("creneau")
    parser.add_argument("schools", nargs="*", default=SCHOOLS)
    parser.add_argument("--seconds", default="5")
    parser.add_argument("--move", type=int, default=6)
    a = parser.parse_args()
    print("| school | classes | must move | moved | cost | unplaced | afresh: moved | cost | unplaced | cost ratio |")
    print("| --- " * 10 + "|")
    with tempfile.TemporaryDirectory() as folder:

        def solve(round_, *more):
            path, out = f"{folder}/round.json", f"{folder}/plan.json"
            with open(path, "w") as handle:
                json.dump(round_, handle)
            subprocess.run([a.creneau, "solve", path, "-o", out, "--time-limit", a.seconds, "--threads", "2", "--json", *more],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            with open(out) as handle:
                plan = json.load(handle)
            return {session["request"]: session["start"] for session in plan["sessions"]}

        for school in a.schools:
            with gzip.open(f"{ROOT}/tests/rounds/schools/{school}.json.gz", "rt") as handle:
                round_ = json.load(handle)
            published = solve(round_)
            pool = round_["pools"][0]
            largest = max(request["connections"] for request in round_["requests"])
            pool["limit"] = max(largest, int(pool["limit"] * 0.7))

            def cost(plan):
                total = 0
                for request in round_["requests"]:
                    start = plan[request["id"]]
                    costs = [option["base"] + option["per_cell"] * abs(start - option["ideal"]) for option in
                             request["options"] if option["first"] <= start <= option["last"]] if start is not None else []
                    total += min(costs, default=request["unplaced"])
                return total

            def moved(plan):
                return sum(plan[name] != start for name, start in published.items())

            def none(plan):
                return sum(start is None for start in plan.values())

            afresh = solve(round_)
            load = {}
            for request in round_["requests"]:
                start = published[request["id"]]
                if start is not None:
                    request["current"], request["move"] = start, a.move
                    for cell in range(start, start + request["duration"]):
                        load.setdefault(cell, []).append(request)
            over = {cell for cell, there in load.items() if sum(r["connections"] for r in there) > pool["limit"]}
            # At least so many have to leave: at each full cell, the largest first.
            must = 0
            for cell in over:
                sizes = sorted((r["connections"] for r in load[cell]), reverse=True)
                left, leave = sum(sizes) - pool["limit"], 0
                while left > 0:
                    left -= sizes[leave]
                    leave += 1
                must = max(must, leave)
            replanned = solve(round_)
            print(f"| {school} | {len(published)} | ≥ {must} | {moved(replanned)} | {cost(replanned):,} | {none(replanned)} | "
                  f"{moved(afresh)} | {cost(afresh):,} | {none(afresh)} | {cost(replanned) / cost(afresh):.3f} |", flush=True)


if __name__ == "__main__":
    main()
