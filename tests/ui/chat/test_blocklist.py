"""The virtual list: few widgets, true heights, the reader's place kept."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.blocklist import BlockList
from qwendesk.ui.chat.jump import JumpButton
from qwendesk.ui.chat.leaves import Place, Prose, Span
from qwendesk.ui.chat.prose import ProseItem
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.transcript import Transcript
from qwendesk.ui.chat.view import ChatView


def check(blocks: BlockList) -> None:
    """Live widgets stand one under the other, each as high as its text."""
    live = [one for one in blocks.in_view() if one.widget]
    for above, below in pairwise(live):
        if below.index == above.index + 1:
            assert above.widget is not None
            assert below.widget is not None
            assert below.widget.y() == above.widget.y() + above.widget.height() + below.above
    for one in live:
        assert one.widget is not None
        assert one.widget.height() == one.widget.measure(blocks.column())


def test_ten_thousand_blocks_own_few_widgets(view: ChatView, transcript: Transcript) -> None:
    blocks = transcript.blocks
    many = [ProseItem(Prose(Place(), (Span(f"Paragraph {at}"),)), print) for at in range(10_000)]
    view.add_turn(Turn(1, "user", "Hi"))
    blocks.splice(1, 0, many)
    blocks.to_bottom()
    assert blocks.live < 60
    bar = blocks.verticalScrollBar()
    for place in range(0, bar.maximum(), bar.maximum() // 50):
        bar.setValue(place)
        assert blocks.live < 60
        check(blocks)
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def test_heights_after_resize(view: ChatView, transcript: Transcript, fill: Callable[..., None]) -> None:
    fill(
        20,
        "A long paragraph that has to be broken. " * 20
        + "\n\n| a | b |\n|---|---|\n| c | d |\n\n```py\nx\n```\n",
    )
    for width in (500, 1200, 380, 1000):
        view.resize(width, 700)
        QApplication.processEvents()
        check(transcript.blocks)
        assert transcript.blocks.column() <= 760
        bar = transcript.blocks.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        check(transcript.blocks)


def test_following_only_from_the_bottom(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    blocks = view.transcript.blocks
    bar = blocks.verticalScrollBar()
    stream.answer("line\n\n" * 60)
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    jump = view.findChild(JumpButton)
    assert isinstance(jump, JumpButton)
    assert jump.isHidden()
    qtbot.waitUntil(lambda: blocks.settled)
    bar.setValue(200)
    qtbot.waitUntil(lambda: blocks.settled)
    first = next(iter(blocks.in_view()))
    assert first.widget is not None
    place = first.widget.y()
    stream.answer("more\n\n" * 60)
    assert bar.value() == 200
    assert first.widget.y() == place
    assert not jump.isHidden()
    jump.click()
    assert bar.value() == bar.maximum()
    stream.answer("end")
    assert bar.value() == bar.maximum()
    assert jump.isHidden()


def test_the_users_own_message_takes_the_view_along(
    view: ChatView, transcript: Transcript, fill: Callable[..., None]
) -> None:
    fill(20)
    bar = transcript.blocks.verticalScrollBar()
    bar.setValue(0)
    view.add_turn(Turn(1, "user", "Next"))
    assert bar.value() == bar.maximum()


def test_keys_scroll(view: ChatView, transcript: Transcript, fill: Callable[..., None], qtbot: QtBot) -> None:
    fill(20)
    blocks, bar = transcript.blocks, transcript.blocks.verticalScrollBar()
    qtbot.keyClick(blocks, Qt.Key.Key_Home)
    assert bar.value() == 0
    qtbot.keyClick(blocks, Qt.Key.Key_PageDown)
    assert 0 < bar.value() < 700
    qtbot.keyClick(blocks, Qt.Key.Key_PageUp)
    assert bar.value() == 0
    qtbot.keyClick(blocks, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()


def test_control_and_arrows_walk_the_blocks(
    view: ChatView, transcript: Transcript, fill: Callable[..., None], qtbot: QtBot
) -> None:
    fill(3)
    view.activateWindow()
    blocks = transcript.blocks
    qtbot.keyClick(blocks, Qt.Key.Key_Home)
    seen = []
    for _ in range(4):
        blocks.walk(1)
        focus = QApplication.focusWidget()
        if isinstance(focus, TextView):
            seen.append(focus.toPlainText())
    assert seen == ["Question 0", "A paragraph.", "Another one.", "a"]


def test_scrolled_text_keeps_what_is_selected(
    view: ChatView, transcript: Transcript, fill: Callable[..., None], qtbot: QtBot
) -> None:
    fill(30)
    blocks = transcript.blocks
    blocks.verticalScrollBar().setValue(0)
    text = next(iter(blocks.in_view())).widget.findChild(TextView)  # type: ignore[union-attr]
    assert isinstance(text, TextView)
    view.activateWindow()
    text.setFocus()
    text.selectAll()
    blocks.verticalScrollBar().setValue(blocks.verticalScrollBar().maximum())
    if text.hasFocus():
        qtbot.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QApplication.clipboard().text() == "Question 0"
