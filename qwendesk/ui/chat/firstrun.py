"""The first page: three ways to begin. What stands on it comes from this computer alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from qwendesk.ui.theme.tokens import COLUMN, GAP, SPACE, TIGHT, WIDE
from qwendesk.ui.widgets.parts import boxed, button, column, label, row
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_BUTTON, _NARROWEST = 150, 320


class Way(QFrame):
    """A card: what it is, what to expect, why; and the button that goes there."""

    chosen = Signal()

    def __init__(self, title: str, does: str, *, primary: bool = False) -> None:
        super().__init__()
        self.title = label(title, "title", wrap=True)
        self.name = label("", "strong", wrap=True, selectable=True)
        self.figures = label("", "dim", wrap=True)
        self.why = label("", "small", wrap=True)
        self.busy = QProgressBar(maximum=0, textVisible=False)
        self.busy.setAccessibleName(title)
        self.go = button(does, "primary" if primary else "outline", self.chosen.emit)
        self.go.setMinimumWidth(_BUTTON)
        words = column(self.title, self.name, self.figures, self.why, self.busy, space=TIGHT)
        whole = row(boxed(words), self.go, space=WIDE, margins=(WIDE, SPACE, WIDE, SPACE))
        whole.setStretch(0, 1)
        whole.setAlignment(self.go, Qt.AlignmentFlag.AlignVCenter)
        self.setProperty("look", "card")
        self.setLayout(whole)
        self.show_words()

    def show_words(self, name: str = "", figures: Sequence[str] = (), why: str = "") -> None:
        """A name, figures in one line, sentences; nothing for what is not known."""
        self.busy.hide()
        for part, text in ((self.name, name), (self.figures, " · ".join(figures)), (self.why, why)):
            part.setText(text)
            part.setVisible(bool(text))
        self.go.setEnabled(True)

    def show_loading(self, words: str) -> None:
        self.show_words(why=words)
        self.busy.show()
        self.go.setEnabled(False)

    def show_problem(self, sentence: Sentence) -> None:
        self.show_words(why=str(sentence))
        self.go.setEnabled(False)


class _Page(QWidget):
    """As high as its words are at this width, not as they would be in the narrowest column."""

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, 0)


class FirstRun(QScrollArea):
    """`seedling`, `advised` and `existing` are the ways."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName(_("Three ways to begin"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.advised = Way(_("Get the model advised for this computer"), _("Get it"), primary=True)
        self.seedling = Way(_("Talk to Seedling now"), _("Talk"))
        self.existing = Way(_("Use models already on this computer"), _("Use them"))
        self.seedling.show_words(
            why=_("It is tiny, comes with QwenDesk, and greets, adds, counts and knows some capitals.")
        )
        title = label(_("Welcome to QwenDesk"), "figure")
        promise = label(
            _("Models run on this computer. Nothing leaves it unless you start it."), "dim", wrap=True
        )
        inside = QWidget()
        inside.setMaximumWidth(COLUMN)
        ways = (self.seedling, self.advised, self.existing)
        inside.setLayout(column(title, promise, *ways, space=SPACE))
        page = _Page()
        page.setProperty("look", "page")
        outer = QVBoxLayout(page)
        outer.setContentsMargins(GAP, SPACE, GAP, SPACE)
        outer.addStretch(1)
        line = row(1, inside, 1)
        line.setStretch(1, 1000)
        outer.addLayout(line)
        outer.addStretch(2)
        self.setWidget(page)
