"""What can be set about health checks."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_


@dataclass(frozen=True, slots=True)
class HealthOptions:
    """Beyond these the loaded model counts as degraded. Names as in the settings file, below "health"."""

    slowest_reply_s: float = option(
        10.0,
        N_("Slowest reply"),
        N_("A reply should begin within this time."),
        minimum=0.1,
        maximum=3600,
        step=1,
        unit="s",
    )
    memory_above_mb: float = option(
        1000.0,
        N_("Memory above the estimate"),
        N_("A model should not take more than this above what was estimated for it."),
        minimum=1,
        maximum=1_000_000,
        step=100,
        unit="MB",
    )
    slowest_tps: float = option(
        5.0,
        N_("Slowest speed"),
        N_("A reply should come at least this fast."),
        minimum=0,
        maximum=10_000,
        step=1,
        unit="tok/s",
    )
