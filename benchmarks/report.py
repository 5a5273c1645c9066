"""One table on the screen and one JSON file for each benchmark."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def parser(name: str) -> argparse.ArgumentParser:
    """`--json PATH` and `--rounds N`, the same for every benchmark."""
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--json", type=Path, default=Path("build/bench") / f"{name}.json")
    parser.add_argument("--rounds", type=int, default=5)
    return parser


def arguments(name: str) -> argparse.Namespace:
    """What was given, where a benchmark has no more options than those."""
    return parser(name).parse_args()


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def publish(path: Path, rows: Sequence[tuple[str, float, str, str]], **details: Any) -> None:
    """Print rows of (what, value, unit, target) and write them as JSON."""
    for what, value, unit, target in rows:
        print(f"{what:52} {value:12,.2f} {unit:10} {target}")
    data = {
        "machine": platform.platform(),
        "figures": [{"what": a, "value": b, "unit": c, "target": d} for a, b, c, d in rows],
        **details,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    print(f"written to {path}")
