"""One contestant of a comparison: who it is, what it says, and how fast and at what cost it says it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedLayout, QWidget

from qwendesk.api.reply import Timings
from qwendesk.chat.comparing.contestant import Answer, Stage
from qwendesk.chat.talk import PathChanged, TurnAdded, TurnChanged
from qwendesk.chat.turn import Turn
from qwendesk.runtimes.state import SessionState
from qwendesk.ui.chat.transcript import Transcript
from qwendesk.ui.dialogs.contestantform import ContestantForm
from qwendesk.ui.dialogs.figurelist import FigureList
from qwendesk.ui.states import seen
from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.glyph import CLOSE, GlyphButton
from qwendesk.ui.widgets.parts import boxed, button, column, label, look_again, row
from qwendesk.words import _
from qwendesk.words.comparing import measured

_NARROWEST, _TOP, _STATE = 208, 28, 20


class ContestantColumn(QFrame):
    """Shows and collects; `stop_requested` and `remove_requested` by its buttons."""

    stop_requested = Signal()
    remove_requested = Signal()

    def __init__(self, form: ContestantForm) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setMinimumWidth(_NARROWEST)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.form = form
        self.transcript = Transcript(self)
        self.title = label("", "strong")
        self.stop = button(_("Stop"), "quiet", self.stop_requested.emit)
        self.remove = GlyphButton(CLOSE, _("Take it out of the comparison"))
        self.remove.clicked.connect(lambda _checked: self.remove_requested.emit())
        self.mark, self.state = label("●"), label("", "small")
        self.figures = FigureList(measured(None))
        top = boxed(row(self.title, 1, self.stop, self.remove))
        top.setFixedHeight(_TOP)
        head = column(top, self.form, margins=(ROOMY, SPACE, ROOMY, SPACE))
        told = boxed(row(self.mark, self.state, 1))
        told.setFixedHeight(_STATE)
        foot = column(told, self.figures, margins=(ROOMY, SPACE, ROOMY, ROOMY))
        parts = (head, _rule(), self._middle(), _rule(), foot)
        self.setLayout(column(*parts, space=0, margins=(1, 1, 1, 1)))
        self._stage: Stage = "idle"
        self._session: SessionState | None = None
        self.form.changed.connect(self._name)
        self._tell()

    def _name(self) -> None:
        made = self.form.contestant()
        if made is not None:
            self.transcript.blocks.setAccessibleName(_("Answers of {model}").format(model=made.label))

    def _middle(self) -> QWidget:
        """The answers on the ground of the conversation; before the first one a line that says what to do."""
        empty = label(_("Ask something above. The answers stand here, side by side."), "dim", wrap=True)
        empty.setMinimumWidth(_NARROWEST - 3 * WIDE)
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

    def show_event(self, event: TurnAdded | TurnChanged | PathChanged) -> None:
        """What happened in its talk."""
        match event:
            case TurnAdded():
                self.show_transcript(empty=False)
                self.transcript.add_turn(plain(event.turn), event.place)
            case TurnChanged():
                self.transcript.change_turn(plain(event.turn), event.event)
            case PathChanged() if event.after is not None:
                self.transcript.drop_after(event.after)
                for turn, place in event.turns:
                    self.transcript.add_turn(plain(turn), place)

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
        loading, waits = looks.pill == "loading", self._stage == "waiting"
        self.state.setText(self._word(looks.word))
        self.state.setToolTip("" if waits else looks.tooltip)
        look_again(self.mark, "state", "warn" if waits else looks.mark)
        self.mark.setVisible(waits or bool(looks.mark))
        self.stop.setVisible(self._stage != "idle")
        self.transcript.set_loading(loading)

    def _word(self, otherwise: str) -> str:
        gone = self._session is None or self._session.over
        if self._stage == "waiting":
            return _("Waits for its turn")
        if self._stage == "loading" and gone:
            return _("Loading")
        return _loading(self._session) or otherwise

    def sizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().sizeHint().height())


def plain(turn: Turn) -> Turn:
    """Without its figures, which stand below, and without how it was made: what one does with that needs a
    chat that is kept."""
    finished = turn.finished
    if finished is not None:
        timings = Timings(None, None, None, finished.timings.reasoning_s)
        finished = replace(finished, timings=timings, usage=replace(finished.usage, prompt_tokens=0))
    return replace(turn, record=None, finished=finished)


def _rule() -> QFrame:
    made = QFrame()
    made.setProperty("look", "rule")
    return made


def _loading(state: SessionState | None) -> str:
    """How far loading is, where the engine tells it."""
    fraction = state.progress.fraction if state is not None and state.progress is not None else None
    if state is None or state.phase != "loading" or fraction is None:
        return ""
    return _("Loading, {percent:.0f} %").format(percent=100 * fraction)
