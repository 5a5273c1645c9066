"""The user's own words: plain, and never a megabyte in one widget."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtWidgets import QAbstractButton

from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.bubble import BubbleItem
from qwendesk.ui.chat.chunks import pieces
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.view import ChatView


def test_plain_text_stays_plain(view: ChatView) -> None:
    words = "**not bold** <b>not html</b>\n# no heading"
    view.add_turn(Turn(1, "user", words))
    text = view.transcript.blocks.items[0].widget.findChild(TextView)  # type: ignore[union-attr]
    assert isinstance(text, TextView)
    assert text.toPlainText() == words


def test_a_monstrous_message_folds_and_opens_at_once(view: ChatView) -> None:
    for text in ("a line of a paste\n" * 300_000, "x" * 5_000_000, "word " * 1_000_000):
        began = perf_counter()
        view.add_turn(Turn(1, "user", text))
        blocks = view.transcript.blocks
        item, _end = blocks.items
        assert isinstance(item, BubbleItem)
        assert len(item.text) < 2000
        more = item.widget.findChild(QAbstractButton)  # type: ignore[union-attr]
        assert isinstance(more, QAbstractButton)
        assert more.text().startswith("Show all (")
        more.click()
        assert len(blocks.items) > 500
        assert blocks.live < 20
        assert perf_counter() - began < 1.5
        view.clear()


def test_pieces_join_to_the_text() -> None:
    for text in ("", "short", "a line\n" * 5000, "x" * 9001):
        assert "".join(pieces(text)) == text
        assert max(map(len, pieces(text))) <= 4000
