"""The scripted engine, on top of the package `fakeengine` of its environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fakes.scripted_engine import ScriptedEngine, ScriptedOptions
from qwendesk.api.engine import LoadProgress, LoadReport, ModelFiles


class WheelEngine(ScriptedEngine):
    """Tells the version of the package that it found."""

    def load(
        self,
        model: ModelFiles | None = None,
        options: ScriptedOptions | None = None,
        progress: Callable[[LoadProgress], None] = lambda _: None,
    ) -> LoadReport:
        import fakeengine

        report = super().load(model, options, progress)
        return replace(report, engine="fakeengine", version=f"fakeengine {fakeengine.VERSION}")
