"""The prompt in a real pseudo-terminal: talk, stop a reply with Ctrl-C, leave with Ctrl-D."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qwendesk.api.problem import Problem
from qwendesk.cli.command import say
from qwendesk.cli.terminal import harmless

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

import pty
import termios


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, home: Path, *arguments: str) -> None:
        """Runs `qwendesk chat ARGUMENTS...`."""
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (40, 100))
        self._master = master
        environment = {
            **os.environ,
            "QWENDESK_HOME": str(home),
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qwendesk", "chat", "--temperature", "0", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""

    def ask(self, text: str) -> None:
        """Type a line once the line editor is ready for it."""
        self.wait_for("\x1b[?2004h")
        self.type(text)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Read until the text has been shown since the last call."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{text!r} did not come; shown: {self.shown[-2000:]!r}"
            try:
                self.shown += os.read(self._master, 65536).decode("utf-8", "replace")
            except OSError:
                pytest.fail(f"ended before {text!r}: {self.shown[-2000:]!r}")
        self.shown = self.shown.partition(text)[2]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._master)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "home")
    yield terminal
    terminal.close()


def test_talking_stopping_and_leaving(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("Ctrl-D leaves")
    terminal.ask("My name is Anna.\r")
    terminal.wait_for("to first token")
    terminal.ask("What is my name?\r")
    terminal.wait_for("Anna")
    terminal.wait_for("to first token")
    terminal.ask("Tell me a long story\r")
    terminal.wait_for("Once")
    terminal.type("\x03")
    terminal.wait_for("to first token")
    terminal.ask("What is 23 + 45?\r")
    terminal.wait_for("68")
    terminal.wait_for("to first token")
    terminal.ask("\x04")
    assert terminal.process.wait(20) == 0
    history = tmp_path / "home" / "prompt-history"
    assert "What is my name?" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o077 == 0


def test_ctrl_c_while_the_terminal_stands_still_stops_the_reply(terminal: Terminal) -> None:
    """Ctrl-S holds the output, so that the program waits in a write when Ctrl-C comes."""
    terminal.ask("Tell me a long story\r")
    terminal.wait_for("Once")
    terminal.type("\x13")
    terminal.type("\x03")
    terminal.wait_for("to first token")
    terminal.ask("What is 23 + 45?\r")
    terminal.wait_for("68")
    terminal.ask("\x04")
    assert terminal.process.wait(20) == 0


def test_figures_of_one_answer_are_shown_to_a_person(tmp_path: Path) -> None:
    with closing(Terminal(tmp_path / "home", "--no-think", "-p", "What is 23 + 45?")) as terminal:
        terminal.wait_for("68")
        terminal.wait_for("tok/s")
        assert terminal.process.wait(20) == 0


def test_a_problem_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(Problem("template_failed", detail="\x1b]0;title\x07\x1b[2J"))
    assert "\x1b" not in capsys.readouterr().err


def test_a_model_cannot_drive_the_terminal() -> None:
    assert harmless("a\x1b[2J\x9b31m\rb\n\tc") == "a\\x1b[2J\\x9b31m\\x0db\n\tc"
