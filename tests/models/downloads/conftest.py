"""A queue of downloads over a real hub on 127.0.0.1, a real database and real files."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.hub import Hub
from qwendesk.api.problem import Problem
from qwendesk.api.sources import SourceContext, SourceSpec
from qwendesk.models.downloads.pace import Patience
from qwendesk.models.downloads.pull import Pull
from qwendesk.models.downloads.service import Downloads
from qwendesk.models.sources import Sources
from qwendesk.store.connection import Store
from qwendesk.store.downloads import DownloadRows
from qwendesk.system.bus import Bus
from qwendesk.system.http import Door
from qwendesk.system.paths import Paths
from qwendesk.system.settings import Settings

REPO = "acme/tiny-GGUF"
NAME = "tiny-Q8_0.gguf"
BLOCK = 64 << 10
SIZE = 40 * BLOCK + 1234
CONTENT = random.Random(7).randbytes(SIZE)
SPECS = [
    SourceSpec("huggingface", "HF", "qwendesk_huggingface.service:HuggingFace", "hub", 100),
    SourceSpec("modelscope", "MS", "qwendesk_modelscope.service:ModelScope", "hub", 90),
]


class NoLedger:
    def begin(self, exchange: object) -> None: ...

    update = end = begin


class Bench:
    """Everything that a download needs, and what happened."""

    def __init__(self, paths: Paths, hub: Hub, **settings: Any) -> None:
        paths.home.mkdir(parents=True, exist_ok=True)
        self.paths = paths
        self.settings = Settings(paths.settings)
        self.settings.set("downloads.keep_free_gb", 0)
        self.settings.set("hub.huggingface.endpoint", hub.url)
        self.secrets: dict[str, str] = {}
        self.bus = Bus()
        self.events: list[Any] = []
        self.bus.subscribe(self.events.append)
        self.store = Store(paths.database)
        self.http = Door(lambda: None, NoLedger())
        context = SourceContext(self.http, self.settings.text, self.secrets.get)
        self.sources = Sources(SPECS, context)
        values = {"stall_s": 0.5, "tries": 3, "first_wait_s": 0.01, "most_wait_s": 0.02, **settings}
        self.downloads = Downloads(
            DownloadRows(self.store),
            self.sources,
            self.http,
            self.bus,
            self.settings,
            lambda: paths.models,
            Patience(**values),
        )

    def pull(self, text: str = f"{REPO}:Q8_0", **wish: Any) -> Pull:
        """Queue, fetch, and give the end of it."""
        pull = self.downloads.add(self.downloads.plan(text, **wish))
        self.downloads.start([pull.number])
        return self.ended(pull)

    def ended(self, pull: Pull) -> Pull:
        return self.until(pull, lambda now: now.state in ("done", "failed", "paused") or self.held())

    def until(self, pull: Pull, reached: Callable[[Pull], object]) -> Pull:
        """Wait for the pull to get there; the test's time-out is the limit."""
        import threading

        tick = threading.Event()
        stop = self.bus.subscribe(lambda _: tick.set())
        try:
            while not reached(now := self.downloads.pull(pull.number)):
                tick.wait(0.05)
                tick.clear()
            return now
        finally:
            stop()

    def held(self) -> bool:
        return self.downloads.held() is not None

    @property
    def folder(self) -> Path:
        return self.paths.models / "acme" / "tiny-GGUF"

    @property
    def target(self) -> Path:
        return self.folder / NAME

    @property
    def part(self) -> Path:
        return self.folder / (NAME + ".part")

    def close(self) -> None:
        self.downloads.close()
        self.http.close()
        self.store.close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub({REPO: {NAME: CONTENT, "tiny-F16.gguf": CONTENT[:1000], "README.md": b"# Tiny\n"}}) as made:
        yield made


@pytest.fixture
def make(paths: Paths, hub: Hub) -> Iterator[Callable[..., Bench]]:
    """Benches over one home; all are closed in the end."""
    made: list[Bench] = []

    def build(**settings: Any) -> Bench:
        made.append(Bench(paths, hub, **settings))
        return made[-1]

    yield build
    for one in made:
        one.close()


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    return make()


def problem_of(pull: Pull) -> str:
    return pull.problem.id if pull.problem else ""


def refused(action: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as caught:
        action()
    return caught.value
