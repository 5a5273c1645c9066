"""Measured speeds for scripts: JSON with every sample, and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qwendesk.lab.figures import Speed
from qwendesk.lab.measured import Row
from qwendesk.words.problems import word


def as_json(rows: Sequence[Row], machine: str) -> str:
    """For scripts: samples and their medians."""
    data = {"machine": machine, "rows": [_data(one) for one in rows]}
    return json.dumps(data, ensure_ascii=False, indent=2)


def _data(row: Row) -> dict[str, Any]:
    speed = Speed.of(row)
    medians = {"prompt_tps": speed.prompt, "decode_tps": speed.decode, "load_s": speed.load}
    medians["joules_per_token"] = speed.joules
    told: dict[str, Any] = {
        "model": asdict(row.subject),
        "settings": dict(row.settings),
        "happened": row.happened,
        "median": {name: one.value if one is not None else None for name, one in medians.items()},
        "quartiles": {
            name: [one.low, one.high] if one is not None else None for name, one in medians.items()
        },
        "samples": dict(row.result),
        "problem": None,
    }
    if row.problem is not None:
        told["problem"] = {"id": row.problem.id, **row.problem.arguments, "sentence": str(word(row.problem))}
    return told


def as_csv(rows: Sequence[Row], machine: str) -> str:
    """The same as a line for each row, medians and quartiles in columns of their own."""
    lines = [_flat(one, machine) for one in rows]
    paper = io.StringIO()
    names = dict.fromkeys(name for one in lines for name in one)
    writer = csv.DictWriter(paper, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return paper.getvalue().rstrip("\n")


def _flat(row: Row, machine: str) -> dict[str, Any]:
    data = _data(row)
    model: Mapping[str, Any] = data["model"]
    flat: dict[str, Any] = {"machine": machine}
    flat |= {"model" if name == "name" else name: value for name, value in model.items() if name != "options"}
    flat |= {"options": " ".join(f"{name}={value}" for name, value in model["options"].items())}
    flat |= data["settings"]
    for name, value in data["median"].items():
        low, high = data["quartiles"][name] or ("", "")
        flat |= {name: value, f"{name}_q1": low, f"{name}_q3": high}
    result = row.result
    flat |= {name: result.get(name) for name in ("peak_bytes", "roofline_share")}
    for name in ("temperature", "clock_mhz"):
        low, high = result.get(name) or ("", "")
        flat |= {f"{name}_low": low, f"{name}_high": high}
    return flat | {"problem": data["problem"]["sentence"] if data["problem"] else ""}
