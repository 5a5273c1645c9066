"""The real worker, its process and its pipe, with an engine that follows a script."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Delta, Failed, Finished, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.runtimes.launch import foreign_interpreter
from qwendesk.runtimes.session import Session

from .conftest import PYTHONPATH, Witness, request

Start = Callable[..., Session]
SLOW = {"slow": {"text": "tick " * 400, "delay_s": 0.02}, "other": {"text": "tock " * 400, "delay_s": 0.02}}


def test_a_reply_end_to_end(scripted: Start) -> None:
    replies = {"hi": "<think>\nA greeting.\n</think>\n\nHello 안녕 🌱!"}
    session = scripted(replies=json.dumps(replies), cut=1)
    assert session.wait_ready(30).engine == "scripted"
    reply, inbox = session.stream(request("hi"))
    deltas = [one for one in inbox if isinstance(one, Delta)]
    finished = reply.wait(0)
    assert finished.answer == "Hello 안녕 🌱!" == "".join(one.text for one in deltas if one.part == "answer")
    assert finished.reasoning == "A greeting."
    assert finished.timings.ttft_s is not None
    assert finished.sampling.seed is not None
    assert "\ufffd" not in "".join(one.text for one in deltas)


def test_states_are_told_in_order(scripted: Start) -> None:
    witness = Witness()
    session = scripted(witness)
    session.wait_ready(30)
    session.close()
    assert session.join(10)
    phases = list(dict.fromkeys(one.state.phase for one in witness.changes))
    assert phases == ["loading", "ready", "closing", "closed"] or phases == [
        "starting",
        "loading",
        "ready",
        "closing",
        "closed",
    ]
    assert session.state.peak_bytes > 0


def test_two_requests_at_once_interleave(scripted: Start) -> None:
    session = scripted(replies=json.dumps(SLOW))
    session.wait_ready(30)
    order: list[str] = []
    replies = [
        session.reply(request(text), lambda event, text=text: order.append(text))  # type: ignore[misc]
        for text in SLOW
    ]
    first = dict.fromkeys(SLOW, 0)
    while min(order.count(text) for text in first) < 5:
        assert session.state.phase == "ready"
    for reply in replies:
        reply.cancel()
        assert reply.wait(10).reason == "cancelled"
    switches = sum(a != b for a, b in itertools.pairwise(order))
    assert switches >= 5


def test_cancel_is_answered_and_keeps_the_text(scripted: Start) -> None:
    session = scripted(replies=json.dumps(SLOW))
    session.wait_ready(30)
    reply, inbox = session.stream(request("slow"))
    events = iter(inbox)
    while not isinstance(next(events), Delta):
        pass
    reply.cancel()
    finished = reply.wait(10)
    assert finished.reason == "cancelled"
    assert finished.answer.startswith("tick")
    assert session.reply(request("hi"), lambda _: None).wait(10).answer == "hi"


def test_a_flood_is_coalesced(scripted: Start) -> None:
    session = scripted(context=1_000_000)
    session.wait_ready(30)
    _, inbox = session.stream(request("flood:20000"))
    events = list(inbox)
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.usage.completion_tokens == 20_000
    deltas = [one for one in events if isinstance(one, Delta)]
    assert sum(one.tokens for one in deltas) == 20_000
    assert deltas[0].tokens < 10_000  # the first one did not wait for company
    # One message per 16 ms at most: never more than the reply's duration allows.
    assert len(deltas) <= 3 + end.timings.total_s / 0.016


def test_an_engine_that_fails_leaves_the_worker_alive(scripted: Start) -> None:
    session = scripted(replies=json.dumps({"bad": {"text": "one two three", "fail_after": 2}}))
    session.wait_ready(30)
    _, inbox = session.stream(request("bad"))
    *before, end = inbox
    assert isinstance(end, Failed)
    assert "".join(one.text for one in before if isinstance(one, Delta)).startswith("one")
    assert session.reply(request("fine"), lambda _: None).wait(10).answer == "fine"


def test_a_prompt_longer_than_the_context_is_refused_with_both_numbers(scripted: Start) -> None:
    session = scripted(context=16)
    session.wait_ready(30)
    with pytest.raises(Problem) as caught:
        session.reply(request("word " * 100), lambda _: None).wait(10)
    assert caught.value.id == "prompt_too_long"
    assert caught.value.arguments["context"] == 16
    assert int(caught.value.arguments["prompt_tokens"] or 0) > 100


def test_a_template_that_loops_does_not_hold_the_others(scripted: Start) -> None:
    session = scripted(replies=json.dumps(SLOW))
    session.wait_ready(30)
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    stuck = session.reply(ReplyRequest((Message("user", "x"),), template=endless), lambda _: None)
    assert session.reply(request("fine"), lambda _: None).wait(10).answer == "fine"
    stuck.cancel()
    assert stuck.wait(10).reason == "cancelled"


def test_an_option_out_of_range_is_a_problem_of_loading(scripted: Start) -> None:
    with pytest.raises(Problem, match="option_range"):
        scripted(context=1).wait_ready(30)


def test_text_that_is_no_unicode_is_refused_and_the_worker_lives(scripted: Start) -> None:
    session = scripted()
    session.wait_ready(30)
    with pytest.raises(Problem, match="message_unsendable"):
        session.reply(request("a\udcff"), lambda _: None).wait(10)
    assert session.reply(request("fine"), lambda _: None).wait(10).answer == "fine"


def test_an_engine_that_panics_ends_the_reply(scripted: Start) -> None:
    replies = {"bad": {"text": "one two three", "fail_after": 1, "fails_with": "panic"}}
    session = scripted(replies=json.dumps(replies))
    session.wait_ready(30)
    with pytest.raises(Problem, match="internal"):
        session.reply(request("bad"), lambda _: None).wait(10)


def test_tokens_are_counted(scripted: Start) -> None:
    session = scripted()
    session.wait_ready(30)
    assert session.count_tokens("one two three", 10) == 3


def test_budget_and_thinking_travel(scripted: Start) -> None:
    session = scripted(replies=json.dumps({"q": "<think>\n" + "step " * 50 + "\n</think>\n\nDone."}))
    session.wait_ready(30)
    asked = ReplyRequest((Message("user", "q"),), Sampling(seed=7), Thinking(on=True, budget=5))
    finished = session.reply(asked, lambda _: None).wait(10)
    assert finished.usage.reasoning_tokens == 5
    assert finished.answer
    assert finished.sampling.seed == 7


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_killed_from_outside_keeps_the_text(scripted: Start) -> None:
    session = scripted(replies=json.dumps(SLOW))
    session.wait_ready(30)
    reply, inbox = session.stream(request("slow"))
    events = iter(inbox)
    while not isinstance(next(events), Delta):
        pass
    os.kill(session.pid, signal.SIGSEGV)
    with pytest.raises(Problem, match="worker_crashed"):
        reply.wait(10)


def test_what_an_engine_prints_lands_in_the_log_and_not_in_the_protocol(scripted: Start) -> None:
    session = scripted(replies=json.dumps({"hi": {"text": "Hello there, you.", "prints": "noise"}}))
    session.wait_ready(30)
    assert session.reply(request("hi"), lambda _: None).wait(10).answer == "Hello there, you."
    session.close()
    assert session.join(10)
    assert session.state.phase == "closed"
    assert {"noise of Python", "noise of C", "noise of the system"} <= set(session.log())


ORPHAN = """
import sys
from pathlib import Path
from qwendesk.app import App
from qwendesk.system.paths import Paths
sys.path.insert(0, sys.argv[1])
from runtimes.conftest import SCRIPTED, PYTHONPATH
from qwendesk.models.library import Model
from qwendesk.runtimes.launch import Launch, own_interpreter
from qwendesk.runtimes.session import Recipe, Session
own = own_interpreter()
launch = Launch(own.command, {**own.environment, "PYTHONPATH": PYTHONPATH})
session = Session(Recipe(Model("m", "m", Path("m"), "gguf", "", 0), SCRIPTED, {}, launch), lambda _: None)
session.wait_ready(30)
print(session.pid, flush=True)
sys.stdin.read()
"""


def test_the_worker_dies_with_a_parent_that_is_killed() -> None:
    tests = str(Path(__file__).parents[1])
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, tests],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    with parent.stdout, parent.stdin:
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait(10)
        gone, alive = psutil.wait_procs([worker], timeout=10)
    assert gone
    assert not alive


def test_another_interpreter_needs_only_the_narrow_path(scripted: Start, tmp_path: Path) -> None:
    """A virtual environment with msgspec and jinja2 and nothing of ours."""
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    provided = tmp_path / "provided"
    provided.mkdir()
    for name in ("msgspec", "jinja2", "markupsafe"):
        origin = Path(__import__(name).__file__ or "").parent
        (provided / name).symlink_to(origin, target_is_directory=True)
    launch = foreign_interpreter(str(python), "fakes.scripted_engine:ScriptedEngine", tmp_path / "cache")
    launch.environment["PYTHONPATH"] += os.pathsep + str(provided)
    session = scripted(launch=launch)
    session.wait_ready(30)
    assert session.reply(request("fine"), lambda _: None).wait(10).answer == "fine"
    rooms = {
        one.name for one in next((tmp_path / "cache" / "workers").iterdir()).joinpath("qwendesk").iterdir()
    }
    assert rooms - {"__pycache__"} == {"__init__.py", "api", "worker"}


def test_an_interpreter_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="python_missing"):
        foreign_interpreter(str(tmp_path / "python"), "x:Y", tmp_path)
