#!/usr/bin/env python3
"""After a published plan of many schools, the limit of one is cut by 30 %: how many classes move, and at what cost, when
moving costs something, against solving afresh.

    python3 solver/benches/replan.py target/release/creneau [--schools 40] [--cuts 5] [--seconds 20] [--move 10]

Costs are those of the wishes, of all schools together, without what moving costs; `must` is how many classes have to leave
the fullest cell of the school at the least. A report, not a timed test: nothing fails.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def wish_cost(request, start):
    if start is None:
        return request["unplaced"]
    costs = [option["base"] + option["per_cell"] * abs(start - option["ideal"])
             for option in request["options"] if option["first"] <= start <= option["last"]]
    return min(costs, default=request["unplaced"])


def must_leave(requests, plan, limit):
    """At each cell that is too full, the largest leave first; the most of any cell."""
    load = {}
    for request in requests:
        start = plan[request["id"]]
        if start is not None:
            for cell in range(start, start + request["duration"]):
                load.setdefault(cell, []).append(request["connections"])
    most = 0
    for sizes in load.values():
        left, leave = sum(sizes) - limit, 0
        for size in sorted(sizes, reverse=True):
            if left <= 0:
                break
            left, leave = left - size, leave + 1
        most = max(most, leave)
    return most


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("creneau")
    parser.add_argument("--schools", type=int, default=40)
    parser.add_argument("--cuts", type=int, default=5)
    parser.add_argument("--seconds", default="20")
    parser.add_argument("--move", type=int, default=10)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, out, published_path = f"{folder}/round.json", f"{folder}/plan.json", f"{folder}/published.json"

        def solve(round_, out, *more):
            with open(path, "w") as handle:
                json.dump(round_, handle)
            subprocess.run([a.creneau, "solve", path, "-o", out, "--time-limit", a.seconds, "--threads", "2", "--json", *more],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            subprocess.run([sys.executable, f"{ROOT}/api-spec/check.py", path, out], stdout=subprocess.DEVNULL, check=True)
            with open(out) as handle:
                return {session["request"]: session["start"] for session in json.load(handle)["sessions"]}

        subprocess.run([sys.executable, f"{ROOT}/api-spec/generate.py", "--schools", str(a.schools), "--seed", "2",
                        "--platform", "0.5", "--login", "0.3", "-o", path], check=True)
        with open(path) as handle:
            text = handle.read()
        published = solve(json.loads(text), published_path)
        print("| school | its classes | must | moved | of it | cost | unplaced | afresh: moved | cost | unplaced | moves | cost |")
        print("| --- " * 12 + "|")
        pools = [pool for pool in json.loads(text)["pools"] if pool["id"].startswith("school/")]
        for cut in range(a.cuts):
            round_ = json.loads(text)
            school = pools[cut * len(pools) // a.cuts]["id"]
            pool = next(pool for pool in round_["pools"] if pool["id"] == school)
            its = [request for request in round_["requests"] if school in request["pools"]]
            pool["limit"] = max(max(request["connections"] for request in its), int(pool["limit"] * 0.7))
            must = must_leave(its, published, pool["limit"])
            afresh = solve(round_, out)
            for request in round_["requests"]:
                if published[request["id"]] is not None:
                    request["current"], request["move"] = published[request["id"]], a.move
            again = solve(round_, out, "--warm-start", published_path)

            def told(plan):
                moved = [request for request in round_["requests"] if plan[request["id"]] != published[request["id"]]]
                cost = sum(wish_cost(request, plan[request["id"]]) for request in round_["requests"])
                return len(moved), sum(school in request["pools"] for request in moved), cost, sum(
                    start is None for start in plan.values())

            moved, own, cost, none = told(again)
            moved_afresh, _, cost_afresh, none_afresh = told(afresh)
            print(f"| {school} | {len(its)} | ≥ {must} | {moved} | {own} | {cost:,} | {none} | {moved_afresh:,} | "
                  f"{cost_afresh:,} | {none_afresh} | 1 : {moved_afresh / max(moved, 1):.0f} | {cost / cost_afresh:.3f} |",
                  flush=True)


if __name__ == "__main__":
    main()
