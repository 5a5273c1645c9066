"""Whether memory holds a model, before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.lab.entrants import Entrant
from qwendesk.models.memory.fit import Fit
from qwendesk.runtimes.forecast import Forecast


def fit(forecast: Forecast, entrant: Entrant, options: Mapping[str, Any]) -> Fit | None:
    """None where nobody can tell: loading it will say why."""
    try:
        return forecast.fit(entrant.model, entrant.runtime, options)
    except Problem:
        return None


def must_fit(forecast: Forecast, entrant: Entrant, options: Mapping[str, Any]) -> None:
    """Raises Problem `comparison_too_big` (model, memory, most)."""
    found = fit(forecast, entrant, options)
    if found is not None and found.verdict == "too_big":
        title, memory, most = entrant.model.title, found.estimate.total, found.available
        raise Problem("comparison_too_big", model=title, memory=memory, most=most)
