"""Settings: kept, shared between processes, never lost to a broken file or a full disk."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from qwendesk.api.problem import Problem
from qwendesk.system.settings import Settings


def test_values_come_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    Settings(path).set("window.theme", "dark")
    Settings(path).set("plugins.allowed", ["x"])
    again = Settings(path)
    assert (again.text("window.theme"), again.words("plugins.allowed")) == ("dark", ["x"])
    again.set("window.theme", None)
    assert Settings(path).text("window.theme", "system") == "system"


def test_two_processes_do_not_lose_each_others_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    one, two = Settings(path), Settings(path)
    one.set("a", "1")
    two.set("b", "2")
    assert (Settings(path).text("a"), Settings(path).text("b")) == ("1", "2")


def test_a_broken_file_is_told_and_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("theme = [", encoding="utf-8")
    settings = Settings(path)
    assert settings.problem is not None
    assert settings.problem.id == "settings_broken"
    settings.set("window.theme", "dark")
    assert path.with_suffix(".broken.toml").read_text(encoding="utf-8") == "theme = ["
    assert Settings(path).text("window.theme") == "dark"


def test_wrong_types_fall_back_to_the_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('window = 3\nflag = "yes"\n', encoding="utf-8")
    settings = Settings(path)
    assert settings.text("window.theme", "system") == "system"
    assert settings.switch("flag") is False


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    settings = Settings(path)
    settings.set("a", "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="settings_not_saved"):
        settings.set("a", "new")
    assert settings.text("a") == "new"
    assert Settings(path).text("a") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["settings.toml"]
