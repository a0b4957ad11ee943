"""Makes change-points.json beside it with Apache Otava itself.

    python3 -m venv .venv && .venv/bin/pip install apache-otava==0.8.0
    .venv/bin/python test/golden/history/make.py

The series look like those of a load test: levels with noise, spikes, drifts, ties (whole milliseconds), and values that
do not change at all, where rounding decides.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from otava.analysis import compute_change_points

HERE = Path(__file__).parent
rng = np.random.default_rng(20261125)
warnings.filterwarnings("ignore")


def noisy(levels, sd, decimals=4):
    return [round(float(v), decimals) for level, n in levels for v in level + sd * rng.standard_normal(n)]


def cases():
    yield "nothing", []
    yield "one value", [12.5]
    yield "two values", [12.5, 13.5]
    yield "three values, the last apart", [1.0, 1.0, 5.0]
    yield "constant", [0.1] * 37
    yield "constant, long", [0.3] * 150
    yield "a step without noise", [10.1] * 12 + [15.3] * 12
    yield "up and down without noise", [0.1] * 9 + [0.7] * 9 + [0.1] * 9
    yield "no errors, then some", [0.0] * 20 + [0.01, 0.02, 0.01, 0.0, 0.02, 0.01]
    yield "noise, 12", noisy([(100, 12)], 3)
    yield "noise, 60", noisy([(100, 60)], 3)
    yield "noise, 300", noisy([(100, 300)], 3)
    yield "six and six", noisy([(12, 6), (31, 6)], 0.8)
    yield "six and six, small", noisy([(12, 6), (13, 6)], 0.8)
    yield "ten and one", noisy([(12, 10), (31, 1)], 0.8)
    yield "a spike", noisy([(50, 20), (90, 1), (50, 20)], 2)
    yield "comes and goes", noisy([(50, 25), (60, 15), (50, 25)], 2)
    yield "three levels", noisy([(50, 30), (56, 30), (48, 30)], 2)
    yield "many levels", noisy([(level, 12) for level in (40, 44, 41, 47, 47, 52, 39, 40)], 1.5)
    yield "a small step", noisy([(100, 40), (102, 40)], 2)
    yield "a drift", [round(float(v), 4) for v in np.linspace(20, 40, 70) + rng.standard_normal(70)]
    yield "skewed", [round(float(v), 4) for v in np.concatenate([rng.gamma(4, 5, 45), rng.gamma(4, 7, 45)])]
    yield "outliers", [round(float(v), 4) for v in 30 + rng.standard_t(2, 120)]
    yield "whole milliseconds", [float(v) for v in np.concatenate([rng.integers(20, 24, 40), rng.integers(22, 26, 40)])]
    yield "two values in turn", [float(5 + i % 2) for i in range(40)] + [float(6 + i % 2) for i in range(40)]
    yield "around zero", noisy([(0, 30), (1.5, 30)], 1)
    yield "negative to positive", noisy([(-3, 15), (2, 15)], 0.7)
    yield "spread changes", noisy([(50, 40)], 1) + noisy([(50, 40)], 8)
    for n in (5, 8, 17, 49, 50, 51, 99, 130, 257):
        at = n // 3
        yield f"a step at a third of {n}", noisy([(80, at), (88, n - at)], 2.5)
    for i in range(20):
        levels = [(float(rng.uniform(20, 60)), int(rng.integers(2, 40))) for _ in range(int(rng.integers(1, 7)))]
        yield f"random levels {i}", noisy(levels, float(rng.uniform(0.2, 8)), int(rng.integers(0, 5)))


def points(values, window, p_value):
    found, _ = compute_change_points(list(values), window_len=window, max_pvalue=p_value)
    return [
        {
            "index": int(point.index),
            "meanBefore": float(point.stats.mean_1),
            "meanAfter": float(point.stats.mean_2),
            "pValue": float(point.stats.pvalue),
        }
        for point in found
    ]


settings = [(50, 0.001), (30, 0.01), (11, 0.05), (2, 0.3)]
lines = [
    json.dumps(
        {
            "name": name,
            "values": values,
            "found": [{"window": w, "pValue": p, "points": points(values, w, p)} for w, p in settings],
        }
    )
    for name, values in cases()
]
(HERE / "change-points.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
