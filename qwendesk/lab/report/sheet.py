"""The report as CSV: one row for each model, base units, nothing rounded, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from qwendesk.lab.interval import Interval, Mean, around, exactly
from qwendesk.lab.line import Line
from qwendesk.lab.report import facts
from qwendesk.lab.report.report import Report

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Value = str | float | int | None


def sheet(report: Report) -> str:
    """The whole file, as RFC 4180 has it."""
    rows = [dict(_row(one, report)) for one in report.table.lines]
    names = list(dict.fromkeys(name for row in rows for name in row))
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([guarded(one) for one in names])
    for row in rows:
        writer.writerow([_written(row.get(one)) for one in names])
    return target.getvalue()


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula, whatever blanks it begins with."""
    clean = text.replace("\0", "")
    begins = (clean, clean.lstrip(" "), clean.lstrip())
    return f"'{clean}" if any(one.startswith(_FORMULAS) for one in begins) else clean


def _written(value: Value) -> str:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else repr(value)


def _row(line: Line, report: Report) -> Iterator[tuple[str, Value]]:
    of = line.subject
    yield from (("model", line.label), ("name", of.name), ("quantization", of.quantization))
    yield from (("runtime", of.runtime), ("engine", of.engine), ("options", facts.told(of.options)))
    yield from (("sha256", of.sha256), ("size_bytes", of.size_bytes))
    yield from (("is_reference", int(line.is_reference)), ("is_advised", int(line.key == report.advice.key)))
    yield from _figure("drift_nats", line.drift)
    yield "scored_tokens", line.scored or None
    yield from _figure("same_top", line.same_top)
    yield from _figure("tasks", line.tasks.score if line.tasks is not None else None)
    yield from _figure("prompt_tps", line.speed.prompt if line.speed is not None else None)
    yield from _figure("decode_tps", line.speed.decode if line.speed is not None else None)
    yield from _figure("joules_per_token", line.speed.joules if line.speed is not None else None)
    yield "memory_bytes", line.memory.bytes if line.memory is not None else None
    yield "memory_is_measured", int(line.memory.is_measured) if line.memory is not None else None
    yield "longest_context", report.most(line)
    yield from _texts(line, report)


def _texts(line: Line, report: Report) -> Iterator[tuple[str, Value]]:
    names = [text.name for text in report.table.texts]
    for text in report.table.texts:
        one = line.readings.get(text.sha256)
        name = text.name if names.count(text.name) == 1 else f"{text.name} {text.sha256[:8]}"
        yield from _figure(f"{name}: perplexity", one.perplexity if one is not None else None)
        yield f"{name}: bits_per_byte", one.bits if one is not None else None
        yield from _figure(f"{name}: drift_nats", _mean(one.drift) if one is not None else None)


def _figure(name: str, interval: Interval | None) -> Iterator[tuple[str, Value]]:
    yield name, interval.value if interval is not None else None
    known = interval if interval is not None and interval.is_known else None
    yield f"{name} low", known.low if known is not None else None
    yield f"{name} high", known.high if known is not None else None


def _mean(mean: Mean | None) -> Interval | None:
    if mean is None:
        return None
    return around(mean.value, mean.error, 0) if mean.error else exactly(mean.value)
