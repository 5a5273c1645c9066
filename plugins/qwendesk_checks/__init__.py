"""Checks that let the bundled model answer on every runtime."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.health import HealthCheck
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.words import N_
from qwendesk_checks.service import answers, processor, speed, thinking


@hookimpl
def register_health_checks() -> Sequence[HealthCheck]:
    return (
        HealthCheck("seedling", N_("Does Seedling answer right?"), answers),
        HealthCheck("thinking", N_("Does the thinking switch work?"), thinking),
        HealthCheck("speed", N_("Is Seedling as fast as it was?"), speed),
        HealthCheck("processor", N_("Does the engine use what the processor can do?"), processor),
    )
