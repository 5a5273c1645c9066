"""Which models are for which task, and how good each may be expected to be. Judgement, not measurement.

Quality is a number to order models by: ten points for twice the size, one for a month of progress, less what
a quantization loses. For a mixture of experts the size is the geometric mean of all and active parameters.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from qwendesk.models.advisor.wish import Task, Wish
from qwendesk.models.catalog import Entry, Family, Quant, catalogue

_WIDESPREAD = frozenset({"en", "zh"})
_COMMON = frozenset(
    {"ar", "de", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "vi"}
)
_FEW, _MANY = 29, 100
_THINKERS = ("thinking", "reasoning", "hybrid", "instruct")
_TALKERS = ("chat", "instruct", "hybrid")


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a task asks of a model; `bonus` is for kinds that are made for it."""

    kinds: dict[str, float]
    variants: tuple[str, ...] = _TALKERS
    context: int = 8192
    least: int = 8192
    native: int = 0
    ability: str = ""
    comfortable: float = 5.0
    thinking: float = 0.0


NEEDS: dict[Task, _Needs] = {
    "chat": _Needs({"general": 0}),
    "code": _Needs({"general": 0, "coder": 6}, context=32768, comfortable=6.0),
    "math": _Needs({"general": 0, "reasoning": 4}, _THINKERS, context=16384, thinking=6),
    "reasoning": _Needs({"general": 0, "reasoning": 4}, _THINKERS, context=16384, thinking=6),
    "vision": _Needs({"vision": 0}, least=4096, ability="images", comfortable=4.0),
    "audio": _Needs(
        {"audio": 0, "omni": 2}, (*_TALKERS, "asr"), least=4096, ability="audio", comfortable=4.0
    ),
    "embedding": _Needs({"embedding": 0}, ("embedding",), least=2048, ability="embed", comfortable=0.0),
    "long": _Needs({"general": 0}, context=131072, least=32768, native=131072, comfortable=4.0),
}


@dataclass(frozen=True, slots=True)
class Suitable:
    """A model for the task; `quality` before quantization."""

    family: Family
    entry: Entry
    quality: float


def suitable(wish: Wish) -> list[Suitable]:
    """Every model for the task and the languages that GGUF files are known of, the best first."""
    return sorted(_suitable(wish), key=lambda one: (-one.quality, one.entry.repo))


def _suitable(wish: Wish) -> Iterator[Suitable]:
    needs = NEEDS[wish.task]
    for family, entry in catalogue().entries():
        if family.kind not in needs.kinds or not entry.gguf or not entry.about_billions:
            continue
        if (entry.variant or "") not in needs.variants or not _reads(family, wish.task):
            continue
        if max(family.context.native or 0, entry.context or 0) < needs.native:
            continue
        if not all(_speaks(family, one) for one in wish.languages):
            continue
        yield Suitable(family, entry, _quality(family, entry, wish))


def _reads(family: Family, task: Task) -> bool:
    wanted = {"vision": "image", "audio": "audio"}.get(task, "text")
    return wanted in (family.inputs or ("text",)) and not (task == "embedding" and "image" in family.inputs)


def _speaks(family: Family, language: str) -> bool:
    """Cards tell how many languages, seldom which: the common ones are in every such number."""
    language = language.lower().replace("_", "-").split("-", maxsplit=1)[0]
    if language in _WIDESPREAD:
        return True
    count = family.languages.count
    if count is None:
        return family.generation >= 3  # made from bases that speak 119
    return count >= (_FEW if language in _COMMON else _MANY)


def _quality(family: Family, entry: Entry, wish: Wish) -> float:
    needs = NEEDS[wish.task]
    billions = entry.about_billions
    size = math.sqrt(billions * entry.active_billions) if entry.active_billions else billions
    year, month, *_ = [*(entry.released or family.released or "2023-08").split("-"), "1"]
    months = (int(year) - 2023) * 12 + int(month)
    thinks = (family.thinking.mode in ("hybrid", "always")) or entry.variant == "thinking"
    spread = 2.0 if set(wish.languages) - _WIDESPREAD and (family.languages.count or 0) > _MANY else 0.0
    return (
        10 * math.log2(max(size, 0.05))
        + months
        + needs.kinds[family.kind]
        + (needs.thinking if thinks else 0.0)
        + spread
    )


def lost(quant: Quant, billions: float) -> float:
    """Points that a quantization costs; small models suffer more."""
    loss = quant.perplexity_loss if quant.perplexity_loss is not None else 0.0 if quant.bits > 8 else 0.2
    return 13 * loss * (1 + 2 / billions)
