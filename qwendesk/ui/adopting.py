"""Taking over models of other programs where they lie, one after the other."""

from __future__ import annotations

from PySide6.QtCore import QObject

from qwendesk.api.problem import Problem
from qwendesk.models.neighbours import Adopted, Neighbours
from qwendesk.ui.background import Background, Task
from qwendesk.ui.widgets.notice import Notices
from qwendesk.words import _, ngettext
from qwendesk.words.problems import Sentence, word

_TOPIC = "adopt"


class Adopting(QObject):
    """One round at a time; it can be stopped between two models."""

    def __init__(
        self, neighbours: Neighbours, background: Background, notices: Notices, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._neighbours, self._background, self._notices = neighbours, background, notices
        self._task: Task | None = None
        self._done: list[Adopted] = []

    def begin(self) -> None:
        if self._task is not None:
            return
        self._done = []
        looking = Sentence(_("Looking for models of other programs…"))
        self._notices.show_line(_TOPIC, looking, _("Cancel"), self._cancel)
        self._task = self._background.stream(
            self._neighbours.adopt_all, self._done.append, self._on_over, self._on_failed
        )

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._on_over()

    def _on_over(self) -> None:
        self._task = None
        self._notices.show_line(_TOPIC, told(self._done))

    def _on_failed(self, problem: Problem) -> None:
        self._task = None
        self._notices.show_line(_TOPIC, word(problem.note()))


def told(done: list[Adopted]) -> Sentence:
    """How many can be used now, and what is the matter with the others."""
    good = [one for one in done if one.model is not None]
    bad = [one for one in done if one.problem is not None]
    if not done:
        return Sentence(_("No further model of another program was found."))
    count = ngettext(
        "{n} model of other programs can be used now.",
        "{n} models of other programs can be used now.",
        len(good),
    )
    why = str(word(bad[0].problem)) if bad and bad[0].problem is not None else ""
    return Sentence(count.format(n=len(good)), why)
