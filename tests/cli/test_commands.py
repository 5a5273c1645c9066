"""The other commands, the faces that `qwendesk` alone opens, and the home folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run


def test_version(qwendesk: Run) -> None:
    assert qwendesk("version").stdout.startswith("QwenDesk 0.")


def test_plugins(qwendesk: Run) -> None:
    plugins = {one["name"]: one for one in json.loads(qwendesk("plugins", "--json").stdout)}
    assert plugins["llamaserver"]["state"] == "active"
    assert plugins["llamaserver"]["hooks"] == ["register_runtimes"]
    assert "llamaserver" in qwendesk("plugins").stdout


def test_doctor_asks_seedling(qwendesk: Run) -> None:
    done = qwendesk("doctor", "--json")
    told = json.loads(done.stdout)
    results = {one["id"]: one for one in told["checks"]}
    assert done.returncode == 0
    assert told["state"] in ("healthy", "degraded")
    assert results["runtime.llamaserver"]["status"] == "ok"
    assert "68" in results["seedling.llamaserver"]["sentence"]
    assert results["thinking.llamaserver"]["status"] == "ok"


def test_with_neither_display_nor_terminal_one_question_is_answered(qwendesk: Run) -> None:
    done = qwendesk()
    assert done.returncode == 0, done.stderr
    assert "What is 23 + 45?" in done.stdout
    assert "68" in done.stdout
    assert "no display" in done.stderr


@pytest.mark.parametrize("place", ["before", "after"])
def test_home_before_and_after_the_command(qwendesk: Run, tmp_path: Path, place: str) -> None:
    home = ("--home", str(tmp_path / "elsewhere"))
    arguments = (*home, "plugins") if place == "before" else ("plugins", *home)
    assert qwendesk(*arguments).returncode == 0
    assert (tmp_path / "elsewhere").is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home_is_told_and_chat_works(qwendesk: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    done = qwendesk("chat", "-p", "What is 23 + 45?", "--no-think")
    assert done.returncode == 0
    assert "68" in done.stdout
    assert "cannot be written" in done.stderr


def test_a_home_that_is_a_file_is_told_and_chat_works(qwendesk: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way", encoding="utf-8")
    done = qwendesk("chat", "-p", "What is 23 + 45?", "--no-think")
    assert done.returncode == 0
    assert "68" in done.stdout
    assert "cannot be made" in done.stderr


def test_the_window_opens_without_the_command_line() -> None:
    code = (
        "import sys, qwendesk.__main__ as face; sys.argv = ['qwendesk'];"
        "face.open_window = lambda paths: 'click' in sys.modules; sys.exit(face.main())"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_settings_are_listed_changed_and_unset(qwendesk: Run) -> None:
    assert "downloads.parallel = 2 (default)" in qwendesk("settings").stdout
    assert qwendesk("settings", "downloads.parallel", "3").returncode == 0
    assert qwendesk("settings", "downloads.parallel").stdout == "3\n"
    assert qwendesk("settings", "library.roots", os.pathsep.join(("/a", "/b"))).returncode == 0
    held = json.loads(qwendesk("settings", "--json").stdout)
    assert (held["downloads.parallel"], held["library.roots"]) == (3, ["/a", "/b"])
    assert qwendesk("settings", "downloads.parallel", "--unset").returncode == 0
    assert qwendesk("settings", "downloads.parallel").stdout == "2\n"


def test_wrong_settings_are_refused_in_a_sentence(qwendesk: Run) -> None:
    done = qwendesk("settings", "hub.huggingface.endpoint", "hf-mirror")
    assert (done.returncode, done.stdout) == (1, "")
    assert "hub.huggingface.endpoint" in done.stderr
    assert "https://" in done.stderr
    assert "no setting nope" in qwendesk("settings", "nope").stderr
    assert qwendesk("settings", "--unset").returncode == 2
