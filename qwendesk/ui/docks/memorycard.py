"""How much memory the loaded model takes: measured, never guessed."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from qwendesk.runtimes.state import SessionState
from qwendesk.ui.theme.tokens import ROOMY, SPACE
from qwendesk.ui.widgets.parts import column, framed, label, row
from qwendesk.words import _, figures

MEANING = _(
    "Measured about once a second: the proportional set size (PSS) of the worker process on Linux, its "
    "resident set elsewhere. A model mapped from its file counts once it has been read."
)


class MemoryCard:
    """A card with now, peak and the share of this computer's memory."""

    def __init__(self, total_bytes: int) -> None:
        self._total = total_bytes
        self._now = label("", "strong")
        self._peak = label("", "small", wrap=True)
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(_("Memory of this model"))
        head = row(label(_("Memory")), 1, self._now)
        self.card = framed(
            column(head, self._bar, self._peak, space=SPACE, margins=(ROOMY, SPACE, ROOMY, SPACE))
        )
        self.card.setToolTip(MEANING)
        self.show_state(None)

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
