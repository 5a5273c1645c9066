"""Workers that crash, hang, babble and flood: the parent lives, says why, and keeps what came in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.bad_worker import SAID
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Delta, Failed
from qwendesk.models.library import Model
from qwendesk.runtimes import ending
from qwendesk.runtimes.launch import Launch
from qwendesk.runtimes.reply import Inbox, Reply
from qwendesk.runtimes.session import Recipe, Session
from qwendesk.runtimes.supervisor import Patience
from qwendesk.words.problems import word

from .conftest import BAD, SHORT, Witness, request

Start = Callable[..., Session]


def ask(session: Session) -> tuple[Reply, Inbox]:
    session.wait_ready(30)
    return session.stream(request())


def text_and_end(inbox: Inbox) -> tuple[str, Failed]:
    *before, end = list(inbox)
    assert isinstance(end, Failed)
    return "".join(one.text for one in before if isinstance(one, Delta)), end


@pytest.mark.parametrize(
    ("mode", "problem", "says"),
    [
        ("segfaults", "worker_crashed", "SIGSEGV"),
        ("aborts", "worker_aborted", "GGML_ASSERT"),
        ("is_killed", "worker_killed", "peak"),
        ("babbles", "worker_babbled", "not the protocol"),
        ("promises_too_much", "worker_babbled", "not the protocol"),
    ],
)
def test_death_during_a_reply_keeps_the_text_and_says_why(
    bad: Start, mode: str, problem: str, says: str
) -> None:
    session = bad(mode)
    text, end = text_and_end(ask(session)[1])
    assert text == SAID
    assert end.problem.id == problem
    assert says in str(word(end.problem))
    assert word(end.problem).next
    assert session.join(10)
    assert session.state.phase == "dead"
    assert session.state.death is not None
    assert session.state.death.doing == "answering"


@pytest.mark.parametrize(
    ("mode", "problem"), [("segfaults_at_load", "worker_crashed"), ("exits", "worker_ended")]
)
def test_death_while_loading(bad: Start, mode: str, problem: str) -> None:
    session = bad(mode)
    with pytest.raises(Problem) as caught:
        session.wait_ready(30)
    assert caught.value.id == problem


def test_a_command_that_ends_at_once_is_told(tmp_path: Path) -> None:
    """Its end may come before the session is complete."""
    launch = Launch((sys.executable, "-c", "raise SystemExit(7)"))
    recipe = Recipe(Model("m", "m", tmp_path / "m.gguf", "gguf", "", 0), BAD, {}, launch)
    for _ in range(5):
        session = Session(recipe, Witness(), SHORT)
        with pytest.raises(Problem, match="worker_ended"):
            session.wait_ready(30)
        assert session.join(10)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell it")
def test_a_short_life_tells_its_true_peak(tmp_path: Path) -> None:
    """Between two beats nobody measures; the system does."""
    taken = ending.own_peak() + (32 << 20)
    launch = Launch((sys.executable, "-c", f"bytearray({taken}); raise SystemExit(7)"))
    recipe = Recipe(Model("m", "m", tmp_path / "m.gguf", "gguf", "", 0), BAD, {}, launch)
    session = Session(recipe, Witness(), Patience(beat=600))
    assert session.join(60)
    assert session.state.death is not None
    assert session.state.death.peak_bytes >= taken


def test_a_cancel_that_crosses_the_end_kills_nobody(bad: Start) -> None:
    session = bad("finishes")
    for _ in range(3):
        reply, inbox = ask(session)
        list(inbox)
        session._cancel(reply.id)
    assert session._escalation.beat() is None
    assert session.state.phase == "ready"


def test_stdout_noise_is_a_broken_protocol_not_a_crash_of_ours(bad: Start) -> None:
    with pytest.raises(Problem, match="worker_babbled"):
        bad("prints").wait_ready(30)


def test_another_version_is_refused(bad: Start) -> None:
    with pytest.raises(Problem, match="worker_other_version"):
        bad("other_version").wait_ready(30)


def test_cancel_unanswered_becomes_terminate(bad: Start) -> None:
    session = bad("hangs_in_token")
    reply, inbox = ask(session)
    next(iter(inbox))
    reply.cancel()
    with pytest.raises(Problem, match="worker_unanswering"):
        reply.wait(30)
    assert session.state.death is not None
    assert session.state.death.signal in ("SIGTERM", "")


def test_terminate_ignored_becomes_kill(bad: Start) -> None:
    session = bad("ignores_terminate")
    reply, inbox = ask(session)
    next(iter(inbox))
    reply.cancel()
    with pytest.raises(Problem, match="worker_unanswering"):
        reply.wait(30)
    assert session.state.death is not None
    assert session.state.death.signal in ("SIGKILL", "")


def test_silence_is_told_and_never_kills(bad: Start) -> None:
    witness = Witness()
    session = bad("hangs_at_load", witness=witness)
    with pytest.raises(TimeoutError):
        session.wait_ready(1.5)  # silent for longer than cancel, terminate and kill take together
    assert any(one.state.silent_s > 0 for one in witness.changes)
    assert session.state.phase == "loading"


def test_a_load_that_hangs_can_be_closed(bad: Start) -> None:
    session = bad("hangs_at_load")
    with pytest.raises(TimeoutError):
        session.wait_ready(0.5)
    session.close()
    assert session.join(10)
    assert session.state.phase == "closed"


def test_a_flood_of_text_is_read_and_can_be_stopped(bad: Start) -> None:
    session = bad("floods")
    reply, inbox = ask(session)
    for _, event in zip(range(1000), inbox, strict=False):
        assert isinstance(event, Delta)
    reply.cancel()
    with pytest.raises(Problem, match="worker_unanswering"):
        reply.wait(30)


def test_a_flood_of_log_lines_keeps_the_last_ones(bad: Start) -> None:
    session = bad("floods_log")
    session.wait_ready(60)
    assert 0 < len(session.log()) <= 200
    assert max(map(len, session.log())) <= 500
