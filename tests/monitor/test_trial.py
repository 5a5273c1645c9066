"""What earlier trials are worth: only good ones are what later ones are compared with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from qwendesk.api.reply import Finished, ReplyRequest, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.models.bundled import seedling
from qwendesk.models.model import Model
from qwendesk.monitor.trial import Trials
from qwendesk.store.connection import Store
from qwendesk.store.speeds import SpeedRows


class Answering:
    """A session and the runtimes that open it: it says what is set, as fast as is set."""

    def __init__(self) -> None:
        self.answer, self.rate = "68", 100.0

    def form_of(self, model: Model, _runtime: str) -> Model:
        return model

    def open(self, _model: Model, _runtime: str) -> Answering:
        return self

    def wait_ready(self, _seconds: float) -> Any:
        return SimpleNamespace(instructions=())

    def stream(self, _request: ReplyRequest) -> tuple[Any, None]:
        timings = Timings(0.1, 1.0, self.rate)
        said = Finished("stop", "", self.answer, (), Usage(1, 0, 20, 10), timings, Sampling())
        return SimpleNamespace(wait=lambda _seconds: said), None

    def close(self) -> None:
        pass

    def join(self, _seconds: float) -> None:
        pass


class Tries:
    """Trials one after the other."""

    def __init__(self, store: Store) -> None:
        self._session = Answering()
        good: Any = SimpleNamespace(leave_out=lambda _session: None)
        self._trials = Trials(self._session, good, SpeedRows(store), seedling)  # type: ignore[arg-type]

    def __call__(self, rate: float, answer: str = "68") -> float | None:
        """The usual speed that the trial was told."""
        self._session.rate, self._session.answer = rate, answer
        return self._trials.of("r", lambda: False).usual_tps


@pytest.fixture
def tries(store: Store) -> Tries:
    return Tries(store)


def test_slow_trials_stay_slow_however_often_they_are_repeated(tries: Tries) -> None:
    assert tries(100.0) is None
    assert [tries(40.0) for _ in range(6)] == [100.0] * 6


def test_a_wrong_answer_is_no_measure_however_fast(tries: Tries) -> None:
    assert tries(900.0, "70") is None
    assert tries(100.0) is None
    assert tries(900.0, "70") == 100.0
    assert tries(100.0) == 100.0


def test_what_is_usual_follows_what_is_nearly_as_fast(tries: Tries) -> None:
    for _ in range(5):
        tries(100.0)
    assert [tries(60.0) for _ in range(4)] == [100.0, 100.0, 100.0, 60.0]
