"""`qwendesk doctor --report`: shown first, written whole or not at all, never over a file unasked."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.cli import reporting
from qwendesk.system import settings
from qwendesk.system.paths import Paths

from .conftest import Run


def test_the_report_is_listed_and_written(qwendesk: Run, tmp_path: Path) -> None:
    assert qwendesk("chat", "seedling", "-p", "Say xyzzyprompt").returncode == 0
    file = tmp_path / "report.zip"
    done = qwendesk("doctor", "--fast", "--report", str(file))
    assert done.returncode == 0, done.stderr
    for name in ("README.txt", "versions.json", "checks.json", "logs/"):
        assert name in done.stdout
    assert "Taken out" in done.stdout
    with zipfile.ZipFile(file) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert len(json.loads(texts["checks.json"])) > 3
    assert any("asked with" in text for name, text in texts.items() if name.startswith("logs/"))
    assert not [name for name, text in texts.items() if "xyzzyprompt" in text or str(tmp_path) in text]

    before = file.read_bytes()
    refused = qwendesk("doctor", "--fast", "--report", str(file))
    assert refused.returncode == 1
    assert "is there already" in refused.stderr
    assert file.read_bytes() == before
    assert qwendesk("doctor", "--fast", "--report", str(file), "--yes").returncode == 0
    assert file.read_bytes() != before


def test_wrong_usage(qwendesk: Run, tmp_path: Path) -> None:
    assert qwendesk("doctor", "--report", str(tmp_path / "x.zip"), "--json").returncode == 2
    assert qwendesk("doctor", "--report", str(tmp_path)).returncode == 2


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    with App(paths) as app:
        yield app


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    class System:
        stdin = stdout = Terminal

    monkeypatch.setattr(reporting, "sys", System)


def ask(app: App, file: Path, answers: str) -> tuple[int, str]:
    """Run it with these answers typed; its exit code and what it said."""

    @click.command()
    def command() -> None:
        raise SystemExit(reporting.report(app, file, checks=[], yes=False))

    result = CliRunner().invoke(command, input=answers)
    return result.exit_code, result.output


def test_in_a_terminal_each_file_can_be_read_before_anything_is_written(
    app: App, terminal: None, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "report.zip"
    code, told = ask(app, file, "2\n99\nn\n")
    assert code == 1
    assert '"python"' in told, "the second file was shown"
    assert "There are" in told
    assert "Nothing was written" in told
    assert not file.parent.exists()
    code, told = ask(app, file, "\n")
    assert (code, file.parent.exists()) == (1, False)
    code, told = ask(app, file, "y\n")
    assert code == 0
    assert zipfile.is_zipfile(file)


def test_in_a_terminal_it_asks_before_it_replaces(app: App, terminal: None, tmp_path: Path) -> None:
    file = tmp_path / "report.zip"
    file.write_text("precious", encoding="utf-8")
    code, told = ask(app, file, "n\n")
    assert code == 1
    assert "would be replaced" in told
    assert file.read_text(encoding="utf-8") == "precious"


def test_a_full_disk_leaves_the_old_file_and_no_half_one(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = tmp_path / "report.zip"
    file.write_text("precious", encoding="utf-8")
    monkeypatch.setattr(settings.os, "fsync", full)
    with pytest.raises(Problem, match="No space left") as problem:
        reporting.report(app, file, checks=[], yes=True)
    assert problem.value.id == "report_not_written"
    monkeypatch.undo()
    assert file.read_text(encoding="utf-8") == "precious"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["home", "report.zip"]
