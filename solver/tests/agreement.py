"""Runs check.py on many pairs of a round and a plan, one pair a line: agreement.py CHECK.PY PAIRS. One verdict a line."""
import importlib.util
import json
import sys

spec = importlib.util.spec_from_file_location("check", sys.argv[1])
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)
with open(sys.argv[2], encoding="utf-8") as pairs:
    for pair in map(json.loads, pairs):
        problems, verdict = check.check(pair["round"], pair["plan"])
        assert verdict.startswith("infeasible" if problems else "feasible")
        print(verdict)
