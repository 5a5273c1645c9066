"""What the processor does: for the workers, and for everything."""

from __future__ import annotations

from qwendesk.monitor.live import Live
from qwendesk.monitor.rooflines import Expected
from qwendesk.ui.cards.card import Card
from qwendesk.ui.charts.chart import Words
from qwendesk.ui.charts.legend import Legend
from qwendesk.ui.charts.livechart import LiveChart
from qwendesk.words import _
from qwendesk.words import live as words


class ProcessorCard(Card):
    """The axis ends at all cores; the first line is the workers', the second the whole computer's."""

    least, weight = 120, 3

    def __init__(self) -> None:
        super().__init__(_("Processor"), words.MEANINGS["cores"])
        lines = (_("models"), _("all"))
        self.chart = LiveChart(Words(_("Processor"), words.percent, words.ago, lines))
        self.legend = Legend()
        self.legend.show_entries(list(zip(("accent", "good"), lines, strict=True)))
        self.put(self.chart, 1)
        self.put(self.legend)

    def show_live(self, live: Live, span: int, expected: Expected | None) -> None:
        sample = live.sample
        if sample is None or not sample.machine.cores:
            self.show_hint(_("The first figures come in a second."))
            return
        self.show_hint("")
        machine = sample.machine
        count = len(machine.cores)
        busy = [one.busy for one in sample.workers if one.busy is not None]
        used = sum(busy) if busy else sum(machine.cores)
        warmth = " · ".join(filter(None, (words.degrees(machine.temperature), words.watts(machine.power_w))))
        of = _("of {n} %").format(n=100 * count)
        units = (_("{of}, by models").format(of=of) if busy else _("{of}, no model").format(of=of), of)
        self.say(words.percent(used), units, (warmth, words.degrees(machine.temperature)))
        self.chart.show_span([live.line(one, span) for one in ("worker_cores", "cores")], span, float(count))
