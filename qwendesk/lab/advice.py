"""Which model to keep, and why.

The drift budget is 0.01 nats a token. A mean KL divergence of d means: on text that the reference itself
would write, the perplexity of the other model is exp(d) times as high. So the budget is one percent of
perplexity, whatever the model is and whatever else stands in the table: another candidate changes nobody's
share of it (a budget made of the worst candidate's drift would grow with every bad one).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qwendesk.lab.interval import Interval, exactly
from qwendesk.lab.line import Line
from qwendesk.lab.pareto import Axis, cost
from qwendesk.lab.table import Table

BUDGET = 0.01
"""Nats a token."""
FEW = 2560
"""Scored tokens (ten windows of llama.cpp's size); a standard error of fewer is not worth much."""
SHORTEST = 4096
"""Tokens of context that must fit, unless somebody says otherwise."""

Verdict = Literal["within", "reference", "least", "none_fits", "unknown"]
"""The best that surely keeps to the budget; the reference, which is; what drifts least where nothing does so;
nothing fits into memory; of nobody both drift and the axis are known."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What matters: the smallest file, the highest speed or the least memory; at least so much context.

    Args:
        budget: nats a token.
    """

    axis: Axis = "size"
    context: int = SHORTEST
    budget: float = BUDGET


@dataclass(frozen=True, slots=True)
class Advice:
    """What to keep and what speaks for it; what is not known is None or empty.

    Args:
        key: of the line to keep; `label` its label. Empty where there is no advice.
        drift: its mean KL divergence in nats; None of the reference.
        smaller: the share of bytes that it saves against `than`, a label; below 0 where it is the larger one.
        context: the longest context that fits.
        equal: labels of those whose drift cannot be told from its own, by the 95 % intervals.
        undecided: labels of those that may be within the budget, or not: its own, and better ones.
        scored: tokens that its drift is a mean over; the reference's: the fewest of any.
    """

    verdict: Verdict
    wanted: Wanted
    key: str = ""
    label: str = ""
    drift: Interval | None = None
    smaller: float | None = None
    than: str = ""
    context: int | None = None
    equal: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    scored: int = 0

    @property
    def share(self) -> float | None:
        """Of the budget that the drift takes."""
        return self.drift.value / self.wanted.budget if self.drift is not None else None

    @property
    def is_thin(self) -> bool:
        """Whether too few tokens were scored to rely on it."""
        return self.verdict not in ("unknown", "none_fits") and self.scored < FEW


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: Line
    drift: Interval
    cost: Interval


def advise(
    table: Table,
    most: Mapping[str, int] | None = None,
    wanted: Wanted | None = None,
    whole: Collection[str] = (),
) -> Advice:
    """The best on the axis whose drift is within the budget beyond doubt, and which fits.

    Of several that are equally good on the axis (their ranges touch) the one that drifts least, of several
    that drift alike the smallest. Where nothing keeps to the budget: what drifts least, which is the
    reference where that fits.

    Args:
        most: the longest context that fits, by a line's key (`Fitting.most`); who is not in it, fits.
        whole: keys of those with whom all fits that they were trained for, however little that is.
    """
    wanted, most = wanted or Wanted(), most or {}
    known = _candidates(table.lines, wanted.axis)
    if not any(one.line.drift is not None for one in known):
        return Advice("unknown", wanted)
    fits = [
        one
        for one in known
        if one.line.key in whole or most.get(one.line.key, wanted.context) >= wanted.context
    ]
    if not fits:
        return Advice("none_fits", wanted)
    within = [one for one in fits if one.drift.high <= wanted.budget]
    chosen = _best(within) if within else _least(fits)
    verdict: Verdict = "reference" if chosen.line.is_reference else "within" if within else "least"
    than = _compared_with(table.lines, chosen.line)
    return Advice(
        verdict=verdict,
        wanted=wanted,
        key=chosen.line.key,
        label=chosen.line.label,
        drift=chosen.line.drift,
        smaller=_saved(chosen.line, than),
        than=than.label if than is not None else "",
        context=most.get(chosen.line.key),
        equal=_equal(chosen, fits),
        undecided=_undecided(chosen, fits, wanted.budget),
        scored=chosen.line.scored or min(one.line.scored for one in known if one.line.scored),
    )


def _candidates(lines: Sequence[Line], axis: Axis) -> list[_Candidate]:
    """All of which drift and cost are known; the reference does not drift."""
    found = []
    for line in lines:
        drift = exactly(0.0) if line.is_reference else line.drift
        price = cost(line, axis)
        if drift is not None and price is not None:
            found.append(_Candidate(line, drift, price))
    return found


def _best(within: Sequence[_Candidate]) -> _Candidate:
    cheapest = min(within, key=lambda one: one.cost.value)
    return _least([one for one in within if not cheapest.cost.is_below(one.cost)])


def _least(found: Sequence[_Candidate]) -> _Candidate:
    """What drifts least; of those that drift alike the smallest."""
    least = min(found, key=lambda one: one.drift.value)
    alike = [one for one in found if not least.drift.is_below(one.drift)]
    return min(alike, key=lambda one: (one.line.subject.size_bytes, one.drift.value, one.line.label))


def _equal(chosen: _Candidate, found: Sequence[_Candidate]) -> tuple[str, ...]:
    return tuple(
        one.line.label
        for one in found
        if one is not chosen and not one.drift.is_below(chosen.drift) and not chosen.drift.is_below(one.drift)
    )


def _undecided(chosen: _Candidate, found: Sequence[_Candidate], budget: float) -> tuple[str, ...]:
    return tuple(
        one.line.label
        for one in found
        if (one is chosen or one.cost.value < chosen.cost.value) and one.drift.low <= budget < one.drift.high
    )


def _compared_with(lines: Sequence[Line], chosen: Line) -> Line | None:
    """The reference, or the largest where that is not here."""
    others = [one for one in lines if one.key != chosen.key]
    largest = max(others, key=lambda one: one.subject.size_bytes, default=None)
    return next((one for one in others if one.is_reference), largest)


def _saved(chosen: Line, than: Line | None) -> float | None:
    if than is None or not than.subject.size_bytes:
        return None
    return 1 - chosen.subject.size_bytes / than.subject.size_bytes
