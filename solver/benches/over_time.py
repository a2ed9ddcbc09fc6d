#!/usr/bin/env python3
"""Draws how good the plan is after how long: the built program beside CP-SAT, as SVG.

    python3 solver/benches/over_time.py target/release/creneau ROUND.json CHART.svg --limits 1,2,5,10,20,40,60 [--peer-limits …]

Every point is a run of its own with that time limit, the two programs one after the other, so that the load of a shared
machine falls on both; --alone leaves the peer out. CP-SAT (`peer_cpsat.py`, pip install ortools; --form as it is stronger
there) starts from a greedy plan; the time to build its model counts, as the time to read the round counts for both.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 400, 90, 50, 50, 150


def ours(creneau, path, seconds, plan):
    command = [creneau, "solve", path, "-o", plan, "--time-limit", str(seconds), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    summary = json.loads(done.stdout)
    return summary["objective"], summary["bound"]


def theirs(form):
    def run(path, seconds, plan):
        command = [sys.executable, f"{HERE}/peer_cpsat.py", path, plan, "--seconds", str(seconds), "--form", form]
        line = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.search(r"objective=(\S+) bound=(\S+)", line)
        greedy = float(re.search(r"greedy=(\d+)", line)[1])
        return (greedy if found[1] == "None" else min(greedy, float(found[1]))), float(found[2])
    return run


def measured(run, path, limits):
    points = []
    for seconds in limits:
        with tempfile.TemporaryDirectory() as folder:
            began = time.time()
            objective, bound = run(path, seconds, os.path.join(folder, "plan.json"))
            points.append((time.time() - began, objective, bound))
            print(f"limit {seconds:g} s: {points[-1][0]:.1f} s, objective {objective}, bound {bound}", flush=True)
    return points


def chart(name, lines):
    """lines: label, colour, dashes, points of (seconds, value)"""
    import math
    every = [point for *_, points in lines for point in points]
    right, top = max(s for s, _ in every), max(v for _, v in every) * 1.05
    left = min(s for s, _ in every)
    x = lambda s: LEFT + (WIDTH - LEFT - RIGHT) * math.log(s / left) / math.log(right / left)
    y = lambda v: HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * v / top
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="system-ui, sans-serif" font-size="13">',
           f'<title>{name}: cost of the plan over time</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
           f'<text x="{LEFT}" y="24" font-size="16">{name}: cost of the plan (smaller is better) over seconds</text>']
    step = 10 ** math.floor(math.log10(top))
    step = next(s for s in (step / 5, step / 2, step, 2 * step) if top / s <= 8)
    for tick in range(int(top / step) + 1):
        value = tick * step
        out.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,.0f}</text>')
    for seconds in (0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600):
        if left <= seconds <= right:
            out.append(f'<text x="{x(seconds):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{seconds:g} s</text>')
    labels = []
    for label, colour, dashes, points in lines:
        path = " ".join(f"{x(s):.1f},{y(v):.1f}" for s, v in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        out += [f'<circle cx="{x(s):.1f}" cy="{y(v):.1f}" r="3" fill="{colour}"/>' for s, v in points]
        labels.append([y(points[-1][1]) + 4, x(points[-1][0]) + 8, label, colour])
    labels.sort()
    for before, label in zip(labels, labels[1:]):
        label[0] = max(label[0], before[0] + 16)
    out += [f'<text x="{at:.1f}" y="{height:.1f}" fill="{colour}">{label}</text>' for height, at, label, colour in labels]
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("creneau")
    parser.add_argument("round")
    parser.add_argument("chart")
    seconds = lambda text: [float(part) for part in text.split(",")]
    parser.add_argument("--limits", type=seconds, default=seconds("1,2,5,10,20,40,60"))
    parser.add_argument("--peer-limits", type=seconds)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--form", choices=["intervals", "booleans"], default="intervals")
    a = parser.parse_args()
    creneau = measured(lambda path, limit, plan: ours(a.creneau, path, limit, plan), a.round, a.limits)
    peer = [] if a.alone else measured(theirs(a.form), a.round, a.peer_limits or a.limits)
    name = os.path.basename(a.round).split(".")[0]
    lines = [(label + what, colour, dashes, [(point[0], point[at]) for point in points])
             for what, dashes, at in (("", "", 1), (": bound", "4 4", 2))
             for label, colour, points in (("CP-SAT", "#b3541e", peer), ("Créneau", "#1f5fa8", creneau)) if points]
    drawn = chart(name, lines)
    with open(a.chart, "w", encoding="utf-8") as handle:
        handle.write(drawn)


if __name__ == "__main__":
    main()
