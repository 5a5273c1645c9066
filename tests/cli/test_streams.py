"""Streams that are closed, full, or that nobody closes: a sentence, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qwendesk import __main__
from qwendesk.cli import main

from .conftest import Run

if sys.platform == "win32":
    pytest.skip("a POSIX shell", allow_module_level=True)

HI = "chat -p hi --no-think"


def shell(home: Path, line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`qwendesk LINE`, as a shell reads it, without a display."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"QWENDESK_HOME": str(home), "QT_QPA_PLATFORM": "", **more}
    command = ["bash", "-c", f"{sys.executable} -m qwendesk {line}"]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=110, check=False)


@pytest.mark.parametrize(
    ("line", "code", "answer", "says"),
    [
        ("chat <&-", 2, "", "nothing to answer"),
        ("<&-", 0, "68", "no terminal either"),
        (f"{HI} </dev/null >&-", 0, "", ""),
        ("</dev/null >&-", 0, "", "no terminal either"),
        ("nonsense 2>&-", 2, "", ""),
    ],
)
def test_a_closed_stream_is_an_empty_one(
    tmp_path: Path, line: str, code: int, answer: str, says: str
) -> None:
    done = shell(tmp_path / "home", line)
    assert done.returncode == code, done.stderr
    assert answer in done.stdout
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("line", [f"{HI} </dev/null", f"{HI} --json </dev/null", "plugins", "plugins --help"])
def test_a_full_disk_is_one_sentence(tmp_path: Path, line: str, unbuffered: str) -> None:
    done = shell(tmp_path / "home", f"{line} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "The output could not be written: No space left on device. Make room, or send it to another place."
    ]


def test_stopping_at_the_very_start_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["qwendesk", "plugins"])
    monkeypatch.setattr(main, "run", stopped)
    assert __main__.main() == 1
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_pipe_that_nobody_closes_is_told_of(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    environment = {**os.environ, "QWENDESK_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "qwendesk", "chat", "-p", "hi", "--no-think"]
    with subprocess.Popen(
        command, stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        os.close(reader)
        assert process.stderr is not None
        told = process.stderr.readline()
        os.close(writer)
        answer, _rest = process.communicate(timeout=100)
    assert "Standard input is read until it ends" in told
    assert "Seedling" in answer


def test_the_version_is_an_option_too(qwendesk: Run) -> None:
    done = qwendesk("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == qwendesk("version").stdout
