"""config.json of a checkpoint: its fields by type, with what must be there demanded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem

_MOST = 1 << 31


class Config:
    """The fields of the text model: those of `text_config` go before those outside.

    Raises:
        Problem: `convert_config` (path, field) from every reader, where the field is not what it must be.
    """

    def __init__(self, values: Mapping[str, Any], path: Path) -> None:
        inner = values.get("text_config")
        self._values = {**values, **inner} if isinstance(inner, dict) else values
        self._outer, self._path = values, path

    def __contains__(self, field: str) -> bool:
        return self._values.get(field) is not None

    def number(self, field: str, default: int | None = None) -> int:
        """A whole number above 0."""
        value = self._values.get(field)
        value = default if value is None else value
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _MOST:
            raise self.wrong(field)
        return value

    def real(self, field: str, default: float | None = None) -> float:
        """A number above 0."""
        value = self._values.get(field)
        return self._positive(default if value is None else value, field)

    def switch(self, field: str, default: bool = False) -> bool:
        value = self._values.get(field)
        return value if isinstance(value, bool) else default

    def names(self, field: str) -> list[str]:
        """A list of texts; empty where there is none."""
        value = self._values.get(field)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def numbers(self, field: str) -> list[int]:
        """A list of whole numbers from 0; empty where there is none."""
        value = self._values.get(field) or []
        if not isinstance(value, list) or not all(type(one) is int and 0 <= one < _MOST for one in value):
            raise self.wrong(field)
        return list(value)

    def text(self, field: str) -> str:
        value = self._values.get(field)
        return value if isinstance(value, str) else ""

    def inner(self, field: str) -> Config:
        """An object inside; an empty one where there is none."""
        value = self._values.get(field)
        return Config(value if isinstance(value, dict) else {}, self._path)

    def anywhere(self, field: str) -> bool:
        """Whether the switch is on, for the text model or for the whole."""
        return True in (self._values.get(field), self._outer.get(field))

    def rope(self) -> Config:
        """The parameters of the rotary embedding, which older files tell as `rope_scaling`."""
        return self.inner("rope_parameters" if "rope_parameters" in self else "rope_scaling")

    def rope_base(self) -> float:
        inside = self.rope()
        return inside.real("rope_theta") if "rope_theta" in inside else self.real("rope_theta")

    def wrong(self, field: str) -> Problem:
        return Problem("convert_config", path=str(self._path), field=field)

    def rope_problem(self, kind: str) -> Problem:
        return Problem("convert_rope", path=str(self._path), kind=kind[:40])

    def _positive(self, value: Any, field: str) -> float:
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < 1e30:
            raise self.wrong(field)
        return float(value)
