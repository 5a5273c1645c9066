"""The Monitor: what generation, memory, processor and graphics do now, and how near the roof that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwendesk.monitor.live import SPANS, Live
from qwendesk.monitor.rooflines import Expected
from qwendesk.ui.slices import Work
from qwendesk.ui.theme.tokens import ROOMY, TIGHT
from qwendesk.ui.warming import warming
from qwendesk.ui.widgets.choicebutton import ChoiceButton
from qwendesk.ui.widgets.elided import Elided
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, row
from qwendesk.words import _
from qwendesk.words import live as words

if TYPE_CHECKING:
    from qwendesk.api.problem import Problem
    from qwendesk.ui.cards.card import Card
    from qwendesk.ui.cards.flow import Flow
    from qwendesk.ui.cards.roofline import RooflineCard

CARDS = (
    "qwendesk.ui.charts.hover",
    "qwendesk.ui.charts.shapes",
    "qwendesk.ui.charts.plot",
    "qwendesk.ui.charts.curves",
    "qwendesk.ui.charts.livechart",
    "qwendesk.ui.charts.bars",
    "qwendesk.ui.charts.tokenstrip",
    "qwendesk.ui.cards.card",
    "qwendesk.ui.cards.flow",
    "qwendesk.ui.cards.generation",
    "qwendesk.ui.cards.memory",
    "qwendesk.ui.cards.processor",
    "qwendesk.ui.cards.graphics",
    "qwendesk.ui.cards.roofline",
)
"""Imported when somebody looks for the first time."""


class MonitorView(QWidget):
    """The cards are made by `filling`, when somebody looks for the first time."""

    load_requested = Signal()
    picture_requested = Signal()
    values_requested = Signal()
    changed = Signal()
    """Range or pause was changed: draw."""

    def __init__(self) -> None:
        super().__init__()
        self.flow: Flow | None = None
        self._fixed: list[Card] = []
        self._roofline: RooflineCard | None = None
        self.about = Elided("", "small")
        self.range = ChoiceButton(_("Shown"), words.SPANS, next(iter(SPANS)))
        self.range.chosen.connect(lambda _span: self.changed.emit())
        self.pause = button(_("Pause"), "quiet", self.changed.emit, _("Stop drawing. Measuring goes on."))
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._on_paused)
        tip = _("All cards, as they are now.")
        self.picture = button(_("Save PNG…"), "quiet", self.picture_requested.emit, tip)
        tip = _("All figures of the time that is shown.")
        self.values = button(_("Save CSV…"), "quiet", self.values_requested.emit, tip)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(ROOMY, 2, ROOMY, TIGHT + 2)
        self._outer.setSpacing(2)
        head = row(self.about, self.range, self.pause, self.picture, self.values, space=2)
        head.setStretch(0, 1)
        self._outer.addLayout(head)
        self.pages = Pages(QWidget())
        self._outer.addWidget(self.pages, 1)
        self.show_waiting()

    @property
    def span(self) -> int:
        """Seconds that are shown."""
        return int(self.range.value)

    def show_waiting(self) -> None:
        """Without a bar that moves: at the start everything else has more to do."""
        self._offer(False)
        self.pages.show_empty(_("Getting the charts ready…"), _("Measuring has begun."))

    def _offer(self, ready: bool) -> None:
        for one in (self.range, self.pause, self.picture, self.values):
            one.setEnabled(ready)

    def filling(self) -> Work:
        """Make the cards, one after the other."""
        yield from warming(CARDS)
        from qwendesk.ui.cards.flow import Flow
        from qwendesk.ui.cards.generation import GenerationCard
        from qwendesk.ui.cards.memory import MemoryCard
        from qwendesk.ui.cards.processor import ProcessorCard
        from qwendesk.ui.cards.roofline import RooflineCard

        flow = Flow(_("Monitor"))
        yield
        generation = GenerationCard()
        generation.load_requested.connect(self.load_requested)
        yield
        memory = MemoryCard()
        yield
        processor = ProcessorCard()
        yield
        self._roofline = RooflineCard()
        yield
        self._fixed = [generation, memory, processor, self._roofline]
        self.pages.put(flow)
        self.pages.show_full()
        yield
        flow.place(self._fixed)
        self.flow = flow
        self._offer(True)
        yield

    def drawing(self, live: Live, expected: Expected | None, problem: Problem | None = None) -> Work:
        """Draw what is known, a card at a time, unless it is paused.

        Cards of graphics cards come and go with them.
        """
        if self.flow is None or self._roofline is None or self.pause.isChecked():
            return
        self._match_graphics(live)
        self._roofline.problem = problem
        for card in list(self.flow.cards):
            card.show_live(live, self.span, expected)
            card.show()
            yield

    def show_about(self, text: str) -> None:
        """What is measured."""
        if self.about.text() != text:
            self.about.setText(text)

    def _match_graphics(self, live: Live) -> None:
        from qwendesk.ui.cards.graphics import GraphicsCard

        assert self.flow is not None
        found = {one.number: one.name for one in (live.sample.gpus if live.sample is not None else ())}
        known = {one.number: one for one in self.flow.cards if isinstance(one, GraphicsCard)}
        if found.keys() != known.keys():
            cards = [known.get(number) or GraphicsCard(number, name) for number, name in found.items()]
            self.flow.place([*self._fixed[:3], *cards, *self._fixed[3:]])

    def _on_paused(self, on: bool) -> None:
        self.pause.setText(_("Go on") if on else _("Pause"))
        self.pause.setAccessibleName(self.pause.text())
