"""The Qwen family as a matrix, the newest first: for a page and a command."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.problem import Problem
from qwendesk.models.catalog import Entry, Family, catalogue


@dataclass(frozen=True, slots=True)
class Row:
    """A family, or one model of it. Unknowns are empty.

    Args:
        family: the id of the family, for either.
        context: native length, and with an arrow the one that can be reached: "32K → 128K".
        gguf: repositories with GGUF files, official ones first.
    """

    family: str
    name: str
    kind: str
    released: str
    sizes: tuple[str, ...]
    context: str
    languages: int | None
    thinking: str
    tools: bool | None
    inputs: tuple[str, ...]
    licence: str
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    best_for: tuple[str, ...]
    gguf: tuple[str, ...]


def compared() -> list[Row]:
    """A row for each family."""
    newest = sorted(catalogue().families, key=lambda one: (one.generation, one.released or ""), reverse=True)
    return [_row(one) for one in newest]


def compared_family(name: str) -> list[Row]:
    """A row for each model of a family.

    Raises:
        Problem: `family_unknown` (family, known).
    """
    family = catalogue().family(name)
    if family is None:
        known = ", ".join(one.id for one in catalogue().families)
        raise Problem("family_unknown", family=name, known=known)
    return [_row(family, entry) for entry in family.models]


def _row(family: Family, entry: Entry | None = None) -> Row:
    models = family.models if entry is None else (entry,)
    licences = dict.fromkeys(one.licence for one in models if one.licence)
    return Row(
        family=family.id,
        name=family.name if entry is None else entry.title,
        kind=family.kind,
        released=(entry.released if entry is not None else None) or family.released or "",
        sizes=tuple(dict.fromkeys(one.size for one in models if one.size)),
        context=_context(family, entry),
        languages=family.languages.count,
        thinking=family.thinking.mode or "",
        tools=family.tools.supported,
        inputs=family.inputs,
        licence=", ".join(licences) or family.licence.default or "",
        strengths=family.strengths,
        weaknesses=family.weaknesses,
        best_for=family.best_for,
        gguf=tuple(dict.fromkeys(one.repo for model in models for one in model.gguf)),
    )


def _context(family: Family, entry: Entry | None) -> str:
    native = (entry.context if entry is not None else None) or family.context.native
    extended = family.context.extended
    parts = [native, extended if extended and native and extended > native else None]
    return " → ".join(_short(one) for one in parts if one)


def _short(tokens: int) -> str:
    """Tokens in multiples of 1,024, as cards do: 32768 → "32K"; a million is "1M"."""
    return f"{tokens / 1_000_000:.3g}M" if tokens >= 1_000_000 else f"{tokens // 1024}K"
