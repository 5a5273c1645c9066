"""The report as plain data, for JSON: base units (bytes, nats, shares, seconds), nothing rounded."""

from __future__ import annotations

import json
import math
from typing import Any

from qwendesk.lab.figures import Reading, Speed, Tasks
from qwendesk.lab.interval import Interval, Mean, around
from qwendesk.lab.line import Line
from qwendesk.lab.report import facts
from qwendesk.lab.report.report import Report

FORMAT = "qwendesk-lab-report"
VERSION = 1


def document(report: Report) -> str:
    """The text of the file."""
    return json.dumps(_finite(data(report)), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def data(report: Report) -> dict[str, Any]:
    """Everything; a figure is an object with value, low and high, or null."""
    table, advice, fitting = report.table, report.advice, report.fitting
    return {
        "format": FORMAT,
        "version": VERSION,
        "program": f"QwenDesk {report.version}",
        "written": facts.day(report.happened),
        "measured": [facts.day(one) for one in table.span],
        "machines": list(table.machines),
        "reference": {"name": table.reference, "fingerprint": table.selection.reference},
        "window": table.selection.window,
        "drift_texts": list(table.shared),
        "speed_settings": dict(table.selection.speed or {}),
        "texts": [
            {"name": name, "source": source, "sha256": sha} for name, source, sha in facts.texts(report)
        ],
        "notes": [report.labels.word(one) for one in table.notes],
        "advice": {
            "verdict": advice.verdict,
            "keep": advice.label or None,
            "sentence": report.labels.advice(advice),
            "doubts": report.labels.doubts(advice),
            "budget": advice.wanted.budget,
            "budget_share": advice.share,
            "smaller": advice.smaller,
            "than": advice.than or None,
            "context": advice.context,
        },
        "memory_limit": None if fitting is None else {"device": fitting.device, "bytes": fitting.limit},
        "models": [_model(one, report) for one in table.lines],
        "definitions": dict(report.labels.meanings),
    }


def _model(line: Line, report: Report) -> dict[str, Any]:
    of, labels = line.subject, report.labels
    points = [one.points for one in report.fitting.curves if one.key == line.key] if report.fitting else []
    return {
        "label": line.label,
        "name": of.name,
        "quantization": of.quantization,
        "runtime": of.runtime,
        "engine": of.engine,
        "options": dict(of.options),
        "sha256": of.sha256,
        "size_bytes": of.size_bytes,
        "is_reference": line.is_reference,
        "drift": figure(line.drift),
        "scored": line.scored,
        "same_top": figure(line.same_top),
        "texts": {one.text: _reading(one, labels.word) for one in line.readings.values()},
        "speed": _speed(line.speed) if line.speed is not None else None,
        "speeds": [_speed(one) for one in line.speeds],
        "memory": None
        if line.memory is None
        else {"bytes": line.memory.bytes, "is_measured": line.memory.is_measured},
        "tasks": _tasks(line.tasks) if line.tasks is not None else None,
        "longest_context": report.most(line),
        "memory_by_context": [list(one) for one in points[0]] if points else None,
        "failures": [
            {"kind": one.kind, "about": one.about, "why": labels.word(one.note)} for one in line.failures
        ],
    }


def figure(interval: Interval | None) -> dict[str, float | None] | None:
    """A value with its range, whose ends are null where it is not known."""
    if interval is None:
        return None
    low, high = (interval.low, interval.high) if interval.is_known else (None, None)
    return {"value": interval.value, "low": low, "high": high}


def _reading(reading: Reading, word: Any) -> dict[str, Any]:
    return {
        "name": reading.name,
        "scored": reading.scored,
        "perplexity": figure(reading.perplexity),
        "bits_per_byte": reading.bits,
        "drift": _mean(reading.drift),
        "same_top": _mean(reading.same_top),
        "kl_percentiles": [list(one) for one in reading.percentiles],
        "no_comparison": word(reading.refused) if reading.refused is not None else None,
    }


def _speed(speed: Speed) -> dict[str, Any]:
    return {
        "settings": dict(speed.settings),
        "prompt_tps": figure(speed.prompt),
        "decode_tps": figure(speed.decode),
        "load_s": figure(speed.load),
        "joules_per_token": figure(speed.joules),
        "peak_bytes": speed.peak_bytes,
        "temperature": list(speed.temperature) or None,
        "clock_mhz": list(speed.clock) or None,
        "roofline_share": speed.roofline,
    }


def _tasks(tasks: Tasks) -> dict[str, Any]:
    answers = [
        {"id": id, "kind": kind, "answer": answer, "score": score}
        for id, kind, answer, score in tasks.answers
    ]
    told = {
        "name": tasks.name,
        "sha256": tasks.set,
        "score": figure(tasks.score),
        "by_kind": dict(tasks.kinds),
    }
    return {**told, "answers": answers} if answers else told


def _mean(mean: Mean | None) -> dict[str, float | None] | None:
    return figure(around(mean.value, mean.error, 0)) if mean is not None else None


def _finite(value: Any) -> Any:
    """JSON has no infinity."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): _finite(one) for name, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value
