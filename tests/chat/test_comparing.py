"""A comparison with scripted engines and with the real Seedling in two quantizations, in real workers."""

from __future__ import annotations

import os
import queue
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes import scripted_plugin
from qwendesk.api.messages import Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.chat.comparing.comparison import Comparison
from qwendesk.chat.comparing.contestant import (
    ComparisonBegan,
    ComparisonEnded,
    Contestant,
    ContestantMoved,
)
from qwendesk.chat.comparing.plan import Plan
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import Choice, TurnChanged
from qwendesk.models.library import Model
from qwendesk.runtimes.state import SessionChanged
from qwendesk.runtimes.supervisor import Patience
from qwendesk.system.paths import Paths

TESTS = Path(__file__).parents[1]
SLOW = {"text": "tick " * 500, "delay_s": 0.02}


class Heard:
    """The bus, as a queue that keeps everything."""

    def __init__(self, app: App) -> None:
        self.all: list[Any] = []
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        app.bus.subscribe(self._events.put)

    def until(self, kind: type, when: Callable[[Any], object] = lambda event: True) -> Any:
        while True:
            event = self._events.get(timeout=20)
            self.all.append(event)
            if isinstance(event, kind) and when(event):
                return event

    def plan(self) -> Plan:
        return self.until(ComparisonBegan).plan  # type: ignore[no-any-return]

    def end(self) -> None:
        self.until(ComparisonEnded)


@pytest.fixture
def app(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))
    with App(paths, [scripted_plugin.found()], Patience(0.5, 0.5, beat=0.05)) as app:
        yield app


@pytest.fixture
def heard(app: App) -> Heard:
    return Heard(app)


@pytest.fixture
def comparison(app: App) -> Iterator[Comparison]:
    made = Comparison(app.runtimes, app.forecast, app.bus)
    yield made
    made.close()


@pytest.fixture
def scripted(seedling: Path) -> Callable[..., Contestant]:
    """A contestant whose model says this; the same script is the same load."""

    def made(label: str, replies: dict[str, Any], **sampling: Any) -> Contestant:
        model = Model("m", label, seedling, "gguf", "", 0)
        choice = Choice(model, None, scripted_plugin.options(replies))
        return Contestant(label, choice, Settings(Sampling(**sampling)))

    return made


def texts(comparison: Comparison, round: int = -1) -> list[str | None]:
    return [one.turn.answer if one else None for one in comparison.rounds()[round].answers]


def test_all_are_asked_the_same_and_their_talks_go_on(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    comparison.add(scripted("A", {"hi": "Hello!", "more": "A more"}))
    comparison.add(scripted("B", {"hi": "Good day!", "more": "B more"}))
    comparison.ask("hi")
    assert comparison.busy
    assert heard.plan().mode == "together"
    heard.end()
    assert not comparison.busy
    assert texts(comparison) == ["Hello!", "Good day!"]
    comparison.ask("more")
    assert heard.plan() == Plan("together"), "nothing is missing: both are loaded"
    heard.end()
    assert texts(comparison) == ["A more", "B more"]
    assert [one.question for one in comparison.rounds()] == ["hi", "more"]
    first, second = (one for one in comparison.rounds()[0].answers if one is not None)
    assert first.load_s is not None
    assert first.memory_bytes > 1_000_000
    assert not first.shares
    assert first.turn.finished is not None
    assert second.turn.finished is not None
    assert first.turn.finished.sampling.seed == second.turn.finished.sampling.seed is not None


def test_nobody_begins_before_all_are_loaded(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    comparison.add(scripted("A", {"hi": "Hello!"}))
    comparison.add(scripted("B", {"hi": "Good day!"}))
    comparison.ask("hi")
    heard.end()
    ready = [at for at, one in enumerate(heard.all) if isinstance(one, SessionChanged) and one.state.report]
    began = [at for at, one in enumerate(heard.all) if isinstance(one, TurnChanged)]
    assert len({heard.all[at].session for at in ready if at < began[0]}) == 2


def test_the_same_load_is_shared_and_a_seed_of_ones_own_holds(
    app: App, comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    replies = {"hi": "Hello!"}
    comparison.add(scripted("cold", replies, temperature=0.0))
    comparison.add(scripted("hot", replies, temperature=1.5, seed=7))
    comparison.ask("hi")
    heard.end()
    answers = comparison.rounds()[0].answers
    assert all(one is not None and one.shares for one in answers)
    used = [one.turn.finished.sampling for one in answers if one and one.turn.finished]
    assert [one.temperature for one in used] == [0.0, 1.5]
    assert used[1].seed == 7
    assert used[0].seed is not None
    assert len(app.runtimes.sessions()) == 1


def test_more_than_its_slots_are_not_asked_at_once(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant], monkeypatch: pytest.MonkeyPatch
) -> None:
    from fakes.scripted_engine import ScriptedEngine

    assert ScriptedEngine().load().slots == 4
    flying: set[int] = set()
    most = 0
    for number in range(4):
        comparison.add(scripted(str(number), {"hi": {"text": "a b c d", "delay_s": 0.01}}))
    monkeypatch.setattr("qwendesk.chat.comparing.race._slots", lambda _session: 2)
    comparison.ask("hi")
    while not isinstance(event := heard.until(object), ComparisonEnded):
        if isinstance(event, ContestantMoved):
            (flying.add if event.stage == "answering" else flying.discard)(event.contestant)
            most = max(most, len(flying))
    assert most == 2
    assert texts(comparison) == ["a b c d"] * 4


def test_what_does_not_fit_together_is_asked_in_turn(
    app: App,
    comparison: Comparison,
    heard: Heard,
    scripted: Callable[..., Contestant],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contestants = [scripted("A", {"hi": "Hello!"}), scripted("B", {"hi": "Good day!"})]
    needed = app.forecast.estimate(contestants[0].choice.model, "scripted").total
    free = int(needed * 1.6)
    monkeypatch.setattr(app.forecast, "_available", lambda: free - needed * len(app.runtimes.sessions()))
    for one in contestants:
        comparison.add(one)
    for _time in range(2):
        comparison.ask("hi")
        plan = heard.plan()
        assert (plan.mode, plan.unloads, plan.available) == ("in turn", True, free)
        heard.end()
        assert texts(comparison) == ["Hello!", "Good day!"]
        assert app.runtimes.sessions() == []
    assert _most_at_once(heard.all) == 1
    assert all(one and one.memory_bytes and one.load_s for one in comparison.rounds()[0].answers)


def _most_at_once(events: list[Any]) -> int:
    live: set[int] = set()
    most = 0
    for event in events:
        if isinstance(event, SessionChanged):
            (live.discard if event.state.over else live.add)(event.session)
            most = max(most, len(live))
    return most


def test_what_is_too_big_alone_is_refused_in_its_place(
    app: App,
    comparison: Comparison,
    heard: Heard,
    scripted: Callable[..., Contestant],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    comparison.add(scripted("A", {"hi": "Hello!"}))
    id = comparison.add(scripted("B", {"hi": "Good day!"}))
    real = app.forecast.fit
    big = lambda choice: "Good day" in str(choice)  # noqa: E731

    def fit(model: Model, runtime: str, options: Any) -> Any:
        found = real(model, runtime, options)
        return replace(found, verdict="too_big", available=1000) if big(options) else found

    monkeypatch.setattr(app.forecast, "fit", fit)
    comparison.ask("hi")
    heard.end()
    assert texts(comparison) == ["Hello!", ""]
    refused = comparison.answer(id)
    assert refused is not None
    assert refused.turn.problem is not None
    assert refused.turn.problem.id == "comparison_too_big"
    assert app.runtimes.sessions() == []
    monkeypatch.setattr(app.forecast, "fit", real)
    comparison.again(id)
    heard.end()
    assert texts(comparison) == ["Hello!", "Good day!"]


def test_in_turn_by_wish_keeps_them_loaded(
    app: App, comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    comparison.in_turn = True
    comparison.add(scripted("A", {"hi": "Hello!"}))
    comparison.add(scripted("B", {"hi": "Good day!"}))
    comparison.ask("hi")
    assert (plan := heard.plan()).mode == "in turn"
    assert not plan.unloads
    heard.end()
    stages = [(one.contestant, one.stage) for one in heard.all if isinstance(one, ContestantMoved)]
    answering = [at for at, one in enumerate(stages) if one[1] == "answering"]
    assert stages[answering[0] + 1] == (stages[answering[0]][0], "idle")
    assert len(app.runtimes.sessions()) == 2


def test_one_is_stopped_or_all(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    first = comparison.add(scripted("A", {"hi": SLOW}))
    comparison.add(scripted("B", {"hi": SLOW, "x": "y"}))
    comparison.ask("hi")
    for label in ("A", "B"):
        heard.until(TurnChanged, lambda event, label=label: event.turn.answer and event.turn.model == label)
    comparison.stop(first)
    over = heard.until(TurnChanged, lambda event: not event.turn.running)
    assert over.turn.model == "A"
    assert comparison.busy
    comparison.stop()
    heard.end()
    states = [one.turn.state for one in comparison.rounds()[0].answers if one]
    assert states == ["cancelled", "cancelled"]
    assert all(text and text.startswith("tick") for text in texts(comparison))


def test_stopped_while_they_load_nobody_begins(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    comparison.add(scripted("A", {"hi": "Hello!"}))
    comparison.add(scripted("B", {"hi": "Good day!"}))
    comparison.ask("hi")
    comparison.stop()
    heard.end()
    assert texts(comparison) == [None, None]
    comparison.ask("hi")
    heard.end()
    assert texts(comparison) == ["Hello!", "Good day!"]


def test_a_new_question_stops_the_one_before(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    for label in "AB":
        comparison.add(scripted(label, {"hi": SLOW, "quick": f"{label}!"}))
    comparison.ask("hi")
    heard.until(TurnChanged, lambda event: event.turn.answer)
    comparison.ask("quick")
    heard.end()
    assert texts(comparison) == ["A!", "B!"]
    assert not comparison.busy


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_death_is_told_in_place_and_costs_no_other(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    dies = comparison.add(scripted("A", {"hi": SLOW, "again": "Back."}))
    comparison.add(scripted("B", {"hi": "Good day!", "again": "Still here."}))
    comparison.ask("hi")
    heard.until(TurnChanged, lambda event: event.turn.answer and event.turn.model == "A")
    session = comparison.talk(dies).session
    assert session is not None
    os.kill(session.pid, signal.SIGSEGV)
    heard.end()
    answer = comparison.answer(dies)
    assert answer is not None
    assert answer.turn.problem is not None
    assert answer.turn.problem.id == "worker_crashed"
    assert texts(comparison)[1] == "Good day!"
    comparison.ask("again")
    heard.end()
    assert texts(comparison) == ["Back.", "Still here."]


def test_a_file_that_is_no_model_fails_alone(
    comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant], tmp_path: Path
) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"no model")
    comparison.add(scripted("A", {"hi": "Hello!"}))
    id = comparison.add(Contestant("B", Choice(Model("m", "M", path, "gguf", "", 0))))
    comparison.ask("hi")
    heard.end()
    answer = comparison.answer(id)
    assert answer is not None
    assert answer.turn.problem is not None
    assert answer.turn.problem.id == "model_not_gguf"
    assert texts(comparison)[0] == "Hello!"


def test_changed_removed_and_begun_anew(
    app: App, comparison: Comparison, heard: Heard, scripted: Callable[..., Contestant]
) -> None:
    first = comparison.add(scripted("A", {"hi": "Hello!"}))
    second = comparison.add(scripted("B", {"hi": "Good day!"}))
    third = comparison.add(scripted("C", {"hi": "Bye!"}))
    comparison.ask("hi")
    heard.end()
    gone = comparison.talk(third).session
    assert gone is not None
    comparison.remove(third)
    assert gone.join(20)
    comparison.change(second, scripted("D", {"hi": "Moin!"}))
    comparison.ask("hi")
    heard.end()
    assert texts(comparison) == ["Hello!", "Moin!"]
    assert texts(comparison, 0) == ["Hello!", "Good day!"], "the talk goes on with another model"
    assert len(app.runtimes.sessions()) == 2
    comparison.clear()
    assert comparison.rounds() == []
    assert comparison.answer(first) is None
    sessions = app.runtimes.sessions()
    comparison.unload()
    assert all(one.join(20) for one in sessions)


def test_two_to_four(comparison: Comparison, scripted: Callable[..., Contestant]) -> None:
    comparison.add(scripted("A", {}))
    with pytest.raises(Problem, match="comparison_count"):
        comparison.ask("hi")
    assert comparison.rounds() == []
    for label in "BCD":
        comparison.add(scripted(label, {}))
    with pytest.raises(Problem, match="comparison_count"):
        comparison.add(scripted("E", {}))
    assert [one.label for one in comparison.contestants] == list("ABCD")


def test_closed_in_the_middle(app: App, heard: Heard, scripted: Callable[..., Contestant]) -> None:
    comparison = Comparison(app.runtimes, app.forecast, app.bus)
    comparison.add(scripted("A", {"hi": SLOW}))
    comparison.add(scripted("B", {"hi": SLOW}))
    comparison.ask("hi")
    heard.until(TurnChanged, lambda event: event.turn.answer)
    sessions = app.runtimes.sessions()
    comparison.close()
    assert all(one.join(20) for one in sessions)


def test_seedling_in_two_quantizations(paths: Paths) -> None:
    with App(paths) as app:
        heard = Heard(app)
        comparison = Comparison(app.runtimes, app.forecast, app.bus, system="Answer in upper case.")
        for name in ("seedling", "seedling:F16"):
            model = app.library.find(name)
            settings = Settings(Sampling(temperature=0.0), Thinking(on=False))
            comparison.add(Contestant(name, Choice(model), settings))
        comparison.ask("What is the capital of France?")
        heard.end()
        comparison.ask("What is 23 + 45?")
        heard.end()
        assert all("PARIS" in str(text) for text in texts(comparison, 0))
        assert all("68" in str(text) for text in texts(comparison))
        paths_used = {one.choice.model.path for one in comparison.contestants}
        assert len(paths_used) == 2
        for answer in comparison.rounds()[0].answers:
            assert answer is not None
            assert answer.turn.finished is not None
            assert answer.turn.finished.timings.ttft_s
            assert answer.turn.finished.usage.reused_tokens == 0
            assert answer.memory_bytes > answer.turn.finished.usage.prompt_tokens
        comparison.close()
