"""Links only ask; text reaches for nothing."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextDocument
from pytestqt.qtbot import QtBot

from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.view import ChatView


def link_of(view: ChatView) -> tuple[TextView, QPoint]:
    """The reply's text and a point on its link."""
    text = view.transcript.blocks.items[2].widget.findChild(TextView)  # type: ignore[union-attr]
    assert isinstance(text, TextView)
    for x in range(0, text.width(), 3):
        if text.anchorAt(QPoint(x, 8)):
            return text, QPoint(x + 2, 8)
    raise AssertionError("no link")


def test_a_click_on_a_link_only_asks(
    view: ChatView, stream: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: pytest.fail(f"opened {url}"))
    stream.answer("See [my bank](https://evil.example/login).")
    text, point = link_of(view)
    with qtbot.waitSignal(view.link_activated) as asked:
        qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert asked.args == ["https://evil.example/login"]
    assert "my bank" in text.toPlainText()


def test_a_links_tooltip_is_its_true_address(view: ChatView, stream: Any) -> None:
    stream.answer("See [https://my.bank](https://evil.example/login).")
    text, point = link_of(view)
    assert text.anchorAt(point) == "https://evil.example/login"


@pytest.mark.parametrize("address", ["file:///etc/hostname", "https://evil.example/x.png", "qrc:/x"])
def test_text_loads_nothing(view: ChatView, stream: Any, address: str) -> None:
    stream.answer("Text")
    text = view.transcript.blocks.items[2].widget.findChild(TextView)  # type: ignore[union-attr]
    assert isinstance(text, TextView)
    kind = QTextDocument.ResourceType.ImageResource
    assert not text.document().resource(kind.value, QUrl(address))
