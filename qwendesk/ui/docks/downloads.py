"""The queue of downloads: each with its progress, honest speed and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwendesk.api.problem import Note
from qwendesk.models.downloads.pull import Pull
from qwendesk.ui.docks.pullcell import pull_cell, summary
from qwendesk.ui.lists.rowlist import RowList
from qwendesk.ui.theme.tokens import ROOMY, TIGHT
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import boxed, button, label, look_again, row
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word


class DownloadsView(QWidget):
    """`asked` with what to do ("pause", "resume", "cancel" …) and the pull; the rest is for all of them."""

    asked = Signal(str, object)
    pause_all_requested = Signal()
    resume_all_requested = Signal()
    clear_requested = Signal()
    discover_requested = Signal()
    refresh_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.summary = label("", "dim", wrap=True)
        self.clear = button(_("Clear finished"), "quiet", self.clear_requested.emit, _("The files stay."))
        self.pause = button(_("Pause all"), "quiet", self.pause_all_requested.emit)
        self.resume = button(_("Resume all"), "quiet", self.resume_all_requested.emit)
        self.list: RowList[Pull] = RowList(
            _("Downloads"), lambda pull: pull.number, pull_cell, 1, bar=True, delete="cancel"
        )
        self.list.done.connect(self.asked)
        self.pages = Pages(self.list)
        head = row(self.summary, self.clear, self.pause, self.resume, space=TIGHT)
        head.setStretch(0, 1)
        self._head = boxed(head)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOMY, TIGHT, ROOMY, TIGHT)
        layout.setSpacing(TIGHT)
        layout.addWidget(self._head)
        layout.addWidget(self.pages, 1)
        self.show_pulls([], None)

    def show_loading(self) -> None:
        self._head.hide()
        self.pages.show_loading(_("Reading the queue…"))

    def show_error(self, sentence: Sentence) -> None:
        self._head.hide()
        self.pages.show_error(sentence, self.refresh_requested.emit)

    def show_pulls(self, pulls: list[Pull], held: Note | None) -> None:
        """The queue; `held` says why all of it waits."""
        states = {one.state for one in pulls}
        self.pause.setVisible(bool(states & {"queued", "running"}))
        self.resume.setVisible(bool(states & {"paused", "failed"}) or held is not None)
        self.clear.setVisible("done" in states)
        text = str(word(held)) if held is not None else summary(pulls) if pulls else ""
        self.summary.setText(text)
        self.summary.setToolTip(text)
        look_again(self.summary, "state", "bad" if held is not None else "")
        self._head.setVisible(bool(pulls) or held is not None)
        self.list.show_things(pulls)
        if pulls:
            self.pages.show_full()
        else:
            self.pages.show_empty(
                _("No downloads"),
                _("Models that you pull from Discover are fetched here. They go on where they stopped."),
                _("Discover models"),
                self.discover_requested.emit,
            )

    def minimumSizeHint(self) -> QSize:
        # Wrapped text asks for the height it would have in the narrowest column; a dock may be lower.
        return QSize(200, 96)
