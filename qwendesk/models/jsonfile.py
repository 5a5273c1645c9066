"""A small JSON file of a model, as foreign as the rest: an object, or one clear Problem."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem

_LARGEST = 1 << 26


def read_object(path: Path) -> Fields:
    """The object in the file.

    Raises:
        Problem: `model_unreadable`, or `model_header_broken` where it is no JSON object.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise Problem("model_header_broken", path=str(path), detail="too large")
        data = path.read_bytes()
    except OSError as error:
        raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error
    return parse_object(data, str(path))


def parse_object(data: bytes, path: str) -> Fields:
    """The same from bytes; `path` is for the Problem."""
    try:
        value = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Problem("model_header_broken", path=path, detail=str(error)[:200]) from error
    if not isinstance(value, dict):
        raise Problem("model_header_broken", path=path, detail="not an object")
    return Fields(value)


class Fields:
    """An object's fields by type: what has another type than it should is as good as absent."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str, most: int = 1 << 62) -> int:
        """A whole number from 0 to `most`; 0 where there is none."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else 0

    def real(self, name: str) -> float:
        value = self.values.get(name)
        return float(value) if isinstance(value, float) and abs(value) < 1e30 else float(self.number(name))

    def switch(self, name: str) -> bool:
        return self.values.get(name) is True

    def list(self, name: str) -> list[Any]:
        value = self.values.get(name)
        return value if isinstance(value, list) else []

    def inner(self, name: str) -> Fields:
        """An object inside; an empty one where there is none."""
        value = self.values.get(name)
        return Fields(value if isinstance(value, dict) else {})
