"""The figures of a reply as metrics, and their averages by model, runtime and settings.

Rates, times and counts are those of `qwendesk.api.reply`, where each is defined beside its field. Here:

- reused: the share of the prompt's tokens that came from the cache.
- occupancy: replies that ran in the worker when this one ended, itself included, over those that the engine
  computes at once; above 1 some were waiting.
- kv_use: tokens in the sequence at the end (prompt, reply, and what was put in between) over its context.
- acceptance: the share of the tokens guessed ahead by speculation that were right.
- settings: what the model was loaded with, as the engine honoured it. Sampling is none of them.
- an average is the mean over replies, each counting once; of percentiles, the mean of the replies' own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qwendesk.runtimes.session import ReplyFinished
from qwendesk.store.metrics import ReplyRow, Series, Span

# Names of the figures and what they are measured in, in the order in which they are shown.
FIGURES: Mapping[str, str] = {
    "ttft_s": "s",
    "queue_s": "s",
    "prompt_tps": "tok/s",
    "decode_tps": "tok/s",
    "gap_p50_s": "s",
    "gap_p95_s": "s",
    "gap_p99_s": "s",
    "total_s": "s",
    "prompt_tokens": "tokens",
    "reused_tokens": "tokens",
    "completion_tokens": "tokens",
    "reused": "share",
    "occupancy": "share",
    "kv_use": "share",
    "acceptance": "share",
}


@dataclass(frozen=True, slots=True)
class Whose:
    """What averages are taken over."""

    model: str
    runtime: str
    settings: str


@dataclass(frozen=True, slots=True)
class Average:
    """Over the `count` replies that had the figure."""

    count: int
    mean: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Averages:
    """Of one model with one runtime and one set of settings, by the names in `FIGURES`.

    `last`: of the newest replies, `replies` of them; `ever`: of all there were.
    """

    whose: Whose
    replies: int
    last: Mapping[str, Average] = field(default_factory=dict)
    ever: Mapping[str, Average] = field(default_factory=dict)


def whose(event: ReplyFinished) -> Whose:
    options = event.report.options if event.report is not None and event.report.options else None
    settings = json.dumps(options or event.recipe.options, sort_keys=True, default=str, ensure_ascii=False)
    return Whose(event.recipe.model.name, event.recipe.spec.id, settings)


def figures(event: ReplyFinished) -> dict[str, float]:
    """What was measured of a reply, by the names in `FIGURES`; what was not is left out."""
    usage, timings, report = event.finished.usage, event.finished.timings, event.report
    gaps = timings.gaps
    tokens = usage.prompt_tokens + usage.completion_tokens + usage.injected_tokens
    found = {
        "ttft_s": timings.ttft_s,
        "queue_s": timings.queue_s,
        "prompt_tps": timings.prompt_tps,
        "decode_tps": timings.decode_tps,
        "gap_p50_s": gaps.p50_s if gaps is not None else None,
        "gap_p95_s": gaps.p95_s if gaps is not None else None,
        "gap_p99_s": gaps.p99_s if gaps is not None else None,
        "total_s": timings.total_s,
        "prompt_tokens": usage.prompt_tokens,
        "reused_tokens": usage.reused_tokens,
        "completion_tokens": usage.completion_tokens,
        "reused": _share(usage.reused_tokens, usage.prompt_tokens),
        "occupancy": _share(event.running, report.slots if report is not None else 0),
        "kv_use": _share(tokens, report.context if report is not None else 0),
        "acceptance": _share(usage.accepted_tokens, usage.drafted_tokens),
    }
    return {name: float(value) for name, value in found.items() if value is not None}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def averages(replies: Iterable[ReplyRow], ever: Iterable[tuple[Series, Span]], last: int) -> list[Averages]:
    """Averages over the last so many replies and over all, the most recently used first.

    Args:
        replies: the newest first.
        ever: spans of the kind "reply" that hold everything.
    """
    newest: dict[Whose, list[dict[str, float]]] = {}
    for row in replies:
        those = newest.setdefault(Whose(row.model, row.runtime, row.settings), [])
        if len(those) < last:
            those.append(json.loads(row.figures))
    whole: dict[Whose, dict[str, Average]] = {}
    for series, span in ever:
        known = whole.setdefault(Whose(series.name, series.runtime, series.settings), {})
        known[series.metric] = Average(span.count, span.mean, span.least, span.most)
    return [
        Averages(one, len(newest.get(one, ())), mean(newest.get(one, ())), whole.get(one, {}))
        for one in {**newest, **whole}
    ]


def mean(replies: Iterable[Mapping[str, float]]) -> dict[str, Average]:
    """The average of each figure over the replies that have it."""
    found: dict[str, list[float]] = {}
    for figures in replies:
        for name, value in figures.items():
            found.setdefault(name, []).append(value)
    return {
        name: Average(len(values), sum(values) / len(values), min(values), max(values))
        for name, values in found.items()
    }


def distinctive(found: Sequence[Averages]) -> list[dict[str, Any]]:
    """For each, the settings in which it differs from others of the same model and runtime."""
    settings = [json.loads(one.whose.settings) for one in found]
    alike: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one, own in zip(found, settings, strict=True):
        alike.setdefault((one.whose.model, one.whose.runtime), []).append(own)
    return [
        {
            name: value
            for name, value in own.items()
            if _differs(name, value, alike[one.whose.model, one.whose.runtime])
        }
        for one, own in zip(found, settings, strict=True)
    ]


def _differs(name: str, value: Any, others: Iterable[Mapping[str, Any]]) -> bool:
    return any(name not in other or other[name] != value for other in others)
