"""Right-to-left paragraphs, boxes of task lists, lines of languages without spaces."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from qwendesk.ui.chat.direction import right_to_left
from qwendesk.ui.chat.leaves import DONE, TO_DO, Prose, Span
from qwendesk.ui.chat.markdown import parse
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.view import ChatView


@pytest.mark.parametrize(
    ("spans", "mirrored"),
    [
        ([Span("Hello مرحبا")], False),
        ([Span("مرحبا hello")], True),
        ([Span("1. (שלום) hello")], True),
        ([Span("code", mono=True), Span(" شيء")], True),
        ([Span("$x$", maths=True), Span(" شيء")], True),
        ([Span("123 …")], False),
        ([], False),
    ],
)
def test_the_first_strong_character_decides(spans: list[Span], mirrored: bool) -> None:
    assert right_to_left(tuple(spans)) is mirrored


def texts(view: ChatView) -> list[TextView]:
    widgets = [item.widget for item in view.transcript.blocks.items[1:] if item.widget]
    return [one for widget in widgets for one in widget.findChildren(TextView)]


def test_each_paragraph_runs_its_own_way(view: ChatView, stream: Any) -> None:
    stream.answer("Hello.\n\n- مرحبا بالعالم\n- world\n\n> שלום\n\n")
    directions = [one.document().firstBlock().textDirection() for one in texts(view)]
    left, right = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
    assert directions == [left, right, left, right]
    assert [one.x() > 0 for one in texts(view)] == [False, False, True, False]


def test_task_lists_have_boxes() -> None:
    leaves = [
        leaf
        for part in parse("- [ ] one\n- [x] two\n- [X] three\n- [y] four\n1. [ ] five\n- `[ ] ` six\n")
        for leaf in part.leaves
    ]
    found = [(leaf.place.marker, leaf.spans[0].text) for leaf in leaves if isinstance(leaf, Prose)]
    assert found == [
        (TO_DO, "one"),
        (DONE, "two"),
        (DONE, "three"),
        ("•", "[y] four"),
        ("1.", "[ ] five"),
        ("•", "[ ] "),
    ]


def test_a_box_is_drawn_and_named(view: ChatView, stream: Any) -> None:
    stream.answer("- [x] done\n- [ ] not yet\n\n")
    assert [one.accessibleName() for one in texts(view)] == ["Done: Reply", "To do: Reply"]
    done, to_do = (item.widget.grab().toImage() for item in view.transcript.blocks.items[1:3] if item.widget)
    assert done.copy(0, 0, 20, 20) != to_do.copy(0, 0, 20, 20)


def test_chinese_breaks_between_characters_and_not_before_a_full_stop(view: ChatView, stream: Any) -> None:
    stream.answer("这是一个很长的中文段落没有任何空格所以必须在字符之间换行" * 8 + "。" * 3)
    block = texts(view)[0].document().firstBlock()
    lines = [block.layout().lineAt(at) for at in range(block.layout().lineCount())]
    assert len(lines) > 3
    for line in lines[:-1]:
        assert line.naturalTextWidth() > texts(view)[0].width() - 40
    assert not any(block.text()[line.textStart()] in "。，" for line in lines)
