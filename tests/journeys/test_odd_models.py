"""Models that are not as they should be: random weights, no template, a template that loops or raises."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.tiny_gguf import TEMPLATE, write_tiny
from qwendesk.api.messages import Message
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Finished, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths

Start = Callable[..., Session]
NOISE = Sampling(temperature=1.0, top_k=0, top_p=1.0, seed=3, max_tokens=200)


@pytest.fixture
def start(paths: Paths, tmp_path: Path, runtime: str) -> Iterator[Start]:
    """Loads a tiny model of random weights with this template."""
    with App(paths) as app:

        def load(template: str | None = TEMPLATE, **options: Any) -> Session:
            path = write_tiny(tmp_path / "tiny.gguf", template=template)
            session = app.runtimes.open(app.library.find(str(path)), runtime, options)
            session.wait_ready(60)
            return session

        yield load


def ask(session: Session, text: str = "hi", sampling: Sampling = NOISE) -> Finished:
    return session.reply(ReplyRequest((Message("user", text),), sampling), lambda _: None).wait(60)


def test_noise_with_broken_characters_is_a_reply_with_a_note(start: Start) -> None:
    finished = ask(start())
    assert finished.usage.completion_tokens > 0
    assert any(one.id == "invalid_utf8" for one in finished.notes)


def test_a_file_without_a_template_gets_chatml_and_a_note(start: Start) -> None:
    finished = ask(start(None))
    assert [one.id for one in finished.notes][:1] == ["template_missing"]


def test_a_template_that_raises_says_what_it_says(start: Start) -> None:
    session = start("{{ raise_exception('No system role here, please.') }}")
    with pytest.raises(Problem) as caught:
        ask(session)
    assert caught.value.id == "template_failed"
    assert "No system role here" in str(caught.value.arguments["detail"])


def test_a_template_that_is_no_template(start: Start) -> None:
    with pytest.raises(Problem, match="template_invalid"):
        ask(start("{% for %}"))


def test_a_template_that_loops_is_stopped_and_the_worker_lives(start: Start) -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    session = start(loop)
    reply = session.reply(ReplyRequest((Message("user", "hi"),)), lambda _: None)
    reply.cancel()
    assert reply.wait(30).reason == "cancelled"
    assert session.count_tokens("still here", 10) > 0


def test_a_template_cannot_reach_out_of_its_sandbox(start: Start) -> None:
    escape = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(Problem, match="template_failed"):
        ask(start(escape))


def test_cancel_while_the_prompt_is_read(start: Start) -> None:
    session = start(context=2048, batch=32)
    read = threading.Event()
    request = ReplyRequest((Message("user", "x " * 900),), NOISE)
    reply = session.reply(request, lambda _: read.set())
    assert read.wait(30)
    reply.cancel()
    assert reply.wait(30).reason in ("cancelled", "length", "stop", "context")
    assert ask(session).usage.completion_tokens > 0


def test_a_context_that_is_full_ends_the_reply_visibly(start: Start) -> None:
    session = start(context=256)
    finished = ask(session, "hi", Sampling(temperature=1.0, top_k=0, top_p=1.0, seed=5))
    assert finished.reason in ("context", "stop")
    assert finished.usage.prompt_tokens + finished.usage.completion_tokens <= session.state.report.context  # type: ignore[union-attr]
