"""Whether the hubs can be reached by the way that the settings give: mirrors, proxies, offline switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qwendesk.api.health import CheckContext, CheckResult, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.api.words import N_
from qwendesk.models.sources import Sources

_SEARCH = "Qwen"


def reachable(sources: Sources, offline: Callable[[], Problem | None]) -> HealthCheck:
    """Asks each hub one small question; each is a request in the ledger."""

    def run(_context: CheckContext) -> Iterator[CheckResult]:
        if (why := offline()) is not None:
            yield CheckResult("ok", why.note())
            return
        for spec in sources.hubs:
            try:
                sources.hub(spec.id)[1].search(_SEARCH, limit=1)
            except Problem as problem:
                yield CheckResult("fail", problem.note(), subject=spec.id)
            else:
                yield CheckResult("ok", Note("hub_reached", {"hub": spec.title}), subject=spec.id)

    return HealthCheck("network", N_("Can the hubs be reached?"), run, "network")
