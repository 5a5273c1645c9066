"""What the rows of the book tell, as figures; what a row does not tell is None, never zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qwendesk.api.problem import Note
from qwendesk.lab.interval import Interval, Mean, around, middle, number, numbers
from qwendesk.lab.measured import Row


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text told of a model.

    Attributes:
        text: the text's SHA-256; `name` is what it is called, `window` the tokens read at once.
        perplexity: exp(-mean log-probability of the scored tokens), the interval that of the mean, made
            an exponential.
        bits: per byte of the text's part that was scored; comparable across vocabularies.
        drift: the KL divergence from the reference, a mean over the scored tokens in nats.
        same_top: over the same tokens, the share where both find the same token likeliest.
        percentiles: of the divergence, (percent, nats).
        refused: why there is no comparison with the reference, where one was asked for.
    """

    text: str
    name: str
    window: int
    happened: float
    scored: int
    perplexity: Interval | None
    bits: float | None
    drift: Mean | None
    same_top: Mean | None
    percentiles: tuple[tuple[float, float], ...]
    refused: Note | None

    @classmethod
    def of(cls, row: Row) -> Reading | None:
        """None of a row that names no text."""
        text, result = row.settings.get("text"), row.result
        if not isinstance(text, str) or not text:
            return None
        compared = _mapping(result.get("comparison"))
        count = _count(compared.get("count"))
        return cls(
            text=text,
            name=str(row.settings.get("name") or text[:8]),
            window=_count(row.settings.get("window")),
            happened=row.happened,
            scored=_count(result.get("scored")),
            perplexity=_perplexity(result),
            bits=number(result.get("bits_per_byte")),
            drift=_mean(compared.get("kl_mean"), count),
            same_top=_mean(compared.get("same_top"), count),
            percentiles=_percentiles(compared.get("kl_percentiles")),
            refused=_note(result.get("no_comparison")),
        )


@dataclass(frozen=True, slots=True)
class Speed:
    """What a model can do in a second with these settings: medians with quartiles.

    Attributes:
        prompt, decode: tokens a second; `load` seconds; `joules` for each generated token.
        peak_bytes: of memory, at most.
        temperature, clock: lowest and highest while it was measured, °C and MHz.
        roofline: decode speed as a share of what the memory's bandwidth allows.
    """

    settings: Mapping[str, Any]
    prompt: Interval | None
    decode: Interval | None
    load: Interval | None
    joules: Interval | None
    peak_bytes: int | None
    temperature: tuple[float, ...]
    clock: tuple[float, ...]
    roofline: float | None

    @classmethod
    def of(cls, row: Row) -> Speed:
        result = row.result
        peak = number(result.get("peak_bytes"))
        return cls(
            settings=row.settings,
            prompt=middle(numbers(result.get("prompt_tps"))),
            decode=middle(numbers(result.get("decode_tps"))),
            load=middle(numbers(result.get("load_s"))),
            joules=middle(numbers(result.get("joules_per_token"))),
            peak_bytes=int(peak) if peak else None,
            temperature=tuple(numbers(result.get("temperature"))),
            clock=tuple(numbers(result.get("clock_mhz"))),
            roofline=number(result.get("roofline_share")),
        )


@dataclass(frozen=True, slots=True)
class Tasks:
    """How a model did in a set of tasks, shares from 0 to 1; `answers` are (id, kind, answer, score)."""

    set: str
    name: str
    score: Interval | None
    kinds: Mapping[str, float]
    answers: tuple[tuple[str, str, str, float], ...]

    @classmethod
    def of(cls, row: Row) -> Tasks:
        score = number(row.result.get("score"))
        error = number(row.result.get("score_error")) or 0.0
        kinds = _mapping(row.result.get("by_kind"))
        return cls(
            set=str(row.settings.get("tasks", "")),
            name=str(row.settings.get("name", "")),
            score=around(score, error, 0, 1) if score is not None else None,
            kinds={str(one): found for one, value in kinds.items() if (found := number(value)) is not None},
            answers=_answers(row.result.get("answers")),
        )


def _perplexity(result: Mapping[str, Any]) -> Interval | None:
    """From the log-probabilities, whose mean is what is normally distributed."""
    value, told = number(result.get("perplexity")), numbers(result.get("logprob"))
    if value is None:
        return None
    if len(told) == 2:
        nats = around(-told[0], told[1])
        low, high = (_exponential(one) for one in (nats.low, nats.high))
        return Interval(value, min(low, value), max(high, value))
    return around(value, number(result.get("perplexity_error")) or 0.0, least=1)


def _exponential(nats: float) -> float:
    try:
        return math.exp(nats)
    except OverflowError:
        return math.inf


def _mean(pair: Any, count: int) -> Mean | None:
    told = numbers(pair)
    return Mean(told[0], told[1], count) if len(told) == 2 and count else None


def _percentiles(value: Any) -> tuple[tuple[float, float], ...]:
    pairs = [numbers(one) for one in value] if isinstance(value, list | tuple) else []
    return tuple((one[0], one[1]) for one in pairs if len(one) == 2)


def _answers(value: Any) -> tuple[tuple[str, str, str, float], ...]:
    found = [_mapping(one) for one in value] if isinstance(value, list | tuple) else []
    return tuple(
        (str(one["id"]), str(one.get("kind", "")), str(one.get("answer", "")), score)
        for one in found
        if "id" in one and (score := number(one.get("score"))) is not None
    )


def _note(value: Any) -> Note | None:
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str):
        return Note(value[0], dict(_mapping(value[1])))
    return None


def _count(value: Any) -> int:
    found = number(value)
    return max(0, int(found)) if found is not None else 0


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
