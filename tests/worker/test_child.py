"""The worker's loop, in this process: what it answers and in which order it ends."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest

from fakes.scoring_engine import ScoringEngine
from qwendesk.api.engine import ModelFiles, StopFlag
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk.worker import child as child_module
from qwendesk.worker import wire
from qwendesk.worker.child import Child
from qwendesk.worker.frames import Frames
from qwendesk.worker.outbox import Outbox
from qwendesk.worker.question import CountTokens, Score

LONG = wire.Ask(1, Score(ScoreRequest((1, 2))))


class Stubborn(ScoringEngine):
    """An engine whose score heeds no stop flag, as native code may."""

    instance: Stubborn

    def __init__(self) -> None:
        super().__init__()
        type(self).instance = self
        self.working = threading.Event()
        self.release = threading.Event()

    def score(
        self, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
    ) -> Scores | None:
        self.working.set()
        assert self.release.wait(10)
        return None if stop.is_set() else super().score(request, stop, progress)


class Parent:
    """Keeps what the child says."""

    def __init__(self) -> None:
        self.pipe = io.BytesIO()
        self.child = Child(Outbox(self.pipe))

    def load(self) -> None:
        self.child._load(
            wire.Load(
                ModelFiles("m", "gguf"),
                "worker_test_child:Stubborn",
                "fakes.scripted_engine:ScriptedOptions",
                {},
            )
        )

    def heard(self) -> list[Any]:
        self.child.close()
        return list(Frames[Any](io.BytesIO(self.pipe.getvalue()), wire.ToParent))


@pytest.fixture
def parent(monkeypatch: pytest.MonkeyPatch) -> Parent:
    import sys

    monkeypatch.setitem(sys.modules, "worker_test_child", sys.modules[__name__])
    return Parent()


def test_a_question_without_a_model(parent: Parent) -> None:
    parent.child.handle(wire.Ask(1, CountTokens("x")))
    (answer,) = parent.heard()
    assert (answer.id, answer.problem.id) == (1, "model_not_loaded")


def test_a_cancelled_question_is_answered_with_nothing(parent: Parent) -> None:
    parent.load()
    parent.child.handle(LONG)
    engine = Stubborn.instance
    assert engine.working.wait(10)
    parent.child.handle(wire.Cancel(1))
    engine.release.set()
    answer = parent.heard()[-1]
    assert (answer.id, bytes(answer.answer)) == (1, b"\xc0")
    assert engine.closed


def test_an_engine_is_not_freed_under_a_call(parent: Parent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "CLOSE_S", 0.05)
    parent.load()
    parent.child.handle(LONG)
    engine = Stubborn.instance
    assert engine.working.wait(10)
    parent.child.close()
    assert not engine.closed
    engine.release.set()
