"""Options as data: a dataclass whose fields describe themselves.

Forms, command-line flags and the documentation are generated from these descriptions,
so a title, a help sentence and a range are written once, beside the field.
"""

from __future__ import annotations

import math
import os
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from qwendesk.api.problem import Problem

Kind = Literal[
    "integer", "number", "switch", "choice", "text", "path", "folder", "folders", "address", "addresses"
]
T = TypeVar("T")

_KEY = "qwendesk.option"
_KINDS: dict[object, Kind] = {int: "integer", float: "number", bool: "switch", str: "text"}


@dataclass(frozen=True, slots=True)
class Option:
    """One field of an options dataclass, as a form or a flag needs it.

    `optional` fields accept None; `unset` says in a word or two what None, or an empty text, means
    ("random"). A "folders" value is a list of paths; an "addresses" value has one address to a word.
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
    kind: Kind | None = None,
) -> Any:
    """A dataclass field that carries its own description. Ranges are inclusive.

    Args:
        kind: what a text is ("path", "folder", "address" …); else the field's type says it.
    """
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
        "kind": kind,
    }
    return field(default=default, metadata={_KEY: described})


def describe(options: type) -> tuple[Option, ...]:
    """The options of a dataclass in their order; raises TypeError on a field without a description."""
    return _described(options)


@cache
def _described(options: type) -> tuple[Option, ...]:
    hints = typing.get_type_hints(options)
    return tuple(_describe(options, one.name, hints[one.name]) for one in fields(options))


def _describe(owner: type, name: str, hint: object) -> Option:
    entry = next(one for one in fields(owner) if one.name == name)
    described = dict(entry.metadata.get(_KEY) or {})
    if not described or entry.default is MISSING:
        raise TypeError(f"{owner.__name__}.{name} is not made with option()")
    plain, optional = _without_none(hint)
    kind: Kind = described.pop("kind") or ("choice" if described["choices"] else _KINDS[plain])
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


def parsed(kind: str, text: str) -> object:
    """The text in the option's type; one that does not parse stays text, and the check complains."""
    if kind == "switch" and text.lower() in ("on", "off", "true", "false", "yes", "no"):
        return text.lower() in ("on", "true", "yes")
    try:
        if kind == "folders":
            return tuple(one for one in text.split(os.pathsep) if one)
        return int(text) if kind == "integer" else float(text) if kind == "number" else text
    except ValueError:
        return text


def check(one: Option, value: Any) -> Any:
    """The value in the option's own type, or a Problem that names the option and its range."""
    if value is None:
        if one.optional:
            return None
        raise Problem("option_type", option=one.name, value="null", kind=one.kind)
    kinds, checked = _CHECKS[one.kind]
    if isinstance(value, kinds) and (one.kind == "switch" or not isinstance(value, bool)):
        return checked(one, value)
    raise _wrong(one, value)


def _wrong(one: Option, value: Any) -> Problem:
    return Problem("option_type", option=one.name, value=str(value)[:80], kind=one.kind)


def _chosen(one: Option, value: str) -> str:
    if value not in one.choices:
        raise _wrong(one, value)
    return value


def _folders(one: Option, value: Sequence[Any]) -> tuple[str, ...]:
    if not all(isinstance(path, str) for path in value):
        raise _wrong(one, value)
    return tuple(value)


def _addresses(one: Option, value: str) -> str:
    words = value.split()
    if (one.kind == "address" and len(words) > 1) or not all(map(_is_address, words)):
        raise Problem("option_address", option=one.name, value=value[:200])
    return " ".join(words)


def _is_address(word: str) -> bool:
    try:
        parts = urlsplit(word)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _in_range(one: Option, value: float) -> float:
    low, high = one.minimum, one.maximum
    if (low is None or value >= low) and (high is None or value <= high) and not math.isnan(value):
        return value
    raise Problem("option_range", option=one.name, value=value, low=_edge(low), high=_edge(high))


def _edge(bound: float | None) -> str:
    if bound is None:
        return "any"
    return f"{int(bound):,}" if float(bound).is_integer() else f"{bound:g}"


def _as_it_is(_one: Option, value: Any) -> Any:
    return value


_CHECKS: dict[Kind, tuple[tuple[type, ...], Callable[[Option, Any], Any]]] = {
    "integer": ((int,), _in_range),
    "number": ((int, float), lambda one, value: _in_range(one, float(value))),
    "switch": ((bool,), _as_it_is),
    "choice": ((str,), _chosen),
    "text": ((str,), _as_it_is),
    "path": ((str,), _as_it_is),
    "folder": ((str,), _as_it_is),
    "folders": ((list, tuple), _folders),
    "address": ((str,), _addresses),
    "addresses": ((str,), _addresses),
}
