"""Whether a plugin is blocked, and turning it off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck
from qwendesk.api.problem import Note
from qwendesk.api.words import N_
from qwendesk.plugins import PluginReport
from qwendesk.system.settings import Settings

_ALLOWED = "plugins.allowed"


def blocked(reports: Callable[[], Sequence[PluginReport]], settings: Settings) -> HealthCheck:
    """Each blocked plugin with its reason; one that is not ours can be turned off."""

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        told = reports()
        working = sum(one.state == "active" for one in told)
        if not any(one.state == "blocked" for one in told):
            yield CheckResult("ok", Note("plugins_work", {"count": working}))
        for one in told:
            if one.state == "blocked":
                reason = one.problem or Note("plugin_raised", {"detail": ""})
                fix = None if one.built_in else _turn_off(settings, one.name)
                yield CheckResult("fail", reason, subject=one.name, fix=fix)

    return HealthCheck("plugin", N_("Do all plugins work?"), run, "fast")


def _turn_off(settings: Settings, name: str) -> Fix:
    def act(_context: CheckContext) -> Note:
        settings.set(_ALLOWED, [one for one in settings.words(_ALLOWED) if one != name])
        return Note("plugin_turned_off", {"plugin": name})

    return Fix(N_("Turn it off"), act)
