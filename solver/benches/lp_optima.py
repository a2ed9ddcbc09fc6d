#!/usr/bin/env python3
"""Holds the proven bound against the optimum of the linear relaxation, as HiGHS finds it (pip install highspy).

    python3 solver/benches/lp_optima.py target/release/creneau ROUND.json[.gz] … [--seconds 1]

The relaxation has one variable a request and start, one row a pool and cell and a person or group and cell: the rows of which
api-spec/round.md makes certificates, without derived ones, which prove more. It takes HiGHS minutes where the built program has
seconds. Prints both and their ratio; the aim is at least 0.995. A report, not a timed test: nothing fails.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import highspy
import numpy

from reading import costs_of, limits, load


def relaxation(round_):
    """the optimum of the linear relaxation"""
    cells = round_["horizon"]["cells"]
    pools = {pool["id"]: pool for pool in round_["pools"]}
    room = {name: limits(pool, cells) for name, pool in pools.items()}
    lp = highspy.HighsLp()
    rows, above, cost, starts, index, value = {}, [], [], [0], [], []

    def row(name, limit):
        if name not in rows:
            rows[name] = len(above)
            above.append(limit)
        return rows[name]

    def column(price, entries):
        cost.append(price)
        for at, use in sorted(entries.items()):
            index.append(at)
            value.append(use)
        starts.append(len(index))

    for number, request in enumerate(round_["requests"]):
        once = row(("request", number), 1)
        column(request["unplaced"], {once: 1})
        for start, price in costs_of(request).items():
            if price >= request["unplaced"]:
                continue
            entries = {once: 1}
            for who in request["exclusive"]:
                for cell in range(start, start + request["duration"]):
                    entries[row(("person", who, cell), 1)] = 1
            for name in request["pools"]:
                pool = pools[name]
                near = (range(start, start + request["duration"]) if pool["kind"] == "concurrent"
                        else range(max(0, start - pool["window"] + 1), start + 1))
                for cell in near:
                    entries[row(("pool", name, cell), room[name][cell])] = request["connections"]
            column(price, entries)
    lp.num_col_, lp.num_row_ = len(cost), len(above)
    lp.col_cost_ = numpy.array(cost, dtype=float)
    lp.col_lower_, lp.col_upper_ = numpy.zeros(len(cost)), numpy.full(len(cost), highspy.kHighsInf)
    lp.row_upper_ = numpy.array(above, dtype=float)
    is_request = numpy.zeros(len(above), dtype=bool)
    is_request[[at for (kind, *_), at in rows.items() if kind == "request"]] = True
    lp.row_lower_ = numpy.where(is_request, 1.0, -highspy.kHighsInf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = numpy.array(starts)
    lp.a_matrix_.index_ = numpy.array(index)
    lp.a_matrix_.value_ = numpy.array(value, dtype=float)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", "ipm")
    # The value is wanted, no vertex: going to one takes most of the time.
    highs.setOptionValue("run_crossover", "off")
    highs.passModel(lp)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        sys.exit(f"{round_['name']}: HiGHS ended with {highs.modelStatusToString(highs.getModelStatus())}")
    return highs.getInfo().objective_function_value


def bound(creneau, path, seconds):
    with tempfile.TemporaryDirectory() as folder:
        command = [creneau, "solve", path, "-o", os.path.join(folder, "plan.json"), "--time-limit", str(seconds), "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return json.loads(done.stdout)["bound"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("creneau")
    parser.add_argument("rounds", nargs="+")
    parser.add_argument("--seconds", type=float, default=1)
    a = parser.parse_args()
    print(f"| round | LP optimum | HiGHS, seconds | proven in {a.seconds:g} s | ratio |\n" + "| --- " * 5 + "|")
    for path in a.rounds:
        began = time.time()
        optimum = relaxation(load(path))
        took, proven = time.time() - began, bound(a.creneau, path, a.seconds)
        name = os.path.basename(path).split(".")[0]
        print(f"| {name} | {optimum:,.1f} | {took:.1f} | {proven:,.1f} | {proven / max(optimum, 1e-9):.3f} |", flush=True)


if __name__ == "__main__":
    main()
