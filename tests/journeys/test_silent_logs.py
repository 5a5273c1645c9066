"""No byte of what people type or models answer reaches the log files, whatever goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes import talkative_engine
from qwendesk.api.messages import Message, Thinking, Tool, ToolCall
from qwendesk.api.problem import Problem
from qwendesk.api.reply import Finished, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths

ROOT = Path(__file__).parents[2]
SYSTEM, PROMPT, CALL, NOTE = "plughsystem", "xyzzyprompt", "fnordargument", "grueattached"
MARKS = (SYSTEM, PROMPT, CALL, NOTE)
Written = Callable[[], str]


@pytest.fixture
def path_of_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that workers import from first."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (tmp_path, ROOT / "tests", ROOT))))
    return tmp_path


@pytest.fixture
def app(paths: Paths, path_of_workers: Path) -> Iterator[App]:
    with App(paths) as app:
        yield app


@pytest.fixture
def talkative(paths: Paths, path_of_workers: Path) -> Iterator[App]:
    with App(paths, [talkative_engine.found()]) as app:
        yield app


def conversation(text: str = "") -> tuple[Message, ...]:
    """With all that people can put into one: everything of it holds one of the marks."""
    call = ToolCall("lookup", {"word": CALL})
    return (
        Message("system", f"You are {SYSTEM}."),
        Message("user", f"Look up {PROMPT}\nand this file:\n{NOTE}"),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", f"{CALL} is not known.", name="lookup"),
        Message("user", f"{text} {PROMPT}\nprint_info: {PROMPT} = 3\n  {NOTE}\n"),
    )


def asked(text: str = "", **more: object) -> ReplyRequest:
    tool = Tool("lookup", f"Looks up {CALL}.", {"type": "object", "properties": {CALL: {"type": "string"}}})
    thinking = Thinking(on=False)
    return ReplyRequest(conversation(text), Sampling(temperature=0.0), thinking, (tool,), **more)  # type: ignore[arg-type]


def written(app: App) -> str:
    """Every byte under the folder of logs."""
    assert app.log.flush()
    found = [one.read_bytes() for one in app.paths.logs.rglob("*") if one.is_file()]
    assert found, "nothing was logged at all"
    return b"".join(found).decode()


def loaded(app: App, runtime: str) -> Session:
    session = app.runtimes.open(app.library.find("seedling"), runtime)
    session.wait_ready(60)
    return session


def end(session: Session) -> None:
    session.close()
    assert session.join(10)


def silent(told: str, *more: str) -> bool:
    return not [mark for mark in (*MARKS, *more) if mark in told]


@pytest.fixture
def verbose(path_of_workers: Path) -> None:
    """llama.cpp's server says all it can, generated tokens and prompts among it."""
    text = "import qwendesk_llamaserver.wheel as wheel\nwheel._VERBOSITY = 9\n"
    (path_of_workers / "sitecustomize.py").write_text(text, encoding="utf-8")


def test_seedling_chats_and_the_log_tells_it_without_a_word_of_it(app: App, runtime: str) -> None:
    session = loaded(app, runtime)
    finished = session.reply(asked(), lambda _event: None).wait(60)
    session.count_tokens(PROMPT, 30)
    end(session)
    told = written(app)
    assert silent(told, finished.answer)
    assert f"Worker {session.pid}, reply 1: asked with 5 messages, the last one sha256:" in told
    assert f"{finished.usage.completion_tokens} written" in told


def test_the_most_verbose_engine_is_kept_out_of_the_files_and_stays_in_memory(
    verbose: None, app: App
) -> None:
    session = loaded(app, "llamaserver")
    finished = session.reply(asked(), lambda _event: None).wait(60)
    end(session)
    assert any("slot decode token" in line or "next token" in line for line in session.log()), (
        "the engine is not as verbose as it can be"
    )
    told = written(app)
    assert silent(told, finished.answer)
    assert "lines left out: they may hold text" in told
    assert "print_info: file size" in told, (
        "what holds figures only is there, while it is not too much at once"
    )


@pytest.mark.parametrize("word", ["go on", "raise", "die"])
def test_an_engine_that_prints_its_prompt_fails_with_it_and_dies_of_it(talkative: App, word: str) -> None:
    session = loaded(talkative, "scripted")
    reply = session.reply(asked(word), lambda _event: None)
    if word == "go on":
        assert isinstance(reply.wait(60), Finished)
    else:
        with pytest.raises(Problem) as problem:
            reply.wait(60)
        assert problem.value.id in ("internal", "worker_ended", "engine_out_of_card_memory")
    end(session) if word != "die" else session.join(10)
    assert any(PROMPT in line for line in session.log()), "the lines in memory are whole"
    told = written(talkative)
    assert silent(told)
    assert "engine_out_of_card_memory" in told or "(out_of_card_memory)" in told, "why is still to be seen"


def test_a_template_that_raises_with_the_prompt(app: App) -> None:
    session = loaded(app, "llamaserver")
    template = "{{ raise_exception('odd: ' ~ messages[-1].content) }}"
    with pytest.raises(Problem, match=PROMPT):
        session.reply(asked(template=template), lambda _event: None).wait(60)
    end(session)
    told = written(app)
    assert silent(told)
    assert "template_failed" in told


def test_the_command_line_with_a_file_a_system_prompt_and_a_tool(
    tmp_path: Path, path_of_workers: Path
) -> None:
    note, home = tmp_path / "note.txt", tmp_path / "home"
    note.write_text(f"It says {NOTE}.", encoding="utf-8")
    command = [sys.executable, "-m", "qwendesk", "--home", str(home), "chat", "-p", f"Say {PROMPT}", "--json"]
    command += ["--system", SYSTEM, "--attach", str(note), "--tool", "calculator", "--allow-tools"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found = [one.read_text(encoding="utf-8") for one in (home / "logs").iterdir()]
    assert found
    assert silent("".join(found))
    assert MARKS[0] in done.stdout + " ".join(command)
