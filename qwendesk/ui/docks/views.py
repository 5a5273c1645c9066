"""The bodies of all docks, made once the engine room is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qwendesk.ui.docks.details import DetailsView
from qwendesk.ui.docks.dock import Dock
from qwendesk.ui.docks.health import HealthView
from qwendesk.ui.docks.log import LogView
from qwendesk.ui.docks.models import ModelsView
from qwendesk.ui.docks.run import RunView


@dataclass(frozen=True, slots=True)
class Views:
    """One for each dock."""

    models: ModelsView
    run: RunView
    details: DetailsView
    health: HealthView
    log: LogView


def fill(docks: Mapping[str, Dock], memory_bytes: int, log: Callable[[], tuple[str, ...]]) -> Views:
    """Make every body and put it into its dock."""
    views = Views(ModelsView(), RunView(memory_bytes), DetailsView(), HealthView(), LogView(log))
    docks["models"].set_body(views.models)
    docks["run"].set_body(views.run)
    docks["details"].set_body(views.details)
    docks["health"].set_body(views.health)
    docks["log"].set_body(views.log)
    return views
