"""What the peers read of a round (api-spec/round.md says what it means)."""
import gzip
import json


def load(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as handle:
        return json.load(handle)


def limits(pool, cells):
    """a pool's limit in each cell; of arrivals, in the window that begins there"""
    out = [pool["limit"]] * cells
    for part in pool.get("except", []):
        out[part["from"]:part["to"]] = [part["limit"]] * (part["to"] - part["from"])
    if pool["kind"] == "arrivals":
        out = [min(out[c:c + pool["window"]]) for c in range(cells)]
    return out


def costs_of(request):
    """what each allowed start costs, by the cheapest of its options"""
    costs = {}
    for option in request["options"]:
        for start in range(option["first"], option["last"] + 1):
            cost = option["base"] + option["per_cell"] * abs(start - option["ideal"])
            costs[start] = min(costs.get(start, cost), cost)
    return costs
