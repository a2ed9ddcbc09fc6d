#!/usr/bin/env python3
"""Classes that no plan of a round can place, by a proof that needs no solver: of a pool's classes that each take
more than half of its largest limit no two are ever on at once, so that their durations must fit one after another into the
cells that they may use; if they do not, at least so many stay out, the longest first.

    python3 solver/benches/crowded.py ROUND.json
"""
import json
import sys


def usable(request):
    """Cells that a request may occupy."""
    cells = set()
    for option in request["options"]:
        cells.update(range(option["first"], option["last"] + request["duration"]))
    return cells


def most(pool):
    return max([pool["limit"], *(part["limit"] for part in pool.get("except", []))])


def main():
    with open(sys.argv[1]) as handle:
        round_ = json.load(handle)
    pools = {pool["id"]: pool for pool in round_["pools"] if pool["kind"] == "concurrent"}
    users = {}
    for request in round_["requests"]:
        for pool in request["pools"]:
            users.setdefault(pool, []).append(request)
    total = 0
    for name, pool in pools.items():
        alone = [request for request in users.get(name, []) if 2 * request["connections"] > most(pool)]
        cells = set().union(*(usable(request) for request in alone))
        left, out = sum(request["duration"] for request in alone) - len(cells), 0
        for duration in sorted((request["duration"] for request in alone), reverse=True):
            if left <= 0:
                break
            left, out = left - duration, out + 1
        if out:
            total += out
            print(f"{name}: limit {most(pool)}, {len(alone)} classes one at a time, "
                  f"{sum(r['duration'] for r in alone)} cells wanted of {len(cells)}: at least {out} stay out")
    print(f"at least {total} of {len(round_['requests'])} classes have no place in any plan")


if __name__ == "__main__":
    main()
