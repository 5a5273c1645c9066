"""Which JSON schemas the engine can hold a reply to.

The wheel's grammar engine (llguidance) prints a schema it cannot compile to stderr and then
generates without any constraint, so what it is known to refuse is refused here, before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qwendesk.api.problem import Problem

_TYPES = frozenset({"null", "boolean", "object", "array", "number", "string", "integer"})
_UNSUPPORTED = frozenset(
    {
        "not",
        "if",
        "then",
        "else",
        "uniqueItems",
        "contains",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
        "unevaluatedItems",
    }
)
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"}
)
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "$defs", "definitions")
_SINGLE = ("items", "additionalProperties", "additionalItems")
_DEEPEST = 64


def check_schema(schema: dict[str, Any]) -> None:
    """Pass, or raise Problem `schema_unsupported` with the keyword that the engine would ignore."""
    for fault in _faults(schema, schema, 0):
        raise Problem("schema_unsupported", keyword=fault)


def _faults(part: Any, root: dict[str, Any], depth: int) -> Iterator[str]:
    if isinstance(part, bool):
        return
    if not isinstance(part, dict) or depth > _DEEPEST:
        yield "schema"
        return
    yield from (name for name in part if name in _UNSUPPORTED and not _is_idle(name, part[name]))
    yield from _value_faults(part, root)
    for inner in _inner(part):
        yield from _faults(inner, root, depth + 1)


def _is_idle(name: str, value: object) -> bool:
    return name == "uniqueItems" and value is False


def _value_faults(part: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    types = part.get("type", [])
    if not all(one in _TYPES for one in (types if isinstance(types, list) else [types])):
        yield "type"
    if not isinstance(part.get("required", []), list):
        yield "required"
    if "format" in part and part["format"] not in _FORMATS:
        yield "format"
    if "$ref" in part and not _resolves(part["$ref"], root):
        yield "$ref"
    patterns = [part["pattern"]] if "pattern" in part else []
    patterns += list(part.get("patternProperties", {}))
    if not all(map(_is_regular, patterns)):
        yield "pattern"


def _is_regular(pattern: object) -> bool:
    # Look-around and back references are no regular language; the engine refuses them.
    if not isinstance(pattern, str) or re.search(r"\(\?(?!:)|\\[1-9]", pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _resolves(ref: object, root: dict[str, Any]) -> bool:
    if not isinstance(ref, str) or not (ref == "#" or ref.startswith("#/")):
        return False
    place: Any = root
    for step in ref.split("/")[1:]:
        place = place.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(place, dict) else None
    return isinstance(place, (dict, bool))


def _inner(part: dict[str, Any]) -> Iterator[Any]:
    for name in _LISTS:
        yield from part[name] if isinstance(part.get(name), list) else ()
    for name in _MAPS:
        yield from part[name].values() if isinstance(part.get(name), dict) else ()
    for name in _SINGLE:
        if name in part and not isinstance(part[name], list):
            yield part[name]
