"""A finished reply as the bus tells it, and a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes import scripted_plugin
from qwendesk.api.engine import LoadReport
from qwendesk.api.reply import Finished, Gaps, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.models.model import Model
from qwendesk.runtimes.launch import Launch
from qwendesk.runtimes.session import Recipe, ReplyFinished
from qwendesk.store.connection import Store

Replied = Callable[..., ReplyFinished]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "qwendesk.db")
    yield made
    made.close()


@pytest.fixture
def replied() -> Replied:
    """Makes a ReplyFinished; by keyword the model's name, its options and figures of `Usage` and `Timings`."""

    def make(
        model: str = "m",
        options: dict[str, Any] | None = None,
        running: int = 2,
        decode: float | None = 50.0,
        drafted: int = 10,
    ) -> ReplyFinished:
        recipe = Recipe(
            Model(model, model, Path("m.gguf"), "gguf", "", 0), scripted_plugin.spec(), {}, Launch((), {})
        )
        usage = Usage(100, 25, 90, injected_tokens=10, drafted_tokens=drafted, accepted_tokens=drafted // 2)
        timings = Timings(0.5, 200.0, decode, None, 2.0, 0.125, Gaps(0.02, 0.03, 0.04))
        report = LoadReport("scripted", "1", 400, 4, None, options=options or {"context": 400})
        finished = Finished("stop", "", "", (), usage, timings, Sampling())
        return ReplyFinished(1, recipe, finished, report=report, running=running)

    return make
