"""A reply in the terminal that is interrupted, cut or loaded otherwise, with the real Seedling."""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from typing import Any

import click
import pytest

from qwendesk.api.messages import Thinking, Tool
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import Talk
from qwendesk.chat.tools.toolbox import Toolbox
from qwendesk.cli.dialogue import Dialogue
from qwendesk.cli.terminal import Paper
from qwendesk.system.paths import Paths

from .conftest import Run


class Interrupting(Paper):
    """Ctrl-C comes while the first text is printed."""

    def __init__(self) -> None:
        super().__init__(io.StringIO(), io.StringIO())
        self.texts: list[str] = []

    def answer(self, text: str) -> None:
        if not self.texts:
            signal.raise_signal(signal.SIGINT)
        self.texts.append(text)


class Weather:
    """A tool that Seedling knows."""

    tool = Tool(
        "get_weather",
        "Get the current weather in a city.",
        {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    )

    def run(self, arguments: dict[str, Any]) -> str:
        raise AssertionError(f"run without a yes: {arguments}")


class Keyboard(io.StringIO):
    """A terminal at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    with App(paths) as app:
        yield app


@pytest.fixture
def talk(app: App) -> Iterator[Talk]:
    talk = app.talk(app.find("seedling"), "llamaserver")
    yield talk
    talk.close()


def settings(**more: Any) -> Settings:
    return Settings(Sampling(temperature=0.0), Thinking(on=False), **more)


def test_ctrl_c_while_text_is_printed_stops_the_reply(app: App, talk: Talk) -> None:
    paper = Interrupting()
    with pytest.raises(Problem, match="reply_stopped"):
        Dialogue(app, talk, settings(), paper=paper).answer_once("Tell me a long story", as_json=False)
    assert talk.conversation.turns[-1].state == "cancelled"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_at_the_question_about_a_call_stops_the_reply(
    app: App, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.calls.box = Toolbox([Weather()])
    monkeypatch.setattr("sys.stdin", Keyboard())
    monkeypatch.setattr("sys.stderr", Keyboard())
    monkeypatch.setattr(click.termui, "visible_prompt_func", lambda _: signal.raise_signal(signal.SIGINT))
    dialogue = Dialogue(app, talk, settings(tools=talk.calls.box.tools))
    with pytest.raises(Problem, match="reply_stopped"):
        dialogue.answer_once("What is the weather in Paris?", as_json=False)
    reply = talk.conversation.turns[-1]
    assert reply.finished is not None
    assert reply.finished.tool_calls
    assert talk.calls.waiting(reply.id) is None


def test_what_loading_did_not_honour_is_said_once(qwendesk: Run, runtime: str) -> None:
    flags = ("--no-think", "--ctx", "100000", "--runtime", runtime)
    done = qwendesk("chat", "-p", "hi", *flags)
    assert done.returncode == 0
    assert done.stderr.count("100,000 were asked for") == 1
    assert "asked for" not in qwendesk("chat", "-p", "hi", "--json", *flags).stderr


def test_a_cut_reply_says_so_and_figures_are_for_people(qwendesk: Run) -> None:
    done = qwendesk("chat", "-p", "What is 23 + 45?", "--no-think", "--max-tokens", "3")
    assert done.returncode == 0
    assert done.stderr.strip() == "The reply was cut at the limit that --max-tokens sets."


def test_a_prompt_that_is_too_long_names_flags(qwendesk: Run) -> None:
    done = qwendesk("chat", "-p", "word " * 300, "--ctx", "256")
    assert done.returncode == 1
    assert "--ctx" in done.stderr
    assert "--make-room" in done.stderr
    assert "new chat" not in done.stderr
