"""An option whose field is not made yet: it has a value and a default all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qwendesk.api.options import Option
from qwendesk.ui.widgets.optionfields import Field, make_field


class Unmade:
    """Answers as its field will; `changed` is called where the field would say that its value changed."""

    def __init__(
        self, one: Option, changed: Callable[[], None], make: Callable[[Option], Field] = make_field
    ) -> None:
        self.option = one
        self._make = make
        self.default: Any = one.default
        self._value: Any = one.default
        self._changed = changed

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        value = _told(self.option, value)
        if value != self._value:
            self._value = value
            self._changed()

    def is_changed(self) -> bool:
        return bool(self._value != self.default)

    def set_default(self, default: Any) -> None:
        """Another default, taken over where the value was not changed."""
        follows = not self.is_changed()
        self.default = default
        if follows:
            self.set_value(default)

    def made(self) -> Field:
        """The field, with the value and the default that hold now."""
        field = self._make(self.option)
        field.set_default(self.default)
        if field.value() != self._value:
            field.set_value(self._value)
        return field


def _told(one: Option, value: Any) -> Any:
    """What the field would give back for this value: no text and None are the same to it."""
    if one.kind in ("text", "path", "folder", "address", "addresses"):
        return value or (None if one.optional else "")
    return bool(value) if one.kind == "switch" else value
