"""Options as data: a dataclass whose fields describe themselves.

Forms, command-line flags and the documentation are generated from these descriptions,
so a title, a help sentence and a range are written once, beside the field.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, TypeVar

from qwendesk.api.problem import Problem

Kind = Literal["integer", "number", "switch", "choice", "text", "path"]
T = TypeVar("T")

_KEY = "qwendesk.option"
_KINDS: dict[object, Kind] = {int: "integer", float: "number", bool: "switch", str: "text"}


@dataclass(frozen=True, slots=True)
class Option:
    """One field of an options dataclass, as a form or a flag needs it.

    `optional` fields accept None; `unset` says in a word or two what None means ("random").
    """

    name: str
    title: str
    help: str
    kind: Kind
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    unset: str = ""
    advanced: bool = False


def option(
    default: Any,
    title: str,
    help: str = "",
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
    unset: str = "",
    advanced: bool = False,
    path: bool = False,
) -> Any:
    """A dataclass field that carries its own description. Ranges are inclusive."""
    described = {
        "title": title,
        "help": help,
        "minimum": minimum,
        "maximum": maximum,
        "step": step,
        "unit": unit,
        "choices": choices,
        "unset": unset,
        "advanced": advanced,
        "path": path,
    }
    return field(default=default, metadata={_KEY: described})


def describe(options: type) -> tuple[Option, ...]:
    """The options of a dataclass in their order; raises TypeError on a field without a description."""
    hints = typing.get_type_hints(options)
    return tuple(_describe(options, one.name, hints[one.name]) for one in fields(options))


def _describe(owner: type, name: str, hint: object) -> Option:
    entry = next(one for one in fields(owner) if one.name == name)
    described = dict(entry.metadata.get(_KEY) or {})
    if not described or entry.default is MISSING:
        raise TypeError(f"{owner.__name__}.{name} is not made with option()")
    plain, optional = _without_none(hint)
    is_path = described.pop("path")
    kind: Kind = "choice" if described["choices"] else "path" if is_path else _KINDS[plain]
    return Option(name=name, kind=kind, default=entry.default, optional=optional, **described)


def _without_none(hint: object) -> tuple[object, bool]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        kept = [one for one in typing.get_args(hint) if one is not type(None)]
        return kept[0], len(kept) < len(typing.get_args(hint))
    return hint, False


def build(options: type[T], values: Mapping[str, Any]) -> T:
    """An options object from loose values (a form, a settings file, a flag list), each one checked.

    Raises:
        Problem: `option_unknown`, `option_type` or `option_range`, naming the option.
    """
    known = {one.name: one for one in describe(options)}
    for name in values:
        if name not in known:
            raise Problem("option_unknown", option=name, known=", ".join(known))
    return options(**{name: check(known[name], value) for name, value in values.items()})


def check(one: Option, value: Any) -> Any:
    """The value in the option's own type, or a Problem that names the option and its range."""
    if value is None:
        if one.optional:
            return None
        raise Problem("option_type", option=one.name, value="null", kind=one.kind)
    if one.kind == "integer" and isinstance(value, int) and not isinstance(value, bool):
        return _in_range(one, value)
    if one.kind == "number" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return _in_range(one, float(value))
    if one.kind == "switch" and isinstance(value, bool):
        return value
    if one.kind == "choice" and value in one.choices:
        return value
    if one.kind in ("text", "path") and isinstance(value, str):
        return value
    raise Problem("option_type", option=one.name, value=str(value)[:80], kind=one.kind)


def _in_range(one: Option, value: float) -> float:
    low, high = one.minimum, one.maximum
    if (low is None or value >= low) and (high is None or value <= high) and not math.isnan(value):
        return value
    raise Problem("option_range", option=one.name, value=value, low=_edge(low), high=_edge(high))


def _edge(bound: float | None) -> str:
    return "any" if bound is None else f"{bound:g}"
