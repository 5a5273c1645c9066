"""The settings that people change, described: for a form, a command, and a check before they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qwendesk.api.options import Option, check, describe
from qwendesk.api.problem import Problem
from qwendesk.system.settings import Settings


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together: `prefix` is the part of their names before the option's."""

    prefix: str
    title: str
    options: type


class Preferences:
    """Groups of settings, by their prefix."""

    def __init__(self, settings: Settings, groups: Iterable[Group]) -> None:
        self._settings = settings
        self.groups = {one.prefix: one for one in groups}

    def values(self, prefix: str) -> dict[str, Any]:
        """What holds, by option name. A value in the file that the option refuses counts as unset."""
        kept = self._settings.table(prefix)
        return {one.name: _read(one, kept.get(one.name)) for one in describe(self.groups[prefix].options)}

    def options(self) -> dict[str, Option]:
        """Every setting by its whole name, in the order of the groups."""
        return {
            f"{group.prefix}.{one.name}": one
            for group in self.groups.values()
            for one in describe(group.options)
        }

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep values by their whole names; the default is kept as unset. All are checked before any is kept.

        Raises:
            Problem: `setting_unknown` (name), `option_type`, `option_range`, `option_address`,
                `settings_not_saved`.
        """
        known = self.options()
        for name in values:
            if name not in known:
                raise Problem("setting_unknown", name=name)
        checked = {name: check(replace(known[name], name=name), value) for name, value in values.items()}
        for name, value in checked.items():
            kept = list(value) if isinstance(value, tuple) else value
            self._settings.set(name, None if value == known[name].default else kept)


def _read(one: Option, kept: Any) -> Any:
    try:
        return one.default if kept is None else check(one, kept)
    except Problem:
        return one.default
