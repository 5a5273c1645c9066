"""Hashing a model's files, with progress and a way out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from qwendesk.api.problem import Problem
from qwendesk.models.keeping import Keeping
from qwendesk.models.model import Model
from qwendesk.models.verifying import Stopped, Verified
from qwendesk.ui.background import Background
from qwendesk.ui.docks.modelcard import ModelCard
from qwendesk.ui.widgets.notice import Notices
from qwendesk.words import _
from qwendesk.words.problems import Sentence, word

_EVERY_MS = 100


class Verification(QObject):
    """One at a time. What the hashing thread tells is looked at now and then."""

    over = Signal()
    repair_requested = Signal(str)
    """The name of a model whose bytes differ."""

    def __init__(
        self, keeping: Keeping, background: Background, card: ModelCard, notices: Notices, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._keeping, self._background, self._card, self._notices = keeping, background, card, notices
        self._far = (0, 0)
        self._stop = False
        self.model: Model | None = None
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(lambda: self._card.show_verifying(self._far))

    def begin(self, model: Model) -> None:
        """Read all of it; one that is under way goes on."""
        if self.model is not None:
            return
        self.model, self._far, self._stop = model, (0, 0), False
        self._card.show_verifying(self._far)
        self._timer.start()
        self._background.run(
            partial(self._work, model), partial(self._on_found, model), partial(self._on_failed, model)
        )

    def _work(self, model: Model) -> Verified | None:
        try:
            return self._keeping.verify(model, self._on_progress, lambda: self._stop)
        except Stopped:
            return None

    def _on_progress(self, done: int, size: int) -> None:
        self._far = (done, size)

    def cancel(self) -> None:
        self._stop = True

    def _end(self) -> None:
        self.model = None
        self._timer.stop()
        self._card.show_verifying(None)
        self.over.emit()

    def _on_found(self, model: Model, found: Verified | None) -> None:
        self._end()
        if found is None:
            return
        words = {
            "verified": _("{model} is byte for byte what it should be."),
            "recorded": _("{model} was hashed. Nobody tells what it should be, but a change will show."),
            "differs": _("{model} is not what it should be: some of its bytes differ."),
        }[found.state]
        told = words.format(model=model.title)
        if found.state != "differs":
            self._notices.show_line("verified", Sentence(told))
            return
        if "/" not in model.name:  # it lies in no repository's folder
            self._notices.show_line("verified", Sentence(told, _("Remove it, and get it again.")))
            return
        then = _("Repair it: only what differs is fetched again.")
        mend = partial(self.repair_requested.emit, model.name)
        self._notices.show_line("verified", Sentence(told, then), _("Repair it"), mend)

    def _on_failed(self, model: Model, problem: Problem) -> None:
        self._end()
        self._notices.show_line("verified", word(problem.note()))
