"""Colours of code that streams end as those of the whole."""

from __future__ import annotations

from typing import Any

from qwendesk.ui.chat.highlight import tints
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.view import ChatView

SOURCE = 'class A:\n    """Doc\n    more"""\n\n    def f(self) -> str:  # why\n        return "x" + str(12)\n'


def colours_of(view: ChatView) -> list[tuple[int, int, int, str]]:
    """Line, start, length, colour, as painted."""
    text = view.transcript.blocks.items[2].widget.findChild(TextView)  # type: ignore[union-attr]
    assert isinstance(text, TextView)
    block, found = text.document().begin(), []
    while block.isValid():
        for one in block.layout().formats():
            found.append((block.blockNumber(), one.start, one.length, one.format.foreground().color().name()))
        block = block.next()
    return found


def test_streamed_colours_are_those_of_the_whole(view: ChatView, stream: Any) -> None:
    for at in range(0, len(SOURCE), 3):
        stream.answer(("```python\n" if at == 0 else "") + SOURCE[at : at + 3])
    stream.answer("```\n")
    streamed = colours_of(view)
    view.transcript.blocks.rebuild()
    assert streamed == colours_of(view)
    assert len(streamed) > 8


def test_unknown_languages_stay_plain() -> None:
    assert tints("klingon", SOURCE) == []
    assert tints("", SOURCE) == []
    assert {name for _, _, name in tints("python", SOURCE)} == {"accent", "good", "faint", "warn"}
