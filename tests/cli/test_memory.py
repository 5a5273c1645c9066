"""`qwendesk memory`, and the question before what does not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.tiny_gguf import write_tiny

from .conftest import Run

HUGE = ("--ctx", str(1 << 20), "-o", "slots=64", "-o", "gpu_layers=0")


@pytest.fixture
def huge(tmp_path: Path) -> str:
    """A small file whose cache takes half a terabyte with the options HUGE."""
    return str(write_tiny(tmp_path / "huge.gguf", context=1 << 20, layers=64))


def test_the_parts_are_told(qwendesk: Run, runtime: str) -> None:
    done = qwendesk("memory", "--runtime", runtime, "--json")
    told = json.loads(done.stdout)
    assert told["verdict"] in ("fits", "tight")
    assert (told["runtime"], told["context"], told["slots"]) == (runtime, 2048, 4)
    assert sum(one["bytes"] for one in told["parts"]) == told["total"] < told["limit"]
    assert told["error"] is None
    cache = next(one for one in told["parts"] if one["id"] == "cache")
    assert cache["bytes"] == 4 * 2048 * 4 * 2 * 2 * 64 * 2
    smaller = json.loads(
        qwendesk("memory", "--runtime", runtime, "--ctx", "512", "-o", "slots=1", "--json").stdout
    )
    assert smaller["total"] < told["total"]


def test_the_table_is_for_people(qwendesk: Run) -> None:
    done = qwendesk("memory", "seedling")
    assert done.returncode == 0, done.stderr
    assert "KV cache" in done.stdout
    assert "16.8 MB  4 attention layers × 2,048 cells × 4 slots" in done.stdout
    assert "are free" in done.stdout


def test_what_does_not_fit_says_what_would(qwendesk: Run, huge: str) -> None:
    done = qwendesk("memory", huge, *HUGE)
    assert done.returncode == 0
    assert "but only" in done.stdout
    assert "It would fit with" in done.stdout
    told = json.loads(qwendesk("memory", huge, *HUGE, "--json").stdout)
    assert told["verdict"] == "too_big"
    assert told["suggestions"]


def test_chat_refuses_what_does_not_fit(qwendesk: Run, huge: str) -> None:
    done = qwendesk("chat", huge, *HUGE, "-p", "hi")
    assert done.returncode == 1
    assert not done.stdout
    assert len(done.stderr.strip().splitlines()) == 1
    assert "What would fit: " in done.stderr
    assert "--force" in done.stderr


def test_force_loads_it_all_the_same(qwendesk: Run, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    adapter = tmp_path / "adapter.gguf"
    with adapter.open("wb") as file:
        file.truncate(1 << 42)  # a hole: four terabytes that nobody ever reads
    asked = (
        "chat",
        "seedling",
        "--runtime",
        "llamacpp",
        "-o",
        f"lora={adapter}",
        "-o",
        "gpu_layers=0",
        "-p",
        "hi",
    )
    assert "--force" in qwendesk(*asked).stderr
    forced = qwendesk(*asked, "--force")
    assert forced.returncode == 1
    assert "adapter.gguf" in forced.stderr, "the engine was asked, and says why not"
    assert "--force" not in forced.stderr


def test_an_unknown_option_is_told(qwendesk: Run) -> None:
    done = qwendesk("memory", "-o", "colour=red")
    assert done.returncode == 2
    assert "colour" in done.stderr


def test_a_terminal_is_asked(huge: str, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    import os
    import subprocess
    import sys

    parent, child = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "qwendesk",
        "--home",
        str(tmp_path / "home"),
        "chat",
        huge,
        *HUGE,
        "-p",
        "hi",
    ]
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, env={**os.environ, "PYTHONUTF8": "1"}
    )
    os.close(child)
    seen = b""
    while b"[y/N]" not in seen:
        seen += os.read(parent, 4096)
    os.write(parent, b"n\n")
    assert process.wait(60) == 1
    os.close(parent)
    assert b"Load it all the same?" in seen
