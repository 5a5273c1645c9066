"""Looking for models that are here twice: compared by hash, which may take a while and can be stopped."""

from __future__ import annotations

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.models.duplicates import Duplicate
from qwendesk.models.keeping import Keeping
from qwendesk.models.verifying import Stopped
from qwendesk.ui.background import Background
from qwendesk.ui.widgets.notice import Notices
from qwendesk.words import _, figures
from qwendesk.words.problems import Sentence, word

_TOPIC = "doubles"


class Doubling(QObject):
    """One search at a time; what it finds is told in a notice."""

    def __init__(self, keeping: Keeping, background: Background, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._keeping, self._background, self._notices = keeping, background, notices
        self._running = self._stop = False

    def begin(self) -> None:
        if self._running:
            return
        self._running, self._stop = True, False
        self._notices.show_line(
            _TOPIC, Sentence(_("Comparing the models' files…")), _("Cancel"), self._cancel
        )
        self._background.run(self._work, self._on_found, self._on_failed)

    def _work(self) -> list[Duplicate] | None:
        try:
            return self._keeping.duplicates(lambda: self._stop)
        except Stopped:
            return None

    def _cancel(self) -> None:
        self._stop = True
        self._notices.dismiss(_TOPIC)

    def _on_found(self, found: list[Duplicate] | None) -> None:
        self._running = False
        if found is not None:
            self._notices.show_line(_TOPIC, told(found))

    def _on_failed(self, problem: Problem) -> None:
        self._running = False
        self._notices.show_line(_TOPIC, word(problem.note()))


def told(found: list[Duplicate]) -> Sentence:
    """Which models hold the same bytes, the largest waste first, and how much could be free."""
    if not found:
        return Sentence(_("No model is here twice."))
    pairs = "; ".join(" = ".join(one.names) for one in found[:3])
    more = _(" and {n} more").format(n=len(found) - 3) if len(found) > 3 else ""
    free = figures.size(sum(one.wasted for one in found))
    what = _("The same bytes are here more than once: {pairs}{more}.").format(pairs=pairs, more=more)
    return Sentence(what, _("Removing all but one of each would free {size}.").format(size=free))
