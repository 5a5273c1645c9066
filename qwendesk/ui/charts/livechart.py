"""A chart of the last minutes, that ends now."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.monitor.live import Line
from qwendesk.monitor.scale import top
from qwendesk.ui.charts.chart import Chart
from qwendesk.words import live as words


class LiveChart(Chart):
    """Its axis ends at a round number, or always at the same one. Its description says what it shows."""

    _top = 0.0
    _span = 0

    def show_span(self, lines: Sequence[Line], span: int, end: float | None = None) -> None:
        """The last `span` seconds, up to `end` where that is fixed."""
        most = max((value for line in lines for value in line.known), default=0.0)
        before = self._top if span == self._span else 0.0
        self._top, self._span = end if end is not None else top(most, before), span
        self.show_lines(lines, -span, 0.0, self._top, words.ticks(span))
        told = self._told(lines)
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)

    def _told(self, lines: Sequence[Line]) -> str:
        said = []
        names = self.words.lines or (self.words.name,)
        for name, line in zip(names, lines, strict=False):
            if known := line.known:
                read = self.words.value
                said.append(words.spread(name, read(known[-1]), read(min(known)), read(max(known))))
        return ". ".join(said)
