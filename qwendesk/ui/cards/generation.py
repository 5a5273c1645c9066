"""How fast tokens come: now, over time, to the first one, and one by one."""

from __future__ import annotations

from PySide6.QtCore import Signal

from qwendesk.monitor.live import Live
from qwendesk.monitor.rooflines import Expected
from qwendesk.ui.cards.card import Card, tell
from qwendesk.ui.charts.chart import Words
from qwendesk.ui.charts.livechart import LiveChart
from qwendesk.ui.charts.tokenstrip import TokenStrip
from qwendesk.ui.widgets.parts import button, label
from qwendesk.words import _, figures
from qwendesk.words import live as words


class GenerationCard(Card):
    """Without a model it says what to do, with the button for it."""

    least, weight = 164, 4
    load_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("Generation"), words.MEANINGS["rate"])
        self.side.setToolTip(words.MEANINGS["ttft"])
        self.chart = LiveChart(Words(_("Generation speed"), figures.rate, words.ago, tick=words.whole))
        self.strip = TokenStrip()
        self.strip.setToolTip(words.MEANINGS["strip"])
        self.caption = label("", "faint")
        self.put(self.chart, 3)
        self.put(self.strip, 2)
        self.put(self.caption, tall=True)
        self.load = button(_("Load the model"), "", self.load_requested.emit)
        outer = self.layout()
        assert outer is not None
        outer.addWidget(self.load)
        self.load.hide()

    def show_live(self, live: Live, span: int, expected: Expected | None) -> None:
        latencies = live.latencies
        nothing = live.worker is None and live.reply is None
        self.load.setVisible(nothing)
        if nothing:
            self.show_hint(_("Load a model to see how fast it answers, token by token."))
            return
        self.show_hint("")
        ttft = live.reply.finished.timings.ttft_s if live.reply is not None else None
        side = _("TTFT {time}").format(time=figures.seconds(ttft)) if ttft is not None else ""
        self.say(*_rate(live), (side,))
        self.chart.show_span([live.line("tokens_per_s", span)], span)
        self.strip.show_latencies(latencies)
        tell(self.caption, words.between(latencies))


def _rate(live: Live) -> tuple[str, tuple[str, ...]]:
    """Tokens a second and what they are: of this second, of the last reply, or unknown."""
    worker = live.worker
    if worker is not None and worker.bursts and worker.tokens_per_s is not None:
        return f"{worker.tokens_per_s:.1f}", (_("tok/s"),)
    last = live.reply.finished.timings.decode_tps if live.reply is not None else None
    if last is not None:
        return f"{last:.1f}", (_("tok/s, last reply"), _("tok/s, last"), _("tok/s"))
    return "–", (_("tok/s: ask something"), _("tok/s"))
