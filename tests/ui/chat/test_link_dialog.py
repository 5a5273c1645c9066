"""What is asked before a link opens: the host that it really leads to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.link import link

Asks = Callable[[str], Dialog]


@pytest.fixture
def asked(dressed: QApplication) -> Asks:
    parent = QWidget()
    return lambda address: link(address, parent)


def words(dialog: Dialog) -> list[str]:
    return [one.text() for one in dialog.findChildren(QLabel)]


def buttons(dialog: Dialog) -> list[str]:
    return [one.text() for one in dialog.findChildren(QAbstractButton)]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://evil.example/login", "evil.example"),
        ("https://my-bank.example@evil.example/", "evil.example"),
        ("https://my-bank.example:443@evil.example", "evil.example"),
        ("https://my-bank.example%2f@evil.example/", "evil.example"),
        ("https://user:pass@evil.example/", "evil.example"),
        ("https://аpple.com/", "xn--pple-43d.com"),
        ("https://xn--pple-43d.com/", "xn--pple-43d.com"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("HTTPS://EVIL.example/", "evil.example"),
    ],
)
def test_the_real_host_stands_alone(asked: Asks, address: str, host: str) -> None:
    dialog = asked(address)
    assert host in words(dialog)
    assert "Open in browser" in buttons(dialog)


def test_a_name_before_the_at_is_warned_about(asked: Asks) -> None:
    assert any("before the @" in one for one in words(asked("https://my-bank.example@evil.example/")))
    assert not any("before the @" in one for one in words(asked("https://evil.example/@you")))


def test_letters_of_other_scripts_are_warned_about(asked: Asks) -> None:
    assert any("other scripts" in one for one in words(asked("https://аpple.com/")))
    assert not any("other scripts" in one for one in words(asked("https://apple.com/")))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///x",
        "https://evil.example\\@good.example/",
        "mailto:a@b.example?attach=/etc/passwd",
        "mailto:a@b.example?Attachment=/etc/passwd",
        "//evil.example/x",
        "",
    ],
)
def test_other_addresses_do_not_open(asked: Asks, address: str) -> None:
    assert buttons(asked(address)) == ["Close"]


def test_text_that_turns_around_is_written_as_codes(asked: Asks) -> None:
    shown = words(asked("qwendesk:\u202egnp.exe"))
    assert "qwendesk:\\u202egnp.exe" in shown
    assert not any("\u202e" in one for one in [*shown, *words(asked("https://a.example/\u202egnp.exe"))])


def test_an_endless_address_is_cut(asked: Asks) -> None:
    assert max(len(one) for one in words(asked("https://a.example/" + "a" * 100_000))) < 500


def test_only_yes_opens(asked: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    asked("https://a.example/x").reject()
    assert opened == []
    dialog = asked("https://a.example/x")
    next(one for one in dialog.findChildren(QAbstractButton) if one.text() == "Open in browser").click()
    assert opened == [QUrl("https://a.example/x")]
