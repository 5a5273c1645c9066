"""The lock in a real window: asked for before the room opens, set, changed and taken away in its dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from fakes.ring import Ring
from qwendesk.store import driver
from qwendesk.store.connection import Store
from qwendesk.store.locking import Locking
from qwendesk.system.passphrase import Passphrase
from qwendesk.system.paths import Paths
from qwendesk.ui.dialogs.lock import LockDialog
from qwendesk.ui.dialogs.unlock import UnlockDialog
from ui.conftest import Opened

pytest.importorskip("sqlcipher3", reason="sqlcipher3 is not installed: no lock here")

Opens = Callable[..., Opened]
SECRET = "zanzibar"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    monkeypatch.delenv("QWENDESK_PASSPHRASE", raising=False)
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def locked(paths: Paths, ring: Ring) -> Paths:
    """A home that is locked."""
    store = Store(paths.database)
    Locking(store, paths.attachments).lock("open sesame")
    store.close()
    return paths


def asked(opened: Opened) -> UnlockDialog:
    opened.until(lambda: opened.window.findChild(UnlockDialog) is not None)
    found = opened.window.findChild(UnlockDialog)
    assert found is not None
    opened.until(found.isVisible)
    return found


def click(opened: Opened, button: QPushButton) -> None:
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def enter(opened: Opened, shown: UnlockDialog, passphrase: str) -> None:
    shown.passphrase.edit.setText(passphrase)
    opened.qtbot.keyClick(shown.passphrase.edit, Qt.Key.Key_Return)


def dialog(opened: Opened) -> LockDialog:
    opened.controller.actions.trigger("file.lock")
    opened.until(lambda: opened.window.findChild(LockDialog) is not None)
    found = opened.window.findChild(LockDialog)
    assert found is not None
    opened.until(found.isVisible)
    return found


def choose(shown: LockDialog, new: str, old: str = "") -> None:
    shown.old.edit.setText(old)
    shown.new.edit.setText(new)
    shown.again.edit.setText(new)


def traces(paths: Paths) -> list[str]:
    files = [one for one in paths.home.rglob("*") if one.is_file()]
    return [one.name for one in files if SECRET.encode() in one.read_bytes()]


def test_a_locked_home_opens_with_its_passphrase_only(open_window: Opens, locked: Paths) -> None:
    opened = open_window()
    shown = asked(opened)
    assert not shown.unlock.isEnabled()
    assert opened.controller.room is None
    enter(opened, shown, "wrong")
    opened.until(shown.told.isVisible)
    assert "does not open" in shown.told.text()
    assert shown.passphrase.edit.selectedText()
    assert opened.controller.room is None
    enter(opened, shown, "open sesame")
    opened.until_open()
    opened.until(lambda: opened.window.findChild(UnlockDialog) is None)
    assert opened.room.app.history.entries() == []
    assert Passphrase(locked.home)() is None


def test_remembered_it_is_not_asked_for_again(open_window: Opens, locked: Paths) -> None:
    opened = open_window()
    shown = asked(opened)
    shown.remember.setChecked(True)
    enter(opened, shown, "open sesame")
    opened.until_open()
    opened.until(lambda: Passphrase(locked.home)() == "open sesame")
    again = open_window()
    again.until_open()
    assert again.window.findChild(UnlockDialog) is None


def test_what_the_keyring_has_may_be_wrong(open_window: Opens, locked: Paths) -> None:
    Passphrase(locked.home).remember("an older one")
    opened = open_window()
    shown = asked(opened)
    opened.until(shown.told.isVisible)
    enter(opened, shown, "open sesame")
    opened.until_open()


def test_quit_closes_the_window(open_window: Opens, locked: Paths) -> None:
    opened = open_window()
    asked(opened).reject()
    opened.until(lambda: opened.controller.background.closed)
    assert opened.controller.room is None


def test_without_sqlcipher_the_window_says_so(
    open_window: Opens, locked: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sqlcipher3", None)
    opened = open_window()
    opened.until(lambda: opened.controller.room is not None)
    assert "SQLCipher is not installed" in opened.window.notices.said("model")


@pytest.fixture
def talked(open_window: Opens, ring: Ring) -> Opened:
    """A window in which something was said."""
    opened = open_window()
    opened.until_ready()
    opened.ask(f"My word is {SECRET}.")
    return opened


def test_locked_changed_and_unlocked_while_the_chat_goes_on(talked: Opened, paths: Paths) -> None:
    shown = dialog(talked)
    assert "cannot be recovered" in shown.warning.text()
    assert shown.lock.isVisible()
    assert not shown.remove.isVisible()
    shown.new.edit.setText("first")
    shown.again.edit.setText("firts")
    assert not shown.lock.isEnabled()
    choose(shown, "first")
    click(talked, shown.lock)
    assert not shown.close_it.isEnabled()
    talked.until(lambda: shown.remove.isVisible() and not shown.busy)
    assert "locked" in shown.told.text()
    assert driver.opens(paths.database, "first")
    choose(shown, "second", "wrong")
    click(talked, shown.change)
    talked.until(lambda: not shown.busy)
    assert "does not open" in shown.told.text()
    choose(shown, "second", "first")
    click(talked, shown.change)
    talked.until(lambda: not shown.busy)
    assert "locked" in shown.told.text()
    shown.reject()
    talked.ask(f"Again {SECRET}.")
    talked.until(talked.room.app.history.writer.flush)
    assert traces(paths) == []
    assert len(talked.room.app.history.search(SECRET)) >= 2
    talked.until(lambda: talked.window.findChild(LockDialog) is None)
    shown = dialog(talked)
    shown.old.edit.setText("second")
    click(talked, shown.remove)
    talked.until(lambda: shown.lock.isVisible() and not shown.busy)
    assert not driver.is_locked(paths.database)
    assert len(talked.room.app.history.search(SECRET)) >= 2


def test_a_lock_may_be_remembered(talked: Opened, paths: Paths) -> None:
    shown = dialog(talked)
    choose(shown, "first")
    shown.remember.setChecked(True)
    click(talked, shown.lock)
    talked.until(lambda: not shown.busy)
    assert Passphrase(paths.home)() == "first"
    shown.old.edit.setText("first")
    click(talked, shown.remove)
    talked.until(lambda: not shown.busy)
    assert Passphrase(paths.home)() is None


def test_without_a_keyring_the_lock_holds_and_the_rest_is_told(talked: Opened, paths: Paths) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    shown = dialog(talked)
    choose(shown, "first")
    shown.remember.setChecked(True)
    click(talked, shown.lock)
    talked.until(lambda: not shown.busy)
    assert talked.room.app.store.locked
    assert "keyring" in talked.window.notices.said("lock")


def test_an_attachment_goes_on_being_read(talked: Opened, tmp_path: Path) -> None:
    held = talked.room.app.history.attach("a.txt", "text", SECRET.encode())
    shown = dialog(talked)
    choose(shown, "first")
    click(talked, shown.lock)
    talked.until(lambda: not shown.busy)
    assert held.text() == SECRET
    assert held.path.suffix == ".sealed"
