"""The offline switch: a setting, a variable, another process; a broken file keeps everything in."""

from __future__ import annotations

from pathlib import Path

import pytest

from qwendesk.system.offline import OfflineSwitch
from qwendesk.system.settings import Settings


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def reason(switch: OfflineSwitch) -> str | None:
    found = switch.reason()
    return found.id if found else None


def test_it_is_off_at_first(place: Path) -> None:
    assert reason(OfflineSwitch(Settings(place))) is None


def test_it_is_kept(place: Path) -> None:
    OfflineSwitch(Settings(place)).turn(True)
    assert reason(OfflineSwitch(Settings(place))) == "offline"


def test_another_process_may_turn_it(place: Path) -> None:
    here, there = OfflineSwitch(Settings(place)), OfflineSwitch(Settings(place))
    assert reason(here) is None
    there.turn(True)
    assert reason(here) == "offline"
    there.turn(False)
    assert reason(here) is None


@pytest.mark.parametrize(
    ("value", "offline"), [("1", True), ("yes", True), ("0", False), ("", False), ("off", False)]
)
def test_the_variable(place: Path, monkeypatch: pytest.MonkeyPatch, value: str, offline: bool) -> None:
    monkeypatch.setenv("QWENDESK_OFFLINE", value)
    assert (reason(OfflineSwitch(Settings(place))) == "offline") is offline


def test_a_broken_file_keeps_everything_in(place: Path) -> None:
    switch = OfflineSwitch(Settings(place))
    place.write_text("network = offline = true", encoding="utf-8")
    assert reason(switch) == "offline_unsure"
    place.write_text("[network]\noffline = false\n", encoding="utf-8")
    assert reason(switch) is None
