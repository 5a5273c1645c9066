"""One contestant of a comparison: who it is, what it says, and how fast and at what cost it says it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy, QStackedLayout, QWidget

from qwendesk.chat.comparing.contestant import Answer, Stage
from qwendesk.runtimes.state import SessionState
from qwendesk.ui.chat.transcript import Transcript
from qwendesk.ui.dialogs.contestantform import ContestantForm
from qwendesk.ui.dialogs.figurelist import FigureList
from qwendesk.ui.slices import Slices
from qwendesk.ui.states import seen
from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.glyph import CLOSE, GlyphButton
from qwendesk.ui.widgets.parts import boxed, button, column, label, look_again, row
from qwendesk.words import _
from qwendesk.words.comparing import measured

_NARROWEST = 208


class ContestantColumn(QFrame):
    """Shows and collects; `stop_requested` and `remove_requested` by its buttons."""

    stop_requested = Signal()
    remove_requested = Signal()

    def __init__(self, slices: Slices | None = None) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setMinimumWidth(_NARROWEST)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.form = ContestantForm(slices)
        self.transcript = Transcript(self)
        self.title = label("", "strong")
        self.stop = button(_("Stop"), "quiet", self.stop_requested.emit)
        self.remove = GlyphButton(CLOSE, _("Take it out of the comparison"))
        self.remove.clicked.connect(lambda _checked: self.remove_requested.emit())
        self.mark, self.state = label("●"), label("", "small")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(_("Loading"))
        self.figures = FigureList(measured(None))
        head = column(row(self.title, 1, self.stop, self.remove), self.form, margins=(ROOMY, SPACE, ROOMY, SPACE))
        foot = column(
            row(self.mark, self.state, 1), self.bar, self.figures, margins=(ROOMY, SPACE, ROOMY, ROOMY)
        )
        self.setLayout(column(head, self._middle(), foot, space=0, margins=(1, 1, 1, 1)))
        self._stage: Stage = "idle"
        self._session: SessionState | None = None
        self._tell()

    def _middle(self) -> QWidget:
        """The answers on the ground of the conversation; before the first one a line that says what to do."""
        empty = label(_("Nothing was asked yet."), "dim", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout()
        self._pages.addWidget(boxed(column(1, empty, 1, margins=(WIDE, WIDE, WIDE, WIDE))))
        self._pages.addWidget(self.transcript)
        middle = QWidget()
        middle.setLayout(self._pages)
        middle.setAutoFillBackground(True)
        middle.setBackgroundRole(QPalette.ColorRole.Base)
        middle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        return middle

    def show_title(self, text: str, *, can_remove: bool) -> None:
        """Which column it is; two of them have to stay."""
        self.title.setText(text)
        self.setAccessibleName(text)
        for part, name in (
            (self.form.models, _("Model")),
            (self.stop, _("Stop")),
            (self.remove, _("Take it out of the comparison")),
        ):
            part.setAccessibleName(f"{text}: {name}")
        self.remove.setVisible(can_remove)

    def show_transcript(self, *, empty: bool) -> None:
        """Whether anything was asked."""
        self._pages.setCurrentIndex(0 if empty else 1)
        if not empty:
            # A hidden page is not laid out; the first question measures itself by this width.
            self._pages.activate()

    def show_stage(self, stage: Stage) -> None:
        """Where it is with the question."""
        self._stage = stage
        self._tell()

    def show_session(self, state: SessionState | None) -> None:
        """Its worker."""
        self._session = state
        self._tell()

    def show_answer(self, answer: Answer | None) -> None:
        """The figures of the last answer."""
        self.figures.show_figures(measured(answer))

    def _tell(self) -> None:
        looks = seen(self._session, busy=self._stage == "answering")
        words, mark = (_("Waits for its turn"), "warn") if self._stage == "waiting" else (looks.word, looks.mark)
        self.state.setText(words)
        self.state.setToolTip("" if self._stage == "waiting" else looks.tooltip)
        look_again(self.mark, "state", mark)
        self.mark.setVisible(bool(mark))
        self.stop.setVisible(self._stage != "idle")
        self.transcript.set_loading(looks.pill == "loading")
        progress = self._session.progress if self._session is not None else None
        loading = looks.pill == "loading"
        self.bar.setVisible(loading)
        self.bar.setMaximum(100 if progress is not None else 0)
        if progress is not None:
            self.bar.setValue(round(100 * progress.fraction))

    def sizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().sizeHint().height())
