"""A talk with a scripted engine in a real worker: questions, stops, retries, deaths, another model."""

from __future__ import annotations

import os
import queue
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes import scripted_plugin
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.calls import MOST_ROUNDS
from qwendesk.chat.conversation import Turn
from qwendesk.chat.events import CallWaits, SummingUp
from qwendesk.chat.talk import Choice, PathChanged, Settings, Talk, TurnAdded, TurnChanged
from qwendesk.chat.tools.calculator import Calculator
from qwendesk.chat.tools.toolbox import Toolbox
from qwendesk.models.fingerprints import ModelHashed
from qwendesk.models.library import Model
from qwendesk.runtimes.supervisor import Patience
from qwendesk.system.paths import Paths

TESTS = Path(__file__).parents[1]
SCRIPT = {
    "hi": "Hello!",
    "think": "<think>\nWell.\n</think>\n\nYes.",
    "slow": {"text": "tick " * 500, "delay_s": 0.02},
}


class Watcher:
    """The bus, as a queue."""

    def __init__(self, app: App) -> None:
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        app.bus.subscribe(self.events.put)

    def until(self, kind: type, when: Any = lambda event: True) -> Any:
        while True:
            event = self.events.get(timeout=30)
            if isinstance(event, kind) and when(event):
                return event

    def end_of(self, turn: Turn) -> Turn:
        change = self.until(TurnChanged, lambda event: event.turn.id == turn.id and not event.turn.running)
        return change.turn  # type: ignore[no-any-return]


@pytest.fixture
def app(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))
    with App(paths, [scripted_plugin.found()], Patience(0.5, 0.5, beat=0.05)) as app:
        yield app


@pytest.fixture
def talk(app: App, seedling: Path) -> Iterator[Talk]:
    model = Model("m", "M", seedling, "gguf", "", 0)
    talk = app.talk(model, None, scripted_plugin.options(SCRIPT))
    yield talk
    talk.close()


def test_a_question_loads_the_model_and_is_answered(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    turn = talk.send("think", Settings())
    end = watcher.end_of(turn)
    assert (end.reasoning, end.answer, end.state) == ("Well.", "Yes.", "finished")
    assert [one.role for one in talk.conversation.turns] == ["user", "assistant"]


def test_a_policy_for_a_full_context_travels_and_keeps_the_text(app: App, seedling: Path) -> None:
    watcher = Watcher(app)
    talk = app.talk(
        Model("m", "M", seedling, "gguf", "", 0),
        None,
        scripted_plugin.options({"long": "word " * 99}, context=32),
    )
    end = watcher.end_of(talk.send("long", Settings(context_full="error", logit_bias={5: 1.0}, draft=False)))
    talk.close()
    assert end.problem is not None
    assert end.problem.id == "context_full"
    assert end.answer.startswith("word word")


def test_history_travels_without_empty_replies(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    watcher.end_of(talk.send("hi", Settings()))
    talk.conversation.answer("M")
    roles = [(one.role, one.content) for one in talk.conversation.messages()]
    assert roles == [("user", "hi"), ("assistant", "Hello!")]


def test_stop_keeps_the_text(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    turn = talk.send("slow", Settings())
    watcher.until(TurnChanged, lambda event: event.turn.answer)
    talk.stop()
    end = watcher.end_of(turn)
    assert end.state == "cancelled"
    assert end.answer.startswith("tick")


def test_stop_while_the_model_loads(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    turn = talk.send("slow", Settings())
    talk.stop()
    assert watcher.end_of(turn).state == "cancelled"
    again = watcher.end_of(talk.send("hi", Settings()))
    assert again.answer == "Hello!"


def test_retry_stands_beside_the_answer(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    first = talk.send("hi", Settings())
    watcher.end_of(first)
    second = talk.retry(Settings())
    assert second is not None
    assert watcher.until(PathChanged).after == first.parent
    assert watcher.until(TurnAdded).place == (2, 2)
    assert watcher.end_of(second).answer == "Hello!"
    assert [one.id for one in talk.conversation.turns][1:] == [second.id]
    assert talk.conversation.versions(second.id) == [first.id, second.id]
    talk.show_version(first.id)
    assert watcher.until(PathChanged).turns[0][1] == (1, 2)
    assert talk.conversation.turns[-1].id == first.id


def test_an_edited_question_keeps_the_old_path(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    first = watcher.end_of(talk.send("hi", Settings()))
    watcher.end_of(talk.send("hi", Settings()))
    edited = talk.edit(first.parent, "think", Settings())
    assert edited is not None
    assert watcher.end_of(edited).answer == "Yes."
    assert [one.answer for one in talk.conversation.turns] == ["think", "Yes."]
    talk.show_version(first.parent)
    assert len(talk.conversation.turns) == 4
    assert talk.edit(first.id, "no question", Settings()) is None


def test_every_reply_keeps_how_it_was_made(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    settings = Settings(context_full="error", stop=("never",))
    turn = watcher.end_of(talk.send("hi", settings))
    assert turn.record is not None
    assert (turn.record.settings, turn.record.runtime) == (settings, "scripted")
    assert len(turn.record.template_sha256) == 64
    while not talk.conversation.turns[-1].record.model_sha256:
        watcher.until(ModelHashed)
        assert app.history.writer.flush()
    kept = app.history.open(talk.conversation.id).turns[-1].record
    assert kept.model_sha256 == Model("m", "M", Path(turn.record.model_path), "gguf", "", 0).sha256()
    again = watcher.end_of(talk.send("hi", settings))
    assert again.record.model_sha256 == kept.model_sha256
    assert app.history.prompt(turn.id) == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"


def test_a_reply_is_repeated_and_compared(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    first = watcher.end_of(talk.send("hi", Settings()))
    again = talk.repeat(first.id)
    assert again is not None
    end = watcher.end_of(again)
    assert end.finished is not None
    noted = watcher.until(TurnChanged, lambda one: one.turn.finished and one.turn.finished.notes)
    assert [note.id for note in noted.turn.finished.notes] == ["repeated_same"]
    assert noted.turn.record.settings.fresh
    assert talk.repeat(first.parent) is None


CALLS = {
    "ask": '<tool_call>\n{"name": "calculator", "arguments": {"expression": "23 + 45"}}\n</tool_call>',
    "68": "It is 68.",
    "loop": '<tool_call>\n{"name": "nothing", "arguments": {}}\n</tool_call>',
}


@pytest.fixture
def caller(app: App, seedling: Path) -> Iterator[Talk]:
    talk = app.talk(Model("m", "M", seedling, "gguf", "", 0), None, scripted_plugin.options(CALLS))
    talk.calls.box = Toolbox((Calculator(),))
    yield talk
    talk.close()


def test_a_call_waits_for_a_yes_and_the_model_goes_on(app: App, caller: Talk) -> None:
    watcher, settings = Watcher(app), Settings(tools=caller.calls.box.tools)
    turn = caller.send("ask", settings)
    waits = watcher.until(CallWaits)
    assert (waits.turn, waits.call.name) == (turn.id, "calculator")
    watcher.end_of(turn)
    assert caller.calls.waiting(turn.id) == waits.call, "who hears of the end finds what waits"
    caller.calls.decide(turn.id, "always")
    end = watcher.until(
        TurnChanged, lambda event: event.turn.answer == "It is 68." and not event.turn.running
    )
    assert [one.role for one in caller.conversation.turns] == ["user", "assistant", "tool", "assistant"]
    assert caller.conversation.turns[2].answer == "68"
    assert end.turn.id == caller.conversation.turns[-1].id
    watcher.end_of(caller.send("ask", settings))
    watcher.until(TurnChanged, lambda event: event.turn.answer == "It is 68." and not event.turn.running)
    kept = app.history.open(caller.conversation.id)
    assert [one.answer for one in kept.turns] == [one.answer for one in caller.conversation.turns]
    assert kept.messages() == caller.conversation.messages()


def test_a_refused_call_is_told_to_the_model(app: App, caller: Talk) -> None:
    watcher, settings = Watcher(app), Settings(tools=caller.calls.box.tools)
    turn = watcher.end_of(caller.send("ask", settings))
    caller.calls.decide(turn.id, "refuse")
    added = watcher.until(TurnAdded, lambda event: event.turn.role == "tool")
    assert added.turn.answer.startswith("error: ")
    assert added.turn.name == "calculator"


def test_a_model_that_only_calls_is_stopped(app: App, caller: Talk) -> None:
    watcher = Watcher(app)
    caller.calls.box = Toolbox((Calculator(),))
    told = '<tool_call>\n{"name": "calculator", "arguments": {"expression": "1"}}\n</tool_call>'
    caller.choose(Choice(caller.choice.model, None, scripted_plugin.options({"go": told, "1": told})))
    turn = watcher.end_of(caller.send("go", Settings(tools=caller.calls.box.tools)))
    caller.calls.decide(turn.id, "always")
    for _ in range(MOST_ROUNDS):
        watcher.until(TurnChanged, lambda event: event.turn.finished is not None)
    assert [one.role for one in caller.conversation.turns].count("assistant") == MOST_ROUNDS + 1


def test_room_is_made_by_leaving_out_or_summing_up(app: App, seedling: Path) -> None:
    watcher = Watcher(app)
    script = {"long": "word " * 40}
    talk = app.talk(
        Model("m", "M", seedling, "gguf", "", 0), None, scripted_plugin.options(script, context=400, cut=1)
    )
    for _ in range(3):
        last = watcher.end_of(talk.send("long", Settings()))
        if last.problem is not None:
            break
    assert last.problem is not None
    assert last.problem.id == "prompt_too_long"
    talk.make_room(last.id, Settings())
    watcher.until(TurnChanged, lambda event: event.turn.id != last.id and not event.turn.running)
    assert talk.conversation.about.skipped is not None
    assert len(talk.conversation.sent()) < len(talk.conversation.turns)
    again = talk.conversation.turns[-1]
    assert again.problem is None
    talk.close()


def test_the_oldest_are_summed_up_by_the_model(app: App, seedling: Path) -> None:
    watcher = Watcher(app)
    script = {"long": "word " * 120, "next": "Done."}
    options = scripted_plugin.options(script, context=1500, cut=1)
    talk = app.talk(Model("m", "M", seedling, "gguf", "", 0), None, options)
    for question in ("long", "long", "long", "next"):
        last = watcher.end_of(talk.send(question, Settings()))
        if last.problem is not None:
            break
    assert last.problem is not None
    assert last.problem.id == "prompt_too_long"
    talk.make_room(last.id, Settings(), sum_up=True)
    first = watcher.until(SummingUp)
    assert (first.done, first.problem) == (0, None)
    done = watcher.until(SummingUp, lambda event: event.done == event.total)
    assert done.total >= 1
    end = watcher.until(TurnChanged, lambda event: event.turn.id != last.id and not event.turn.running)
    assert end.turn.problem is None
    about = talk.conversation.about
    assert about.summary
    assert about.summary in talk.conversation.messages()[0].content
    assert app.history.open(about.id).about.summary == about.summary
    talk.close()


def test_summing_up_can_be_stopped(app: App, seedling: Path) -> None:
    watcher = Watcher(app)
    options = scripted_plugin.options({"long": "word " * 120}, context=1500, cut=1)
    talk = app.talk(Model("m", "M", seedling, "gguf", "", 0), None, options)
    while (last := watcher.end_of(talk.send("long", Settings()))).problem is None:
        pass
    app.bus.subscribe(lambda event: talk.stop_summing_up() if isinstance(event, SummingUp) else None)
    talk.make_room(last.id, Settings(), sum_up=True)
    watcher.until(SummingUp)
    talk.close()
    assert talk.conversation.about.summary == ""


def test_a_conversation_in_front_leaves_the_others_at_work(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    turn = talk.send("slow", Settings())
    watcher.until(TurnChanged, lambda event: event.turn.answer)
    behind = talk.conversation
    talk.clear()
    watcher.end_of(talk.send("hi", Settings()))
    assert behind.get(turn.id).running
    talk.show(app.history.open(behind.id))
    assert talk.conversation is behind, "what is at work is newer than what was kept"
    talk.stop()
    assert watcher.end_of(turn).state == "cancelled"


def test_retry_with_nothing_asked(talk: Talk) -> None:
    assert talk.retry(Settings()) is None


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_death_is_told_in_place_and_the_next_question_starts_again(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    turn = talk.send("slow", Settings())
    watcher.until(TurnChanged, lambda event: event.turn.answer)
    assert talk.session is not None
    died = talk.session.pid
    os.kill(died, signal.SIGSEGV)
    end = watcher.end_of(turn)
    assert end.state == "failed"
    assert end.problem is not None
    assert end.problem.id == "worker_crashed"
    assert end.answer.startswith("tick")
    assert watcher.end_of(talk.send("hi", Settings())).answer == "Hello!"
    assert talk.session.pid != died


def test_another_model_unloads_the_first(app: App, talk: Talk, tmp_path: Path) -> None:
    watcher = Watcher(app)
    watcher.end_of(talk.send("hi", Settings()))
    first = talk.session
    assert first is not None
    talk.choose(Choice(talk.choice.model, None, scripted_plugin.options({"hi": "Other."})))
    assert watcher.end_of(talk.send("hi", Settings())).answer == "Other."
    assert first.join(10)
    assert first.state.phase == "closed"


def test_a_model_that_cannot_load_fails_the_turn(app: App, tmp_path: Path) -> None:
    watcher = Watcher(app)
    path = tmp_path / "m.gguf"
    path.write_bytes(b"no model")
    talk = app.talk(Model("m", "M", path, "gguf", "", 0))
    end = watcher.end_of(talk.send("hi", Settings()))
    talk.close()
    assert end.problem is not None
    assert end.problem.id == "model_not_gguf"


def test_turns_are_told_in_order(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    talk.send("hi", Settings())
    roles = [watcher.until(TurnAdded).turn.role for _ in range(2)]
    assert roles == ["user", "assistant"]


def test_stop_ends_every_reply_on_its_way(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    first = talk.send("slow", Settings())
    second = talk.send("slow", Settings())
    watcher.until(TurnChanged, lambda event: event.turn.id == first.id and event.turn.answer)
    talk.stop()
    ended = set()
    while ended != {first.id, second.id}:
        change = watcher.until(TurnChanged, lambda event: not event.turn.running)
        ended.add(change.turn.id)
    assert not any(one.running for one in talk.conversation.turns)


def test_a_bug_of_ours_fails_the_turn_instead_of_leaving_it_waiting(app: App, talk: Talk) -> None:
    watcher = Watcher(app)
    talk.choose(Choice(None))  # type: ignore[arg-type]
    turn = talk.conversation.answer("M")
    talk._at_work[turn.id] = talk.conversation
    talk._run(turn.id, talk.conversation, [], Settings())
    end = watcher.end_of(turn)
    assert end.problem is not None
    assert end.problem.id == "internal"


def test_nothing_opens_once_the_runtimes_are_closed(app: App, talk: Talk) -> None:
    app.close()
    watcher = Watcher(app)
    end = watcher.end_of(talk.send("hi", Settings()))
    assert end.problem is not None
    assert end.problem.id == "session_closed"
    assert app.runtimes.sessions() == []


def test_an_unknown_runtime_is_refused(app: App, talk: Talk) -> None:
    with pytest.raises(Problem, match="runtime_unknown"):
        app.runtimes.choose(talk.choice.model, "nope")
