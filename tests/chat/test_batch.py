"""Batches with a scripted engine in a real worker: order, errors, going on, deaths, and what does not fit together."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes import deadly_engine, scripted_plugin
from qwendesk.api.messages import Thinking
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.batch import batch as module
from qwendesk.chat.batch.asker import AGAIN, Asker
from qwendesk.chat.batch.batch import Batch, Job
from qwendesk.chat.batch.lines import Line, Lines
from qwendesk.chat.batch.part import Part
from qwendesk.chat.batch.progress import Progress
from qwendesk.chat.batch.row import Terms, read
from qwendesk.models.model import Model
from qwendesk.runtimes.supervisor import Patience
from qwendesk.system.paths import Paths

TESTS = Path(__file__).parents[1]
SCRIPT = {
    "hi": "Hello!",
    "think": "<think>\nWell.\n</think>\n\nYes.",
    "slow": {"text": "tick " * 30, "delay_s": 0.01},
    "endless": {"text": "tick " * 3000, "delay_s": 0.02},
    "fails": {"text": "never", "fail_after": 0},
}


@pytest.fixture
def app(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(TESTS.parent)]))
    with App(paths, [deadly_engine.found()], Patience(0.5, 0.5, beat=0.05)) as app:
        yield app


@pytest.fixture
def model(seedling: Path) -> Model:
    return Model("m", "M", seedling, "gguf", "", 0)


class Desk:
    """A folder with an input and a way to run batches over it."""

    def __init__(self, app: App, model: Model, folder: Path) -> None:
        self.app, self.model = app, model
        self.source, self.target = folder / "in.jsonl", folder / "out.jsonl"
        self.part = folder / "out.jsonl.part"
        self.told: list[Progress] = []

    def write(self, *rows: dict[str, Any] | str) -> None:
        lines = [one if isinstance(one, str) else json.dumps(one) for one in rows]
        self.source.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def batch(self, *, restart: bool = False, source: Path | None = None, **terms: Any) -> Batch:
        options = scripted_plugin.options(SCRIPT)
        job = Job(
            source or self.source, self.target, Terms(self.model, **terms), "scripted", options, restart
        )
        return Batch(self.app.runtimes, job, lambda note: f"{note.id}!")

    def run(self, stop_at: int | None = None, **settings: Any) -> list[dict[str, Any]]:
        """Run to its end, or until so many rows are done; then stop."""
        stop = threading.Event()
        for now in self.batch(**settings).run(stop):
            self.told.append(now)
            if stop_at is not None and now.done >= stop_at:
                stop.set()
        return lines(self.target)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]


def problem_of(run: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as caught:
        run()
    return caught.value


@pytest.fixture
def desk(app: App, model: Model, tmp_path: Path) -> Desk:
    return Desk(app, model, tmp_path)


def prompts(*texts: str) -> Sequence[dict[str, Any]]:
    return [{"prompt": one} for one in texts]


def test_answers_stand_in_the_order_of_the_rows_whoever_is_first(desk: Desk) -> None:
    texts = ["slow", *(f"echo {n}" for n in range(40)), "slow", "think"]
    desk.write(*prompts(*texts))
    answers = desk.run()
    assert [one["row"] for one in answers] == list(range(1, 44))
    assert [one["text"] for one in answers[1:41]] == texts[1:41]
    assert (answers[42]["reasoning"], answers[42]["text"]) == ("Well.", "Yes.")
    assert answers[0]["finish_reason"] == "stop"
    assert answers[0]["usage"]["completion_tokens"] > 1
    assert answers[0]["timings"]["ttft_s"] > 0
    assert sorted(one.name for one in desk.source.parent.glob("*.jsonl*")) == ["in.jsonl", "out.jsonl"]


def test_progress_counts_loads_asks_and_ends(desk: Desk) -> None:
    desk.write(*prompts(*["slow"] * 12), "no json")
    desk.run()
    phases = list(dict.fromkeys(one.phase for one in desk.told))
    # A worker that is ready at once was never seen loading.
    assert [one for one in phases if one != "loading"] == ["counting", "asking", "complete"]
    assert phases[1] in ("loading", "asking")
    assert desk.told[0].total is None
    last = desk.told[-1]
    assert (last.done, last.failed, last.total, last.row) == (13, 1, 13, 13)
    assert last.problem is not None
    asking = [one for one in desk.told if one.rate is not None and one.phase == "asking"]
    assert all(one.left_s is not None and one.tokens_per_s for one in asking)
    assert [one.done for one in desk.told] == sorted(one.done for one in desk.told)


def test_what_a_row_says_about_itself(desk: Desk) -> None:
    conversation = [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": [{"type": "text", "text": "and "}, {"type": "text", "text": "now"}]},
    ]
    desk.write(
        {"id": "first", "prompt": "hi", "seed": 7, "max_tokens": 1, "label": {"kept": "by others"}},
        {"id": 12, "messages": conversation, "system": "Be kind."},
        {"prompt": "think", "think_budget": None, "json_schema": {"type": "object"}, "think": False},
    )
    first, second, third = desk.run()
    assert (first["id"], first["seed"], first["finish_reason"]) == ("first", 7, "length")
    assert (second["id"], second["text"], second["seed"]) == (12, "and now", 2)
    assert (third["id"], third["text"], third["reasoning"]) == (None, "Yes.", "")


BAD = [
    ("no json", "batch_row_malformed"),
    ('["prompt"]', "batch_row_malformed"),
    ("{}", "batch_row_malformed"),
    ('{"prompt": "a", "messages": []}', "batch_row_malformed"),
    ('{"prompt": 5}', "batch_row_malformed"),
    ('{"prompt": "  "}', "prompt_empty"),
    ('{"messages": []}', "messages_malformed"),
    ('{"messages": [{"role": "assistant", "content": "a"}]}', "batch_row_malformed"),
    ('{"prompt": "a", "temperature": 9}', "option_range"),
    ('{"prompt": "a", "seed": 1180591620717411303424}', "option_range"),
    ('{"prompt": "a", "top_k": "many"}', "option_type"),
    ('{"prompt": "a", "samplers": "magic"}', "option_sampler"),
    ('{"prompt": "a", "temprature": 1}', "option_unknown"),
    ('{"prompt": "a", "Top-P": 1}', "option_unknown"),
    ('{"prompt": "a", "tools": [{"no": "name"}]}', "tools_malformed"),
    ('{"prompt": "a", "think_budget": -1}', "batch_row_malformed"),
    ("[" * 5000, "batch_row_malformed"),
    ('{"prompt": "\\ud800"}', "batch_row_malformed"),
]


def test_every_bad_row_has_its_error_and_the_others_their_answers(desk: Desk) -> None:
    rows: list[dict[str, Any] | str] = []
    for text, _id in BAD:
        rows += [text, {"prompt": "hi"}]
    desk.write(*rows, {"id": "x", "prompt": "fails"}, {"prompt": "word " * 5000})
    answers = desk.run()
    assert [one["row"] for one in answers] == list(range(1, len(rows) + 3))
    assert [one["error"]["id"] for one in answers[:-2:2]] == [id for _text, id in BAD]
    assert {one["text"] for one in answers[1:-2:2]} == {"Hello!"}
    assert answers[-2]["id"] == "x"
    assert answers[-2]["error"]["id"] == "scripted_failure"
    assert answers[-1]["error"]["sentence"] == "prompt_too_long!"
    assert desk.told[-1].failed == len(BAD) + 2


def test_plain_text_blank_lines_and_line_ends(desk: Desk) -> None:
    desk.source.write_bytes(b"\xef\xbb\xbfhi\r\n\r\n   \n{no json}\n\xff\xfe\nlast")
    answers = desk.run(text=True)
    assert [one["row"] for one in answers] == [1, 4, 5, 6]
    assert [one.get("text") for one in answers] == ["Hello!", "{no json}", None, "last"]
    assert answers[2]["error"]["id"] == "batch_row_malformed"


def test_a_line_too_long_is_read_past(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qwendesk.chat.batch.lines.MOST", 64)
    desk.write({"prompt": "hi"}, {"prompt": "x" * 500}, {"prompt": "hi"})
    assert [one.get("text") or one["error"]["id"] for one in desk.run()] == [
        "Hello!",
        "batch_row_long",
        "Hello!",
    ]


def test_an_empty_input_gives_an_empty_output(desk: Desk) -> None:
    desk.source.write_text("\n\n")
    assert desk.run() == []
    assert desk.app.runtimes.sessions() == []


def test_the_default_system_message_and_thinking_hold_where_a_row_says_nothing(model: Model) -> None:
    terms = Terms(model, {"temperature": 0, "seed": 3}, Thinking(on=True, budget=5), "Be kind.")
    said = {"messages": [{"role": "system", "content": "Own."}, {"role": "user", "content": "a"}]}
    plain, own, off = (
        read(Line(1, json.dumps(row).encode()), terms, "in").request
        for row in ({"prompt": "a"}, said, {"prompt": "a", "system": "", "think": False, "temperature": 1})
    )
    assert plain is not None
    assert [(one.role, one.content) for one in plain.messages] == [("system", "Be kind."), ("user", "a")]
    assert (plain.sampling.temperature, plain.sampling.seed) == (0, 3)
    assert plain.thinking == Thinking(on=True, budget=5)
    assert own is not None
    assert [one.content for one in own.messages] == ["Own.", "a"]
    assert off is not None
    assert [one.content for one in off.messages] == ["a"]
    assert (off.thinking.on, off.sampling.temperature) == (False, 1)


def test_a_stopped_batch_goes_on_where_it_was(desk: Desk) -> None:
    desk.write(*prompts(*["slow"] * 30))
    stopped = problem_of(lambda: desk.run(stop_at=5))
    assert stopped.id == "batch_stopped"
    before = desk.part.read_bytes()
    assert stopped.arguments["done"] == before.count(b"\n")
    assert 5 <= before.count(b"\n") < 30
    answers = desk.run()
    assert desk.target.read_bytes().startswith(before)
    assert [one["row"] for one in answers] == list(range(1, 31))
    assert not desk.part.exists()


def test_a_batch_stopped_before_its_first_answer_leaves_nothing(desk: Desk) -> None:
    desk.write(*prompts("endless"))
    stop = threading.Event()
    run = desk.batch().run(stop)
    assert next(run).phase == "counting"
    stop.set()
    assert problem_of(lambda: list(run)).id == "batch_stopped_early"
    assert problem_of(lambda: desk.run(stop_at=0)).id == "batch_stopped_early"
    assert [one.name for one in desk.source.parent.glob("*.jsonl*")] == ["in.jsonl"]


def test_a_torn_line_is_cut_off_and_asked_again(desk: Desk) -> None:
    desk.write(*prompts(*["slow"] * 20))
    problem_of(lambda: desk.run(stop_at=4))
    whole = desk.part.read_bytes()
    desk.part.write_bytes(whole + b'{"row":9,"id":nu')
    answers = desk.run()
    assert desk.target.read_bytes().startswith(whole)
    assert [one["row"] for one in answers] == list(range(1, 21))


def test_only_the_same_input_and_settings_are_gone_on_with(desk: Desk) -> None:
    desk.write(*prompts(*["slow"] * 20))
    problem_of(lambda: desk.run(stop_at=2))
    kept = desk.part.read_bytes()
    other: dict[str, Any] = {
        "sampling": {"temperature": 0.1},
        "system": "Be kind.",
        "thinking": Thinking(on=True),
    }
    refused = problem_of(lambda: desk.run(**other))
    assert (refused.id, refused.arguments["detail"]) == ("batch_other_input", "system, temperature, think")
    desk.write(*prompts(*["slow"] * 19), {"prompt": "hi"})
    refused = problem_of(desk.run)
    assert (refused.id, refused.arguments["detail"]) == ("batch_other_input", "input")
    assert desk.part.read_bytes() == kept
    (desk.source.parent / "out.jsonl.part.json").write_text("{")
    assert problem_of(desk.run).arguments["detail"] == "out.jsonl.part.json"
    assert desk.run(restart=True)[-1]["text"] == "Hello!"


def test_rows_that_are_not_the_inputs_are_not_gone_on_with(desk: Desk) -> None:
    desk.write(*prompts(*["slow"] * 20))
    problem_of(lambda: desk.run(stop_at=2))
    desk.part.write_text('{"row":7}\n')
    refused = problem_of(desk.run)
    assert (refused.id, refused.arguments["detail"]) == ("batch_other_input", "row 7")
    assert desk.part.read_text() == '{"row":7}\n'


def test_nothing_is_overwritten_unless_that_is_wanted(desk: Desk) -> None:
    desk.write(*prompts("hi"))
    desk.run()
    assert problem_of(desk.run).id == "batch_out_exists"
    assert problem_of(
        lambda: list(desk.batch(source=desk.target, restart=True).run(threading.Event()))
    ).id == ("batch_same_file")
    desk.write(*prompts("other"))
    assert [one["text"] for one in desk.run(restart=True)] == ["other"]


def test_two_at_once_do_not_write_into_one_file(desk: Desk) -> None:
    desk.write(*prompts("hi"))
    with Part(desk.target):
        assert problem_of(desk.run).id == "batch_elsewhere"
    assert len(desk.run()) == 1


def test_what_cannot_be_read_or_written_is_told(desk: Desk, tmp_path: Path) -> None:
    assert problem_of(desk.run).id == "file_unreadable"
    assert problem_of(lambda: desk.run(source=tmp_path)).id == "file_unreadable"
    desk.write(*prompts("hi"))
    desk.target = desk.source / "below" / "out.jsonl"
    assert problem_of(desk.run).id == "batch_unwritable"


def test_an_input_that_changes_meanwhile_is_noticed(desk: Desk) -> None:
    desk.write(*prompts(*["slow"] * 12))
    run = desk.batch().run(threading.Event())
    while next(run).phase != "asking":
        pass
    desk.write(*prompts(*["slow"] * 11), {"prompt": "hi"}, {"prompt": "more"})
    assert problem_of(lambda: list(run)).id == "batch_input_changed"


def test_a_window_bounds_what_waits_for_a_slow_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW", 6)
    desk.write(*prompts("slow", *[f"echo {n}" for n in range(30)]))
    batch, most = desk.batch(), 0
    for _now in batch.run(threading.Event()):
        most = max(most, len(batch._order))
    assert most <= 6
    assert [one["row"] for one in lines(desk.target)] == list(range(1, 32))


def test_as_many_are_asked_at_once_as_there_are_slots(app: App, model: Model, desk: Desk) -> None:
    desk.write(*prompts(*["endless"] * 6))
    with Lines(desk.source) as source:
        rows = [read(line, Terms(model), "in") for line in source]
    asker = Asker(app.runtimes, model, "scripted", scripted_plugin.options(SCRIPT))
    assert not asker.has_room
    while not asker.is_ready(5):
        pass
    asked = 0
    while asker.has_room:
        asker.ask(rows[asked])
        asked += 1
    asker.close()
    assert asked == 4


def test_a_row_that_kills_the_worker_is_found_and_no_other_suffers(desk: Desk) -> None:
    desk.write(*prompts("slow", "slow", "die", "slow", *["hi"] * 8))
    loads = Loads(desk.app)
    answers = desk.run()
    assert [one["row"] for one in answers] == list(range(1, 13))
    assert [one["row"] for one in answers if "error" in one] == [3]
    assert answers[2]["error"]["id"] == "worker_ended"
    assert loads.count == 2 + AGAIN


def test_rows_that_all_kill_it_end_the_batch_before_long(desk: Desk) -> None:
    desk.write(*prompts(*["die"] * 40))
    assert problem_of(desk.run).id == "worker_ended"
    assert {one["error"]["id"] for one in lines(desk.part)} == {"worker_ended"}
    assert 0 < len(lines(desk.part)) < 10


class Loads:
    """How many workers were started."""

    def __init__(self, app: App) -> None:
        self._seen: set[int] = set()
        app.bus.subscribe(self._on_event)

    def _on_event(self, event: object) -> None:
        self._seen.add(getattr(event, "session", 0))

    @property
    def count(self) -> int:
        return len(self._seen - {0})


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_worker_that_is_killed_is_started_again_and_nothing_is_lost(desk: Desk) -> None:
    import signal

    desk.write(*prompts(*["slow"] * 24))
    killed = False
    for now in desk.batch().run(threading.Event()):
        if now.done >= 6 and not killed:
            os.kill(desk.app.runtimes.sessions()[0].pid, signal.SIGKILL)
            killed = True
    assert killed
    answers = lines(desk.target)
    assert [one["row"] for one in answers] == list(range(1, 25))
    assert {one["text"].strip() for one in answers} == {("tick " * 30).strip()}


def test_an_application_that_ends_leaves_a_file_to_go_on_with(desk: Desk) -> None:
    desk.write(*prompts("hi", *["endless"] * 8))
    run = desk.batch().run(threading.Event())
    while next(run).done < 1:
        pass
    desk.app.runtimes.close()
    assert problem_of(lambda: list(run)).id == "session_closed"
    assert [one["row"] for one in lines(desk.part)] == [1]


def test_a_model_that_cannot_load_ends_the_batch(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"no model")
    desk.model = Model("m", "M", path, "gguf", "", 0)
    desk.write(*prompts("hi"))
    assert problem_of(desk.run).id == "model_not_gguf"
    assert not desk.part.exists()


def test_wrong_settings_are_told_before_anything_is_asked(desk: Desk) -> None:
    desk.write(*prompts("hi"))
    assert problem_of(lambda: desk.run(sampling={"temperature": 9})).id == "option_range"


def test_whoever_closes_the_iterator_stops_it(desk: Desk) -> None:
    desk.write(*prompts("hi", *["endless"] * 8))
    run = desk.batch().run(threading.Event())
    while next(run).done < 1:
        pass
    session = desk.app.runtimes.sessions()[0]
    run.close()  # type: ignore[attr-defined]
    assert session.join(10)
    assert [one["row"] for one in lines(desk.part)] == [1]
