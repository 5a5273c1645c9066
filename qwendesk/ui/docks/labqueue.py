"""What the lab measures, what waits, and what is not finished: a line for each, with what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from qwendesk.lab.asked import Run
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.elided import Elided
from qwendesk.ui.widgets.parts import button, label, look_again, row
from qwendesk.words import _, labrun, ngettext

_FULL = 1000
_BAR = 140
_FIRST = ("running", "failed", "stopped", "done", "waiting")
_LOOK = {"failed": "bad", "stopped": "warn", "done": "warn"}


class RunLine(QFrame):
    """One run. `asked` with what to do ("stop", "resume", "forget") and its id."""

    asked = Signal(str, int)

    def __init__(self, id: int) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.title = Elided("", "strong")
        self.state = Elided("", "small")
        self.left = label("", "small")
        self.bar = QProgressBar(textVisible=False, maximum=_FULL)
        self.bar.setFixedWidth(_BAR)
        self.bar.setAccessibleName(_("Measured so far"))
        self.stop = button(_("Stop"), "", lambda: self.asked.emit("stop", id), _("What is measured is kept."))
        self.resume = button(_("Go on"), "", lambda: self.asked.emit("resume", id))
        self.resume.setToolTip(_("What is measured already is not measured again."))
        self.forget = button(_("Remove"), "flat", lambda: self.asked.emit("forget", id))
        self.forget.setToolTip(_("Take it out of this list. What was measured stays in the table."))
        parts = (self.title, self.state, self.left, self.bar, self.stop, self.resume, self.forget)
        line = row(*parts, space=SPACE, margins=(ROOMY, TIGHT, SPACE, TIGHT))
        line.setStretch(0, 2)
        line.setStretch(1, 3)
        self.setLayout(line)

    def show_run(self, run: Run) -> None:
        """As it is now."""
        title, state = labrun.title(run.asked), labrun.state(run)
        told = [state, *(str(one) for one in labrun.trouble(run))]
        self.title.setText(title)
        self.title.setToolTip(title)
        self.state.setText(": ".join(told[:2]))
        self.state.setToolTip("\n".join(told))
        look_again(self.state, "state", _LOOK.get(run.state, ""))
        self.left.setText(labrun.left(run))
        self.left.setVisible(bool(self.left.text()))
        running = run.state == "running"
        self.bar.setVisible(running)
        self.bar.setMaximum(_FULL if run.step.fraction else 0)
        self.bar.setValue(round(_FULL * run.step.fraction))
        self.stop.setVisible(running or run.state == "waiting")
        self.resume.setVisible(run.state in ("stopped", "failed"))
        self.forget.setVisible(run.state in ("stopped", "failed", "done"))
        self.setAccessibleName(f"{title}. {' '.join(told)}")


class LabQueue(QWidget):
    """Nothing is to be seen where nothing is to be done. `asked` as of a line."""

    asked = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[int, RunLine] = {}
        self._runs: Sequence[Run] = ()
        self._most = 3
        self._more = label("", "small")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(TIGHT)
        self._layout.addWidget(self._more)
        self.setAccessibleName(_("Measurements under way"))
        self.hide()

    def set_most(self, most: int) -> None:
        """How many lines there is room for."""
        if most != self._most:
            self._most = most
            self.show_runs(self._runs)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Those that are at it first; what ended well has its rows to show for it."""
        self._runs = runs
        told = [one for one in runs if one.state != "done" or one.notes]
        told.sort(key=lambda one: (_FIRST.index(one.state), one.id))
        shown = told[: self._most]
        for id in [one for one in self.lines if one not in {run.id for run in shown}]:
            gone = self.lines.pop(id)
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, run in enumerate(shown):
            if run.id not in self.lines:
                made = self.lines[run.id] = RunLine(run.id)
                made.asked.connect(self.asked)
            if self._layout.indexOf(self.lines[run.id]) != place:
                self._layout.insertWidget(place, self.lines[run.id])
            self.lines[run.id].show_run(run)
        rest = len(told) - len(shown)
        self._more.setText(ngettext("and {n} more", "and {n} more", rest).format(n=rest))
        self._more.setVisible(rest > 0 and self._most > 1)
        self.setVisible(bool(shown))
