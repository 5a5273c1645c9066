"""The status bar: what the model is doing and how fast; health and privacy on the right."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QStatusBar

from qwendesk.ui.theme.tokens import ROOMY, WIDE
from qwendesk.ui.widgets.parts import boxed, button, label, look_again, row
from qwendesk.words import _, figures

DOT = "●"
_HEALTH = {"healthy": ("✓", ""), "degraded": ("▲", "warn"), "unhealthy": ("✕", "bad")}
Overall = Literal["healthy", "degraded", "unhealthy"]


class StatusBar(QStatusBar):
    """Labels that are written whole; a silent worker brings a Stop button, privacy opens the ledger."""

    stop_requested = Signal()
    privacy_clicked = Signal()
    health_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.dot = label(DOT)
        self.state = label(_("Starting"), "strong")
        self.model = label()
        self.rate = label()
        self.ttft = label()
        self.memory = label()
        self.silent = label()
        self.silent.setProperty("state", "warn")
        self.stop = button(_("Stop"), "link", self.stop_requested.emit, _("Stop the reply."))
        self.health = button(
            _("Health"), "statuslink", self.health_clicked.emit, _("Open the health checks.")
        )
        self.privacy = button(_("Offline: no request since start"), "statuslink", self.privacy_clicked.emit)
        self.health.hide()
        self._explain()
        state = boxed(row(self.dot, self.state, space=6))
        left = (state, self.model, self.rate, self.ttft, self.memory, self.silent, self.stop)
        self.addWidget(boxed(row(*left, space=WIDE, margins=(ROOMY, 0, 0, 0))))
        self.addPermanentWidget(boxed(row(self.health, self.privacy, space=WIDE, margins=(0, 0, ROOMY, 0))))
        self.show_silence(0.0)

    def _explain(self) -> None:
        self.dot.setAccessibleName(_("State"))
        self.rate.setToolTip(_("Decode speed of the last reply: (tokens − 1) / (last token − first token)."))
        self.ttft.setToolTip(_("Time to first token of the last reply. Reasoning counts, loading does not."))
        self.memory.setToolTip(_("Memory of the worker now: PSS on Linux, the resident set elsewhere."))
        self.privacy.setToolTip(_("Requests to other computers: the ledger lists every one."))

    def show_state(self, word: str, mark: str, model: str) -> None:
        """`mark` colours the dot: good, warn, bad or nothing."""
        self.state.setText(word)
        look_again(self.dot, "state", mark)
        _write(self.model, model)

    def show_speed(self, tokens_per_second: float | None, ttft_s: float | None) -> None:
        _write(self.rate, figures.rate(tokens_per_second) if tokens_per_second else "")
        _write(self.ttft, _("TTFT {time}").format(time=figures.seconds(ttft_s)) if ttft_s else "")

    def show_memory(self, bytes: int) -> None:
        _write(self.memory, figures.size(bytes) if bytes else "")

    def show_silence(self, seconds: float) -> None:
        """Nothing, or how long the worker has given no sign."""
        _write(self.silent, _("No sign for {n:.0f} s").format(n=seconds) if seconds else "")
        self.stop.setVisible(bool(seconds))

    def show_privacy(self, line: str) -> None:
        self.privacy.setText(line)
        self.privacy.setAccessibleName(line)

    def show_health(self, line: str, state: Overall) -> None:
        """The overall state in words, with its colour and shape."""
        shape, colour = _HEALTH[state]
        self.health.setText(f"{shape} {line}")
        self.health.setAccessibleName(line)
        look_again(self.health, "state", colour)
        self.health.show()


def _write(where: QLabel, text: str) -> None:
    where.setText(text)
    where.setVisible(bool(text))
