"""How much memory the model takes: estimated before it is loaded, measured from then on."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from qwendesk.models.memory.fit import Fit, Verdict
from qwendesk.runtimes.state import SessionState
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.fold import Fold
from qwendesk.ui.widgets.parts import boxed, column, framed, label, look_again, row
from qwendesk.words import _, figures
from qwendesk.words import memory as words

MEANING = _(
    "Measured about once a second: the proportional set size (PSS) of the worker process on Linux, its "
    "resident set elsewhere. A model mapped from its file counts once it has been read."
)


_STATES: dict[Verdict, str] = {"fits": "", "tight": "warn", "too_big": "bad"}


class MemoryCard:
    """A card with now, peak and the share of this computer's memory; below, what loading would take."""

    def __init__(self, total_bytes: int) -> None:
        self._total = total_bytes
        self._now = label("", "strong")
        self._peak = label("", "small", wrap=True)
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(_("Memory of this model"))
        self.estimate = label("", "small", wrap=True)
        self.estimate.setAccessibleName(_("Estimate"))
        self.parts = label("", "small", wrap=True, selectable=True)
        self.parts.setAccessibleName(_("Parts of the estimate"))
        self._estimated = boxed(column(self.estimate, Fold(_("Parts"), self.parts), space=SPACE // 2))
        head = row(label(_("Memory")), 1, self._now)
        inside = (head, self._bar, self._peak, self._estimated)
        self.card = framed(column(*inside, space=SPACE, margins=(ROOMY, SPACE, ROOMY, SPACE)))
        self.card.setToolTip(MEANING)
        self.show_state(None)
        self.show_fit(None)

    def show_fit(self, fit: Fit | None, error: float | None = None) -> None:
        """What loading would take, and how far off such estimates were here; None where that is unknown."""
        self._estimated.setVisible(fit is not None)
        if fit is None:
            return
        self.estimate.setText(_("To load: {verdict}").format(verdict=words.verdict(fit)))
        look_again(self.estimate, "state", _STATES[fit.verdict])
        lines = [f"{words.part(one)}: {words.amount(one)}" for one in fit.estimate.parts]
        self.parts.setText("\n".join(filter(None, [*lines, words.error(error)])))
        self.parts.setToolTip("\n".join(f"{words.part(one)}: {one.formula}" for one in fit.estimate.parts))

    def show_state(self, state: SessionState | None) -> None:
        """The last reading, or that there is none."""
        if state is None or state.over or not state.memory_bytes:
            self._now.setText("–")
            self._bar.setValue(0)
            self._peak.setText(_("Measured once a model is loaded."))
            return
        total = figures.size(self._total)
        self._now.setText(_("{used} of {total}").format(used=figures.size(state.memory_bytes), total=total))
        # A sliver at least: there is a model in memory.
        self._bar.setValue(max(8, round(1000 * state.memory_bytes / max(self._total, 1))))
        peak = figures.size(state.peak_bytes)
        took = figures.seconds(state.load_s)
        text = _("Measured now, peak {peak}") if state.load_s is None else _("Peak {peak}, loaded in {took}")
        self._peak.setText(text.format(peak=peak, took=took))
