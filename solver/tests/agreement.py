"""Runs check.py on many pairs of files in one process: agreement.py CHECK.PY FOLDER COUNT. One verdict a line."""
import contextlib
import importlib.util
import io
import sys

spec = importlib.util.spec_from_file_location("check", sys.argv[1])
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)
folder, count = sys.argv[2], int(sys.argv[3])
for number in range(count):
    sys.argv = ["check.py", f"{folder}/{number}.round.json", f"{folder}/{number}.plan.json"]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            code = check.main()
        last = said.getvalue().splitlines()[-1]
    except SystemExit as refused:
        code, last = 1, str(refused)
    assert last.startswith("feasible") == (code == 0)
    print(last)
