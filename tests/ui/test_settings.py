"""The settings dialog in a real window: forms, folders, tokens, and what holds afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from fakes.hub import Hub
from fakes.ring import Ring
from qwendesk.system.paths import resources
from qwendesk.ui.dialogs.settings import SettingsDialog
from qwendesk.ui.dialogs.token import TokenRow
from ui.conftest import Opened

Opens = Callable[..., Opened]
SEEDLING = resources() / "seedling" / "seedling-q8_0.gguf"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    for variable in ("HF_TOKEN", "HF_ENDPOINT", "MODELSCOPE_API_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def opened(open_window: Opens, ring: Ring) -> Opened:
    opened = open_window()
    opened.until_open()
    return opened


def dialog(opened: Opened) -> SettingsDialog:
    opened.controller.actions.trigger("file.settings")
    opened.until(lambda: opened.window.findChild(SettingsDialog) is not None)
    found = opened.window.findChild(SettingsDialog)
    assert found is not None
    opened.until(lambda: not any(form.building for form in found.forms.values()))
    return found


def save(opened: Opened, shown: SettingsDialog) -> None:
    opened.qtbot.mouseClick(shown.save, Qt.MouseButton.LeftButton)
    opened.until(lambda: opened.window.findChild(SettingsDialog) is None)


def test_a_mirror_set_in_the_window_is_asked(opened: Opened) -> None:
    with Hub({"acme/tiny-GGUF": {"tiny-Q8_0.gguf": SEEDLING}}) as hub:
        shown = dialog(opened)
        shown.forms["hub.huggingface"].fields["endpoint"].edit.setText(hub.url)  # type: ignore[attr-defined]
        save(opened, shown)
        opened.room.downloading.pull("acme/tiny-GGUF:Q8_0")
        opened.until(lambda: any(one.state == "done" for one in opened.room.downloading.pulls))


def test_what_is_wrong_is_told_in_place_and_can_be_mended(opened: Opened) -> None:
    shown = dialog(opened)
    form = shown.forms["hub.huggingface"]
    form.set_values({"endpoint": "hf-mirror"})
    opened.qtbot.mouseClick(shown.save, Qt.MouseButton.LeftButton)
    opened.until(shown.problem.isVisible)
    assert "hub.huggingface.endpoint" in shown.problem.text()
    assert shown.save.isEnabled()
    form.set_values({"endpoint": "https://hf-mirror.example"})
    save(opened, shown)
    assert opened.room.app.settings.text("hub.huggingface.endpoint") == "https://hf-mirror.example"


def test_a_folder_that_is_added_is_looked_into(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SEEDLING, tmp_path / "mine-Q8_0.gguf")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    shown = dialog(opened)
    folders = shown.forms["library"].fields["roots"].list  # type: ignore[attr-defined]
    opened.qtbot.mouseClick(folders.add, Qt.MouseButton.LeftButton)
    opened.qtbot.mouseClick(folders.add, Qt.MouseButton.LeftButton)
    assert folders.folders() == (str(tmp_path),)
    save(opened, shown)
    opened.until(lambda: any("mine" in one.name for one in opened.room.running.models))
    shown = dialog(opened)
    folders = shown.forms["library"].fields["roots"].list  # type: ignore[attr-defined]
    folders.list.setCurrentRow(0)
    opened.qtbot.keyClick(folders.list, Qt.Key.Key_Delete)
    save(opened, shown)
    opened.until(lambda: not any("mine" in one.name for one in opened.room.running.models))


def test_cancelled_means_unchanged(opened: Opened) -> None:
    shown = dialog(opened)
    shown.forms["downloads"].set_values({"parallel": 5, "mb_per_second": 2.5})
    assert shown.changes() == {"downloads.parallel": 5, "downloads.mb_per_second": 2.5}
    shown.reject()
    assert opened.room.app.preferences.values("downloads")["parallel"] == 2


def token_row(shown: SettingsDialog) -> TokenRow:
    return shown.findChildren(TokenRow)[0]


def test_a_token_goes_to_the_keyring_and_out_again(opened: Opened, ring: Ring) -> None:
    row = token_row(dialog(opened))
    opened.until(lambda: "No token" in row.state.text())
    opened.qtbot.keyClicks(row.edit, "hf_s3cret")
    opened.qtbot.mouseClick(row.keep, Qt.MouseButton.LeftButton)
    opened.until(lambda: "in the keyring" in row.state.text())
    assert list(ring.kept.values()) == ["hf_s3cret"]
    assert row.edit.text() == ""
    opened.qtbot.mouseClick(row.forget, Qt.MouseButton.LeftButton)
    opened.until(lambda: "No token" in row.state.text())
    assert not ring.kept


def test_without_a_keyring_the_variable_is_named(opened: Opened) -> None:
    keyring.set_keyring(NoKeyring())
    row = token_row(dialog(opened))
    opened.until(lambda: "No token" in row.state.text())
    opened.qtbot.keyClicks(row.edit, "hf_s3cret")
    opened.qtbot.keyClick(row.edit, Qt.Key.Key_Return)
    opened.until(lambda: "HF_TOKEN" in row.state.text())
    assert row.edit.text() == "hf_s3cret", "what was typed is not lost"


def test_saving_keeps_a_token_that_was_only_typed(opened: Opened, ring: Ring) -> None:
    shown = dialog(opened)
    opened.qtbot.keyClicks(token_row(shown).edit, "hf_s3cret")
    save(opened, shown)
    assert list(ring.kept.values()) == ["hf_s3cret"]
