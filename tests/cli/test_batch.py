"""`qwendesk batch` with the real Seedling: answers in order, going on after a kill, and what goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from qwendesk.api.options import describe
from qwendesk.api.sampling import Sampling
from qwendesk.chat.batch.progress import Progress
from qwendesk.cli.batch import bar, command

from .conftest import Run

ROWS = 120


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Short and long ones in turn, so that they do not end in their order."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row(n)) + "\n" for n in range(1, ROWS + 1)))
    return path


def row(n: int) -> dict[str, Any]:
    prompt = "Tell me a long story" if n % 5 else f"What is {n} + 45?"
    return {"id": f"r{n}", "prompt": prompt, "max_tokens": 4 if n % 2 else 160, "temperature": 1.2}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]


def begin(tmp_path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "QWENDESK_HOME": str(tmp_path / "home"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "qwendesk", "batch", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )


def when(running: subprocess.Popen[bytes], part: Path, count: int, act: Callable[[], None]) -> None:
    """Do this once so many rows are written."""
    while not part.exists() or part.read_bytes().count(b"\n") < count:
        try:
            running.wait(0.005)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"it ended before that: {running.communicate()}")
    act()


def must_be_whole(target: Path) -> list[dict[str, Any]]:
    answers = lines(target)
    assert [one["row"] for one in answers] == list(range(1, ROWS + 1))
    assert [one["id"] for one in answers] == [f"r{n}" for n in range(1, ROWS + 1)]
    assert all(one["usage"]["completion_tokens"] for one in answers)
    return answers


def test_answers_in_order_and_a_sentence_at_the_end(qwendesk: Run, tmp_path: Path, runtime: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        '{"prompt": "What is 23 + 45?", "id": "sum", "think": true}\n'
        '{"messages": [{"role": "user", "content": "What is the capital of France?"}]}\n'
    )
    flags = ("--no-think", "--temperature", "0", "--runtime", runtime, "--system", "Answer in upper case.")
    done = qwendesk("batch", str(source), str(target), "--model", "seedling", *flags)
    assert done.returncode == 0, done.stderr
    assert f"2 rows are answered: {target}" in done.stderr
    assert done.stdout == ""
    first, second = lines(target)
    assert first["reasoning"]
    assert "68" in first["text"]
    assert "PARIS" in second["text"]
    assert second["finish_reason"] == "stop"


def test_a_rerun_says_the_same(qwendesk: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_text("Tell me a long story\n" * 3)
    texts = []
    for name in ("a", "b"):
        flags = (
            "--text",
            "--no-think",
            "--temperature",
            "1.5",
            "--top-k",
            "0",
            "--top-p",
            "1",
            "-o",
            "slots=1",
        )
        done = qwendesk("batch", str(source), str(tmp_path / name), "--model", "seedling", *flags)
        assert done.returncode == 0, done.stderr
        texts.append([one["text"] for one in lines(tmp_path / name)])
    assert texts[0] == texts[1]
    assert len(set(texts[0])) > 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_after_a_kill_it_goes_on_at_the_row(qwendesk: Run, tmp_path: Path, rows: Path) -> None:
    target, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    arguments = (str(rows), str(target), "--model", "seedling", "--no-think")
    kept = b""
    for count in (10, 40):
        running = begin(tmp_path, *arguments)
        when(running, part, count, running.kill)
        assert running.wait(30) == -signal.SIGKILL
        running.communicate()
        assert not target.exists()
        assert part.read_bytes().startswith(kept)
        kept = part.read_bytes()[: part.read_bytes().rindex(b"\n") + 1]
    part.write_bytes(part.read_bytes() + b'{"row": 1, "te')
    done = qwendesk("batch", *arguments)
    assert done.returncode == 0, done.stderr
    assert target.read_bytes().startswith(kept)
    must_be_whole(target)
    assert sorted(one.name for one in tmp_path.glob("out*")) == ["out.jsonl"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_says_how_to_go_on(qwendesk: Run, tmp_path: Path, rows: Path) -> None:
    target, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    arguments = (str(rows), str(target), "--model", "seedling", "--no-think")
    running = begin(tmp_path, *arguments)
    when(running, part, 5, lambda: running.send_signal(signal.SIGINT))
    _out, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert b"Traceback" not in said
    assert f"of {ROWS} rows, which are kept" in said.decode()
    assert "Start it again as it was" in said.decode()
    assert qwendesk("batch", *arguments).returncode == 0
    must_be_whole(target)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_worker_that_is_killed_costs_no_row(tmp_path: Path, rows: Path) -> None:
    target, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    running = begin(tmp_path, str(rows), str(target), "--model", "seedling", "--no-think")

    def kill_worker() -> None:
        (worker,) = psutil.Process(running.pid).children()
        worker.kill()

    when(running, part, 8, kill_worker)
    _out, said = running.communicate(timeout=100)
    assert running.returncode == 0, said
    must_be_whole(target)


def test_json_lines_and_rows_that_failed(qwendesk: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"prompt": "Hello"}\nnonsense\n{"prompt": "a", "temperature": 9}\n')
    done = qwendesk("batch", str(source), str(target), "--model", "seedling", "--json")
    assert done.returncode == 1
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["event"], last["done"], last["failed"], last["total"]) == ("done", 3, 2, 3)
    assert last["path"] == str(target)
    assert [one.get("error", {}).get("id") for one in lines(target)] == [
        None,
        "batch_row_malformed",
        "option_range",
    ]
    assert "temperature" in lines(target)[2]["error"]["sentence"]
    plain = qwendesk("batch", str(source), str(target), "--model", "seedling", "--restart")
    assert plain.returncode == 1
    assert "2 rows failed and have their errors there. The last one: Row 3:" in plain.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("IN", "OUT"), 2, "--model"),
        (("IN", "OUT", "--model", "no-such"), 1, "no-such"),
        (("nowhere.jsonl", "OUT", "--model", "seedling"), 1, "nowhere.jsonl"),
        (("IN", "IN", "--model", "seedling"), 1, "replaced"),
        (("IN", "DONE", "--model", "seedling"), 1, "--restart"),
        (("IN", "BEGUN", "--model", "seedling"), 1, "begun with another input"),
        (("IN", "OUT", "--model", "seedling", "--temperature", "9"), 2, "temperature"),
        (("IN", "OUT", "--model", "seedling", "-o", "nope=1"), 2, "nope"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    qwendesk: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    (tmp_path / "IN").write_text('{"prompt": "Hello"}\n')
    (tmp_path / "DONE").write_text("precious\n")
    (tmp_path / "BEGUN.part").write_text('{"row": 1}\n')
    done = qwendesk("batch", *(str(tmp_path / one) if one.isupper() else one for one in arguments))
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert (tmp_path / "DONE").read_text() == "precious\n"


def test_every_sampling_option_is_a_flag() -> None:
    flags = {flag for one in command.params for flag in one.opts}
    assert {f"--{one.name.replace('_', '-')}" for one in describe(Sampling)} <= flags


def test_the_bar_of_a_terminal() -> None:
    now = Progress("asking", 450, 2, 1000, 3.14, 120.0, 175.2)
    assert bar(now, 200) == (
        "[##########--------------]   45 %  450 of 1,000 rows, 2 failed  3.1 rows/s  120.0 tok/s  3 min left"
    )
    assert len(bar(now, 40)) == 39
    assert bar(Progress("counting"), 80) == "Counting the rows…"
    assert bar(Progress("loading", 3, 0, 9), 80) == "Loading the model…  3 of 9 rows"
