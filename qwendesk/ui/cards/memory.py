"""What the model takes: expected in parts, measured, and over time."""

from __future__ import annotations

from qwendesk.monitor.live import Live
from qwendesk.monitor.rooflines import Expected
from qwendesk.monitor.sample import Sample, WorkerSample
from qwendesk.monitor.shares import shares
from qwendesk.ui.cards.card import Card, tell
from qwendesk.ui.charts.bars import SERIES, Bar, Piece
from qwendesk.ui.charts.chart import Words
from qwendesk.ui.charts.legend import Legend
from qwendesk.ui.charts.livechart import LiveChart
from qwendesk.ui.widgets.parts import label
from qwendesk.words import _, figures
from qwendesk.words import live as words

_THIN = 4


class MemoryCard(Card):
    """The two bars have one scale: the longer of estimate and peak fills it."""

    least, weight = 168, 5

    def __init__(self) -> None:
        super().__init__(_("Memory"), words.MEANINGS["memory"])
        self.estimate = Bar(_("Estimate, in parts"))
        self.measured = Bar(_("Measured"), _THIN)
        self.legend = Legend()
        self.chart = LiveChart(
            Words(_("Memory of the model"), figures.size, words.ago, tick=words.short_size)
        )
        self.detail = label("", "faint", wrap=True)
        for bar in (self.estimate, self.measured):
            bar.setToolTip(words.MEANINGS["estimate"])
            self.put(bar)
        self.put(self.legend)
        self.put(self.chart, 1)
        self.put(self.detail, tall=True)

    def show_live(self, live: Live, span: int, expected: Expected | None) -> None:
        worker, sample = live.worker, live.sample
        if worker is None or sample is None:
            self.show_hint(_("Load a model to see what it takes, and what was expected."))
            return
        self.show_hint("")
        now, peak = worker.memory + worker.device, max(worker.peak + worker.device, worker.memory)
        self.say(figures.size(now) if now else "–", sides=(_("peak {peak}").format(peak=figures.size(peak)),))
        self._show_bars(now, peak, expected)
        self.chart.show_span([live.line("memory", span)], span)
        tell(self.detail, _detail(worker, sample, expected))

    def _show_bars(self, now: int, peak: int, expected: Expected | None) -> None:
        parts = shares(expected.estimate) if expected is not None else {}
        whole = max(sum(parts.values()), peak, 1)
        told = _("Estimate: {parts}").format(parts=words.shares(parts)) if parts else _("No estimate yet")
        pieces = [Piece(size, token) for size, token in zip(parts.values(), SERIES, strict=False)]
        self.estimate.show_pieces(pieces, whole, told)
        size = figures.size(now)
        self.measured.show_pieces([Piece(now, "text")], whole, _("Measured: {size}").format(size=size))
        entries = [
            (token, f"{words.SHARES[id]} {figures.size(bytes)}")
            for (id, bytes), token in zip(parts.items(), SERIES, strict=False)
            if bytes
        ]
        self.legend.show_entries(entries)
        for one in (self.estimate, self.legend):
            one.setVisible(bool(parts))


def _detail(worker: WorkerSample, sample: Sample, expected: Expected | None) -> str:
    """The estimate beside what was measured, and the limit that this computer sets."""
    parts = []
    if expected is not None:
        total = expected.estimate.total + expected.estimate.on("gpu")
        parts.append(_("Estimate {size}").format(size=figures.size(total)))
    if worker.device:
        parts.append(_("on graphics cards {size}").format(size=figures.size(worker.device)))
    if worker.private is not None and worker.file_backed is not None:
        told = _("private {private}, file-backed {file}")
        parts.append(told.format(private=figures.size(worker.private), file=figures.size(worker.file_backed)))
    machine = sample.machine
    if machine.memory_used is not None and machine.memory_total:
        told = _("this computer: {used} of {total} in use")
        used, total_memory = figures.size(machine.memory_used), figures.size(machine.memory_total)
        parts.append(told.format(used=used, total=total_memory))
    if others := [one for one in sample.workers if one.session != worker.session]:
        size = figures.size(sum(one.memory + one.device for one in others))
        parts.append(_("other models {size}").format(size=size))
    return " · ".join(parts)
