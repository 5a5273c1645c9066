"""`qwendesk compare` with the two files of Seedling in real workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qwendesk.api.options import describe
from qwendesk.api.sampling import Sampling
from qwendesk.chat.comparing.contestant import Answer, Contestant, Round
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import Choice
from qwendesk.chat.turn import Turn
from qwendesk.cli.compare import command
from qwendesk.models.model import Model
from qwendesk.words.comparing import markdown

from .conftest import Run

SUM = "What is 23 + 45?"
BOTH = ("compare", "seedling", "seedling:F16")


def compared(qwendesk: Run, *arguments: str) -> dict[str, Any]:
    done = qwendesk("compare", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def test_answers_stand_under_headings_with_their_figures(qwendesk: Run, runtime: str) -> None:
    done = qwendesk(*BOTH, "-p", SUM, "--no-think", "--temperature", "0", "--runtime", runtime)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.split("## ")[1:]
    assert first.startswith("Seedling Q8_0\n\n")
    assert second.startswith("Seedling F16\n\n")
    for part in (first, second):
        assert "68" in part
        figures = part.strip().splitlines()[-1]
        assert figures.startswith("Speed: ")
        assert all(name in figures for name in ("First token: ", "Tokens: ", "Memory: ", "Loading: "))
        assert "–" not in figures


def test_one_object_with_the_same_seed_for_all(qwendesk: Run) -> None:
    data = compared(qwendesk, "seedling", "seedling:F16", "seedling", "-p", SUM, "--think")
    assert data["question"] == SUM
    assert data["mode"] == "in turn"
    answers = data["answers"]
    assert [one["name"] for one in answers] == ["seedling", "seedling:F16", "seedling"]
    assert len({one["label"] for one in answers}) == 3
    assert len({one["settings"]["seed"] for one in answers}) == 1
    assert all("68" in one["text"] and one["reasoning"] for one in answers)
    assert all(one["usage"]["reused_tokens"] == 0 for one in answers), "each reads its whole prompt"
    assert all(one["timings"]["load_s"] and one["timings"]["ttft_s"] for one in answers)
    assert all(one["memory_bytes"] > 10_000_000 for one in answers)


def test_flags_hold_for_all(qwendesk: Run) -> None:
    flags = ("--temperature", "0", "--seed", "7", "--max-tokens", "3", "--ctx", "512", "--no-think")
    data = compared(qwendesk, "seedling", "seedling:F16", "-p", "Tell me a long story", *flags)
    for one in data["answers"]:
        assert (one["settings"]["seed"], one["settings"]["temperature"]) == (7, 0)
        assert one["usage"]["completion_tokens"] == 3
        assert one["settings"]["options"]["context"] == 512
        assert one["finish_reason"] == "length"


def test_the_question_may_be_piped_and_the_system_message_arrives(qwendesk: Run) -> None:
    system = ("--system", "Answer in upper case.", "--no-think")
    done = qwendesk(*BOTH, *system, input="What is the capital of France?\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("PARIS") == 2


def test_one_that_cannot_be_loaded_costs_no_other_its_answer(
    qwendesk: Run, tmp_path: Path, seedling: Path
) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(seedling.read_bytes()[:-1000])
    done = qwendesk("compare", str(broken), "seedling", "-p", SUM, "--no-think")
    assert done.returncode == 1
    assert "68" in done.stdout.split("## ")[2]
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    done = qwendesk("compare", str(broken), "seedling", "-p", SUM, "--no-think", "--json")
    assert done.returncode == 1
    failed, answered = json.loads(done.stdout)["answers"]
    assert failed["error"]
    assert "68" in answered["text"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_stops_all_of_it(tmp_path: Path) -> None:
    environment = {**os.environ, "QWENDESK_HOME": str(tmp_path / "home"), "PYTHONUTF8": "1"}
    arguments = [*BOTH, "-p", "Tell me a long story", "--temperature", "2", "--top-k", "0", "--top-p", "1"]
    running = subprocess.Popen(
        [sys.executable, "-m", "qwendesk", *arguments, "--seed", "1", "--ctx", "2048"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith(b"## Seedling Q8_0")
    running.send_signal(signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert b"Traceback" not in error, error
    assert running.returncode in (0, 1)
    assert out.count(b"## ") <= 1


def test_a_table_holds_whatever_is_said(seedling: Path) -> None:
    model = Model("m", "M", seedling, "gguf", "Q8_0", 0)
    cold, hot = (
        Contestant("M Q8_0", Choice(model), Settings(Sampling(temperature=one))) for one in (0.0, 1.0)
    )
    hostile = Answer(Turn(1, "assistant", "a | b\n<script>\\|"), 1.0, 2_000_000)
    table = markdown([cold, hot], [Round("x|y\nz", (hostile, None))]).splitlines()
    assert table[0] == "|  | M Q8_0 (temperature 0) | M Q8_0 (temperature 1) |"
    assert table[2] == r"| **x\|y<br>z** | a \| b<br>&lt;script>\\\| | – |"
    assert table[6] == "| Memory | 2.0 MB | – |"
    assert len(table) == 10


def test_every_sampling_option_is_a_flag() -> None:
    flags = {flag for one in command.params for flag in one.opts}
    assert {f"--{one.name.replace('_', '-')}" for one in describe(Sampling)} <= flags


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("compare", "seedling", "-p", "x"), 1, "2 to 4 models, and these are 1"),
        (("compare", *["seedling"] * 5, "-p", "x"), 1, "2 to 4 models, and these are 5"),
        ((*BOTH,), 2, "nothing to answer"),
        (("compare", "-p", "x"), 2, "MODEL"),
        (("compare", "seedling", "no-such-model", "-p", "x"), 1, "no-such-model"),
        ((*BOTH, "-p", "x", "--runtime", "nope"), 2, "nope"),
        ((*BOTH, "-p", "x", "--temperature", "9"), 2, "temperature"),
        ((*BOTH, "-p", "x", "-o", "nope=1"), 2, "nope"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    qwendesk: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = qwendesk(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert says in done.stderr
    assert done.stdout == ""
