"""A graphics card: how busy it is, its memory, its temperature and power where its driver tells them."""

from __future__ import annotations

from qwendesk.monitor.live import Live
from qwendesk.monitor.rooflines import Expected
from qwendesk.monitor.sample import GpuSample
from qwendesk.ui.cards.card import Card, tell
from qwendesk.ui.charts.bars import Bar, Piece
from qwendesk.ui.charts.chart import Words
from qwendesk.ui.charts.livechart import LiveChart
from qwendesk.ui.widgets.parts import label
from qwendesk.words import _, figures
from qwendesk.words import live as words


class GraphicsCard(Card):
    """One for each card; a computer without any has none."""

    least, weight = 160, 3

    def __init__(self, number: int, name: str) -> None:
        super().__init__(name, words.MEANINGS["gpu"])
        self.number = number
        self.memory = Bar(_("Memory of the graphics card"))
        self.chart = LiveChart(Words(name, words.percent, words.ago))
        self.detail = label("", "faint")
        self.put(self.chart, 1)
        self.put(self.memory)
        self.put(self.detail)

    def show_live(self, live: Live, span: int, expected: Expected | None) -> None:
        found = [one for one in (live.sample.gpus if live.sample else ()) if one.number == self.number]
        if not found:
            self.show_hint(_("This card no longer answers."))
            return
        card = found[0]
        self.show_hint("")
        warmth = " · ".join(filter(None, (words.degrees(card.temperature), words.watts(card.power_w))))
        self.say(
            words.percent(card.busy) if card.busy is not None else "–",
            sides=(warmth, words.degrees(card.temperature)),
        )
        self.chart.show_span([live.line(f"gpu_busy.{self.number}", span)], span, 1.0)
        told = _memory(card)
        used = float(card.memory_used or 0)
        self.memory.show_pieces([Piece(used, "accent")], float(card.memory_total or 1), told)
        tell(self.detail, told)


def _memory(card: GpuSample) -> str:
    if card.memory_used is None or not card.memory_total:
        return _("memory unknown")
    used, total = figures.size(card.memory_used), figures.size(card.memory_total)
    return _("{used} of {total}").format(used=used, total=total)
