"""Makes the golden values beside it with numpy and scipy, by other ways than the code they test.

    python3 -m venv .venv && .venv/bin/pip install numpy==2.4.6 scipy==1.17.1
    .venv/bin/python test/golden/statistics/make.py

Bounds by ranks come from the raw values of the blocks, stopping bounds from a dense Gauss-Legendre integration,
merged quantile functions from bisecting the mixture's distribution function.
"""

import json
from pathlib import Path

import numpy as np
from scipy import optimize, stats

HERE = Path(__file__).parent
rng = np.random.default_rng(20261124)


def write(name, value):
    lines = ",\n".join(json.dumps(case) for case in value)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def quantiles():
    cases = []
    for samples in (
        [3.5],
        [2.0, 1.0],
        rng.lognormal(4.5, 0.47, 20).round(3).tolist(),
        rng.lognormal(4.5, 0.47, 1001).round(3).tolist(),
        rng.integers(1, 6, 200).astype(float).tolist(),
    ):
        ps = [0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 1]
        cases.append({"samples": samples, "p": ps, "values": np.quantile(samples, ps).tolist()})
    return cases


def t_quantiles():
    tails = [0.5, 0.4, 0.1, 0.05, 0.025, 0.01, 1e-3, 8.85e-5, 1e-6, 1e-9, 1e-12]
    degrees = [1, 2, 3, 4, 5, 7, 9, 10, 19, 20, 39, 59, 99, 100, 999]
    return [{"tail": p, "degrees": d, "t": float(stats.t.isf(p, d))} for d in degrees for p in tails]


def normal_tails():
    return [{"z": z, "tail": float(stats.norm.sf(z))} for z in np.arange(-6, 12.1, 0.25).tolist()]


def spent(t, alpha):
    return 2 * stats.norm.sf(stats.norm.isf(alpha / 2) / np.sqrt(t))


def stopping(planned, first, alpha, nodes=600):
    """Each look's density on Gauss-Legendre nodes between -9 standard deviations and the bound."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    bounds, points, weighted = [], None, None
    for b in range(first, planned + 1):
        grant = spent(b / planned, alpha) - (spent((b - 1) / planned, alpha) if b > first else 0)
        if points is None:
            c = stats.norm.isf(grant) * np.sqrt(b)
        else:
            chance = lambda s: float(np.sum(weighted * stats.norm.sf(s - points))) - grant
            c = optimize.brentq(chance, points[-1] - 5, points[-1] + 10, xtol=1e-13)
        low = -9 * np.sqrt(b)
        new = (c - low) / 2 * x + (c + low) / 2
        if points is None:
            density = stats.norm.pdf(new / np.sqrt(b)) / np.sqrt(b)
        else:
            density = stats.norm.pdf(new[:, None] - points[None, :]) @ weighted
        points, weighted = new, density * w * (c - low) / 2
        bounds.append({"blocks": b, "z": float(c / np.sqrt(b))})
    return bounds


def stopping_bounds():
    plans = [(5, 1, 0.025), (5, 5, 0.05), (8, 5, 0.05), (20, 5, 0.05), (20, 5, 0.01), (40, 5, 0.05), (60, 20, 0.05)]
    return [{"planned": p, "first": f, "alpha": a, "bounds": stopping(p, f, a)} for p, f, a in plans]


def fisher():
    tables = [
        (0, 100, 0, 100),
        (1, 10, 0, 10),
        (5, 5, 0, 5),
        (8, 1000, 2, 1000),
        (2, 1000, 8, 1000),
        (40, 4000, 15, 4000),
        (60, 5000, 20, 2500),
        (400, 400, 0, 400),
        (300, 40000, 150, 40000),
        (1000, 2000, 1000, 2000),
    ]
    return [
        {
            "suspect": {"errors": a, "requests": m},
            "reference": {"errors": b, "requests": n},
            "p": float(stats.fisher_exact([[a, m - a], [b, n - b]], alternative="greater")[1]),
        }
        for a, m, b, n in tables
    ]


def binomial():
    cases = [(0, 10, 0.3), (1, 10, 0.3), (10, 10, 0.3), (15, 100, 0.065), (3, 100, 0.065), (160, 2000, 0.065)]
    return [
        {"count": k, "trials": n, "probability": p, "tail": float(stats.binom.sf(k - 1, n, p))} for k, n, p in cases
    ]


def cdf(x, p, values):
    """P(X <= x) of a piecewise linear quantile function without flat parts."""
    return np.interp(x, values, p, left=0, right=1)


def merged():
    cases = []
    grids = [np.linspace(0, 1, 101), np.linspace(0, 1, 101), np.array([0, 0.1, 0.5, 0.9, 0.95, 1.0])]
    for weights in ([1000, 1000, 1000], [5000, 200, 1000]):
        parts = []
        for grid, count, location in zip(grids, weights, (4.5, 4.7, 4.4)):
            values = np.quantile(rng.lognormal(location, 0.47, 4000), grid)
            parts.append({"count": count, "p": grid.tolist(), "values": values.tolist()})
        total = sum(weights)

        def mixture(x):
            return sum(part["count"] / total * cdf(x, part["p"], part["values"]) for part in parts)

        low = min(part["values"][0] for part in parts)
        high = max(part["values"][-1] for part in parts)
        inner = [p for p in parts[0]["p"] if 0 < p < 1]
        values = [optimize.brentq(lambda x: mixture(x) - p, low, high, xtol=1e-12) for p in inner]
        cases.append({"parts": parts, "p": inner, "values": values})
    return cases


LEVELS = [
    0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9, 0.91, 0.92, 0.93, 0.94, 0.945, 0.95, 0.955, 0.96,
    0.965, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.996, 0.998, 0.999, 1,
]  # fmt: skip


def arm_ends(blocks, level, tail, most):
    """Value, low and high of one arm, by a walk over the levels at which shares and their errors are taken."""
    pooled = np.concatenate(blocks)
    size = np.array([len(b) for b in blocks])
    weight, count = size / size.sum(), len(blocks)
    student, normal = stats.t.isf(tail, count - 1), stats.norm.isf(tail)
    low, high, previous = None, None, None
    for p in LEVELS:
        x, share = np.quantile(pooled, p), 1 - p
        above = np.array([(np.sum(b > x) + np.sum(b == x) / 2) / len(b) for b in blocks])
        between = count / (count - 1) * np.sum((weight * (above - np.sum(weight * above))) ** 2)
        error = np.sqrt(max(between, share * (1 - share) / size.sum()))
        fewest, largest = share - student * error, share + student * error
        if share > 0 and error > 0:
            k = share**2 / error**2 + 1
            z = normal * np.sqrt(1 + 3 / k)
            largest = max(largest, error**2 / share * k * max(0, 1 - 1 / (9 * k) + z / (3 * np.sqrt(k))) ** 3)
        point = (p, fewest, largest)
        if previous is not None:
            crossing = lambda i: previous[0] + (previous[i] - (1 - level)) / (previous[i] - point[i]) * (p - previous[0])
            if low is None and fewest < 1 - level:
                low = crossing(1)
            if previous[2] > 1 - level:
                high = None if largest > 1 - level else crossing(2)
        elif fewest < 1 - level:
            low = 0.0
        previous = point
    q = np.quantile(pooled, level)
    bottom = min(0, pooled.min()) if low == 0 else np.quantile(pooled, min(low, level))
    top = max(most, pooled.max()) if high is None or high > LEVELS[-2] else np.quantile(pooled, max(high, level))
    shares = [(np.sum(b > np.quantile(pooled, 0.95)) + np.sum(b == np.quantile(pooled, 0.95)) / 2) / len(b) for b in blocks]
    return q, bottom, top, np.array(shares)


def rank_bounds():
    def stalled(share, at):
        return [rng.lognormal(4.5, 0.4, 120) + (900 * (rng.uniform(size=120) < share) if b in at else 0) for b in range(8)]

    calm = lambda blocks, size, mu: [rng.lognormal(mu + rng.normal() * 0.05, 0.4, size) for _ in range(blocks)]
    sessions = [
        (calm(5, 120, 4.5), calm(5, 120, 4.6)),
        (calm(2, 120, 4.5), calm(2, 120, 4.6)),
        (stalled(0, []), stalled(0.5, [3])),
        (stalled(0.6, [1, 2]), stalled(1, [6])),
        ([rng.lognormal(4.5, 0.4, n) for n in (60, 150, 90, 120)], [rng.lognormal(4.5, 0.4, n) for n in (80, 80, 80, 200)]),
        ([np.round(b, -1) for b in calm(6, 100, 4.5)], [np.round(b, -1) for b in calm(6, 100, 4.7)]),
    ]
    cases = []
    for base, treatment in sessions:
        base, treatment = [[b.round(3) for b in arm] for arm in (base, treatment)]
        bounds = []
        for tail, level in ((0.05, 0.95), (0.025, 0.95), (1e-4, 0.95), (0.025, 0.5)):
            (qb, b_low, b_high, sb), (qt, t_low, t_high, st) = [arm_ends(a, level, tail, 10000) for a in (base, treatment)]
            r = np.clip(np.corrcoef(sb, st)[0, 1], -0.99, 0.99) if sb.std() > 0 and st.std() > 0 else 0
            mover = lambda x, y: float(np.sqrt(max(0, x**2 + y**2 - 2 * r * x * y)))
            below, above = mover(qt - t_low, b_high - qb), mover(t_high - qt, qb - b_low)
            bounds.append({"tail": tail, "level": level, "value": float(qt - qb), "below": below, "above": above})
        blocks = {"baseline": [b.tolist() for b in base], "treatment": [b.tolist() for b in treatment]}
        cases.append({**blocks, "bounds": bounds})
    return cases


write("quantiles", quantiles())
write("t-quantiles", t_quantiles())
write("normal-tails", normal_tails())
write("stopping-bounds", stopping_bounds())
write("fisher", fisher())
write("binomial", binomial())
write("merged", merged())
write("rank-bounds", rank_bounds())
