"""Scores and vectors by Transformers: long windows in little memory, and a stop that is heard inside one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from fakes.generating import NEVER
from qwendesk.api.engine import ModelFiles
from qwendesk.api.problem import Problem
from qwendesk.api.scores.outcome import Stopped
from qwendesk.api.scoring import ScoreRequest
from qwendesk.system.paths import resources
from qwendesk_transformers.engine import TransformersEngine, scoring
from qwendesk_transformers.engine.stopping import Stoppable
from qwendesk_transformers.options import TransformersOptions

TEXT = "Once there was a seed that slept in a drawer. " * 30
PLACES = 7


class After:
    """A flag that is set once it has been looked at so many times."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.fixture(scope="module")
def engine() -> Iterator[TransformersEngine]:
    opened = TransformersEngine()
    options = TransformersOptions(context=1024, threads=1, slots=1)
    opened.load(ModelFiles(str(resources() / "seedling" / "hf"), "safetensors"), options, lambda _: None)
    yield opened
    opened.close()


@pytest.fixture
def tokens(engine: TransformersEngine) -> tuple[int, ...]:
    return tuple(engine.tokenize(TEXT, special=True)[:200])


@pytest.mark.parametrize(("window", "first"), [(None, 1), (50, 26), (8, 7)])
def test_a_few_places_at_a_time_are_the_same_scores(
    engine: TransformersEngine,
    tokens: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
    window: int | None,
    first: int,
) -> None:
    request = ScoreRequest(tokens, window=window, first=first, top=2)
    whole = engine.score(request, NEVER, lambda *_: None)
    assert engine._loaded is not None
    monkeypatch.setattr(scoring, "_LOGITS_BYTES", PLACES * 4 * engine._loaded.vocabulary.size)
    heads, heard = [], []
    hook = engine._loaded.model.get_output_embeddings().register_forward_pre_hook(
        lambda _module, states: heads.append(len(states[0]))
    )
    parts = engine.score(request, NEVER, lambda done, _all: heard.append(done))
    hook.remove()
    assert whole is not None
    assert parts is not None
    assert [one.place for one in parts.scores] == [one.place for one in whole.scores]
    assert [one.logprob for one in parts.scores] == pytest.approx(
        [one.logprob for one in whole.scores], abs=1e-4
    )
    assert max(heads) <= PLACES
    assert sum(heads) == len(whole.scores)
    assert heard == sorted(heard)
    assert heard[-1] == len(tokens) // (window or len(tokens)) * (window or len(tokens))


def test_a_stop_is_heard_inside_a_window_and_inside_a_text(
    engine: TransformersEngine, tokens: tuple[int, ...]
) -> None:
    ends: list[bool] = []
    assert engine._loaded is not None
    hook = engine._loaded.model.base_model.norm.register_forward_hook(lambda *_: ends.append(True))
    assert engine.embed([tokens], NEVER) is not None
    assert len(ends) == 1
    assert engine.score(ScoreRequest(tokens), After(40), lambda *_: None) is None
    assert engine.embed([tokens], After(40)) is None
    assert len(ends) == 1
    hook.remove()


def test_a_stop_between_two_places_leaves_no_file(
    engine: TransformersEngine,
    tokens: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    assert engine._loaded is not None
    monkeypatch.setattr(scoring, "_LOGITS_BYTES", PLACES * 4 * engine._loaded.vocabulary.size)
    stop = threading.Event()
    heard: list[int] = []

    def progress(done: int, _all: int) -> None:
        heard.append(done)
        if len(heard) == 2:
            stop.set()

    request = ScoreRequest(tokens, first=len(tokens) // 2 + 1, save=str(tmp_path / "base.dat"))
    assert engine.score(request, stop, progress) is None
    assert len(heard) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_stop_ends_only_what_its_own_thread_computes() -> None:
    stop = threading.Event()
    stop.set()
    sums: list[float] = []
    with Stoppable(stop):
        other = threading.Thread(target=lambda: sums.append(float(torch.ones(3).sum())))
        other.start()
        other.join(20)
        with pytest.raises(Stopped):
            torch.ones(3).sum()
    assert sums == [3.0]


def test_an_empty_text_has_no_vector(engine: TransformersEngine) -> None:
    with pytest.raises(Problem) as caught:
        engine.embed([[65], []], NEVER)
    assert (caught.value.id, caught.value.arguments) == ("text_empty", {"number": 2})
    assert engine.embed([], NEVER) == []
