"""Answers side by side, and what each says otherwise than the first one: marked, and told in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QTextBrowser, QWidget

from qwendesk.chat.comparing.contestant import Contestant, Round
from qwendesk.chat.comparing.differences import differences, first_difference
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.theme import style
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.parts import column, framed, label
from qwendesk.words import _
from qwendesk.words import comparing as words

_WIDTH, _HEIGHT = 900, 420
_COLUMN, _LEAST, _MOST = 240, 40, 320


class DifferencesDialog(Dialog):
    """A row for each question, a column for each contestant; `pages` are the answers, row by row."""

    def __init__(self, contestants: Sequence[Contestant], rounds: Sequence[Round], parent: QWidget) -> None:
        super().__init__(_("Where the answers differ"), parent, width=_WIDTH)
        self.pages: list[AnswerPage] = []
        self.add_text(
            _("What the first one does not say there is underlined. All were asked with the same seed."),
            "dim",
        )
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, ROOMY, 0)
        grid.setSpacing(SPACE)
        names = words.distinguished(contestants)
        for at, one in enumerate(rounds):
            question = label(one.question, "strong", wrap=True, selectable=True)
            grid.addWidget(question, 2 * at, 0, 1, max(1, len(names)))
            for place, (name, answer) in enumerate(zip(names, one.answers, strict=False)):
                base = words.said(one.answers[0])
                page = AnswerPage(name, words.said(answer), None if place == 0 else base)
                self.pages.append(page)
                told = label(page.told, "small", wrap=True)
                frame = framed(column(label(name, "strong"), page, told, space=TIGHT, margins=(SPACE,) * 4))
                grid.addWidget(frame, 2 * at + 1, place)
                grid.setColumnStretch(place, 1)
        grid.setRowStretch(2 * len(rounds), 1)
        body = QWidget()
        body.setLayout(grid)
        self.add_scrolled(body, _("Where the answers differ"), _HEIGHT)
        self.add_buttons(self.close_button(_("Close")))


class AnswerPage(QTextBrowser):
    """One answer as plain text; `marked` are the parts that `base` does not say, None for the base itself."""

    def __init__(self, name: str, text: str, base: str | None) -> None:
        super().__init__()
        self.marked = differences(base, text) if base is not None else []
        self.told = _told(base, text)
        self.setProperty("look", "reading")
        self.setAccessibleName(_("Answer of {model}. {told}").format(model=name, told=self.told))
        self.setOpenLinks(False)
        self.setPlainText(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._mark()
        style.changed.connect(self._mark)

    def sizeHint(self) -> QSize:
        """As high as the text is at about the width that a column gets, up to a limit; then it scrolls."""
        lines = self.document().clone()
        lines.setTextWidth(_COLUMN)
        return QSize(_COLUMN, min(max(round(lines.size().height()) + SPACE, _LEAST), _MOST))

    def _mark(self) -> None:
        """Qt counts in UTF-16, Python in characters."""
        form = QTextCharFormat()
        form.setBackground(QColor(colours().soft))
        form.setFontUnderline(True)
        form.setUnderlineColor(QColor(colours().accent))
        text, cursor = self.toPlainText(), self.textCursor()
        for low, high in self.marked:
            cursor.setPosition(_units(text[:low]))
            cursor.setPosition(_units(text[:high]), QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(form)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _told(base: str | None, text: str) -> str:
    if base is None:
        return _("The others are compared with this one.")
    first = first_difference(base, text)
    if first is None:
        return _("Says the same.")
    return _("Parts from the first one at word {n}.").format(n=f"{first:,}")
