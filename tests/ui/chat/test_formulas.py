"""Formulas in the conversation: source first, then a drawing on the base line that is still its source."""

from __future__ import annotations

from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QTextCursor
from pytestqt.qtbot import QtBot

from qwendesk.ui.chat import typeset as typesetting
from qwendesk.ui.chat.formulaobject import OBJECT
from qwendesk.ui.chat.formulas import Formulas, formulas
from qwendesk.ui.chat.item import Item
from qwendesk.ui.chat.latex import Formula, formula
from qwendesk.ui.chat.pictures import Pictures
from qwendesk.ui.chat.textview import TextView
from qwendesk.ui.chat.typeset import typeset
from qwendesk.ui.chat.view import ChatView
from qwendesk.ui.theme import style
from qwendesk.ui.theme.tokens import DARK, LIGHT


def text_of(item: Item) -> TextView:
    assert item.widget is not None
    found = item.widget.findChild(TextView)
    assert isinstance(found, TextView)
    return found


def texts(view: ChatView) -> list[TextView]:
    return [
        text_of(item)
        for item in view.transcript.blocks.in_view()
        if item.widget and item.widget.findChild(TextView)
    ][1:]


@pytest.fixture
def drawn(view: ChatView, stream: Any, qtbot: QtBot) -> Any:
    """Streams an answer and waits until its formulas are drawn; returns the texts in view."""

    def show(answer: str, count: int = 1) -> list[TextView]:
        stream.answer(answer)
        qtbot.waitUntil(lambda: sum(one.toPlainText().count(OBJECT) for one in texts(view)) == count)
        return texts(view)

    return show


def test_source_stands_there_until_the_drawing_does(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.answer("With $q_{17}^3$ so.")
    assert texts(view)[0].toPlainText() == "With $q_{17}^3$ so."
    qtbot.waitUntil(lambda: OBJECT in texts(view)[0].toPlainText())
    assert texts(view)[0].toPlainText() == f"With {OBJECT} so."
    stream.answer(" And $q_{17}^3$ again.")
    assert texts(view)[0].toPlainText() == f"With {OBJECT} so. And {OBJECT} again."


def test_copy_gives_the_source(drawn: Any, qtbot: QtBot) -> None:
    (text,) = drawn("😀 the **sum** $a+b$ and \\(c\\)\nis it.", 2)
    text.selectAll()
    text.copy()
    assert QGuiApplication.clipboard().text() == "😀 the sum $a+b$ and \\(c\\)\nis it."
    cursor = QTextCursor(text.document())
    cursor.setPosition(0)
    cursor.setPosition(2, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    text.copy()
    assert QGuiApplication.clipboard().text() == "😀"


def test_a_screen_reader_hears_the_source(drawn: Any) -> None:
    (inline, displayed) = drawn("So $x^2$ is\n\n$$\ny^2\n$$\n\n", 2)
    assert inline.accessibleName() == "So $x^2$ is"
    assert displayed.accessibleName() == "$$\ny^2\n$$"


def test_what_cannot_be_drawn_stays_source_and_says_so(view: ChatView, stream: Any, qtbot: QtBot) -> None:
    stream.answer("Broken: $\\frac{1$ here.")
    wanted = formula("$\\frac{1$")
    assert wanted is not None
    qtbot.waitUntil(lambda: formulas().knows(wanted))
    text = texts(view)[0]
    assert text.toPlainText() == "Broken: $\\frac{1$ here."
    cursor = QTextCursor(text.document())
    cursor.setPosition(12)
    assert "LaTeX" in cursor.charFormat().toolTip()


def test_formulas_in_tables_headings_and_lists(drawn: Any) -> None:
    shown = drawn(
        "# About $a_1$\n\n| $b_1$ | c |\n|--|--|\n| d | $e_1$ |\n\n- [x] item $f_1$\n- مرحبا $g_1$\n\n", 5
    )
    assert [one.toPlainText().count(OBJECT) for one in shown] == [1, 2, 1, 1]


def test_the_source_is_at_hand_under_the_pointer(drawn: Any) -> None:
    (text,) = drawn("$$\\frac{a}{b}$$\n\n")
    assert text.formula_at(QPoint(text.width() // 2, text.height() // 2)) == "$$\\frac{a}{b}$$"


def rows_of_ink(image: QImage, left: int, right: int, ground: QColor) -> list[int]:
    """Rows that differ from the ground between two columns."""
    far = 60
    return [
        y
        for y in range(image.height())
        if any(abs(image.pixelColor(x, y).lightness() - ground.lightness()) > far for x in range(left, right))
    ]


@pytest.mark.parametrize("latex", ["x", "\\frac{x}{2}x"])
def test_a_formula_sits_on_the_base_line(drawn: Any, latex: str) -> None:
    """The letter x of the formula ends in the row where the text's letters end, low or tall."""
    (text,) = drawn(f"nnn ${latex}$ nnn")
    image = text.grab().toImage()
    cursor = QTextCursor(text.document())
    cursor.setPosition(5)
    right = text.cursorRect(cursor).left()
    ground = QColor(DARK.background)
    words = rows_of_ink(image, 0, 20, ground)
    letter = rows_of_ink(image, right - 7, right - 1, ground)
    assert abs(words[-1] - letter[-1]) <= 1
    assert letter


def test_pictures_wear_the_colour_and_are_kept() -> None:
    drawing = typeset(Formula("\\blacksquare", False))
    assert drawing is not None
    kept = Pictures()
    for colour in (QColor(DARK.text), QColor(LIGHT.text)):
        image = kept.get(drawing, 2.0, colour)
        assert image.width() == int(drawing.width * 2) + 1
        assert image.pixelColor(image.width() // 2, image.height() // 2) == colour
        assert kept.get(drawing, 2.0, colour) is image


def test_a_theme_takes_its_formulas_along(view: ChatView, drawn: Any, qtbot: QtBot) -> None:
    drawn("$$\n\\blacksquare\\blacksquare\n$$\n\n")
    style.theme.choose("light")
    qtbot.waitUntil(lambda: not style.theme.switching)
    view.retheme()
    (text,) = texts(view)
    assert text.toPlainText() == OBJECT
    image = text.grab().toImage()
    assert any(image.pixelColor(x, image.height() // 2) == QColor(LIGHT.text) for x in range(image.width()))


def test_a_wide_formula_scrolls_or_shrinks(view: ChatView, drawn: Any) -> None:
    wide = "+".join(f"x_{{{at}}}" for at in range(30))
    displayed, inline = drawn(f"$$\n{wide}\n$$\n\nand ${wide}$\n\n", 2)
    assert displayed.horizontalScrollBar().maximum() > 0
    assert inline.document().idealWidth() <= inline.width()


def test_many_formulas_are_asked_for_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Formula] = []
    real = typesetting.typeset
    monkeypatch.setattr("qwendesk.ui.chat.formulas.typeset", lambda one: tried.append(one) or real(one))
    asked = Formulas()
    owners = [Formulas(), Formulas()]
    served: list[int] = []
    one, two = Formula("a", False), Formula("b", False)
    asked.when(owners[0], [one], lambda: served.append(0))
    asked.when(owners[1], [one, two], lambda: served.append(1))
    asked.when(owners[1], [two], lambda: served.append(2))
    qtbot.waitUntil(lambda: sorted(served) == [0, 2])
    assert sorted(this.latex for this in tried if this in (one, two)) == ["a", "b"]
    asked.when(owners[0], [one], lambda: served.append(3))
    assert served[-1] == 3


def test_selecting_by_keys_reaches_formulas(drawn: Any, qtbot: QtBot) -> None:
    (text,) = drawn("$z_9$\n\n")
    qtbot.keyClick(text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "$z_9$"


def test_nothing_is_drawn_for_nobody(qtbot: QtBot) -> None:
    asked, gone, there = Formulas(), Formulas(), Formulas()
    unwanted = [Formula(f"u_{{{at}}}", False) for at in range(50)]
    served: list[int] = []
    asked.when(gone, unwanted, lambda: served.append(0))
    shiboken6.delete(gone)
    asked.when(there, [Formula("w", False)], lambda: served.append(1))
    qtbot.waitUntil(lambda: served == [1])
    qtbot.waitUntil(lambda: not asked._background.busy)
    assert sum(map(asked.knows, unwanted)) < 5
