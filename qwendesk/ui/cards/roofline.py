"""How near the model comes to what this computer's memory can give, and what eats the rest."""

from __future__ import annotations

from qwendesk.api.problem import Problem
from qwendesk.monitor.live import Live
from qwendesk.monitor.roofline import Roofline, roofline
from qwendesk.monitor.rooflines import Expected
from qwendesk.ui.cards.card import Card, tell
from qwendesk.ui.charts.bars import Bar, Piece
from qwendesk.ui.charts.legend import Legend
from qwendesk.ui.widgets.parts import label
from qwendesk.words import _, ngettext
from qwendesk.words import roofline as words
from qwendesk.words.problems import word

_TOKENS = ("accent", "good", "border_strong")


class RooflineCard(Card):
    """The bar is the time of one token: reading weights, reading the KV cache, everything else."""

    least, weight = 208, 6

    def __init__(self) -> None:
        super().__init__(_("Roofline"), words.MEANING)
        self.problem: Problem | None = None
        self.bar = Bar(_("Time of a token"))
        self.bar.setToolTip(words.MEANING)
        self.legend = Legend()
        self.line = label("", "small", wrap=True, selectable=True)
        self.detail = label("", "faint", wrap=True, selectable=True)
        self.put(self.bar)
        self.put(self.legend)
        self.put(self.line)
        self.put(self.detail, tall=True)
        self._body.addStretch(1)

    def show_live(self, live: Live, span: int, expected: Expected | None) -> None:
        if self.problem is not None:
            self.show_hint(str(word(self.problem.note())))
        elif live.worker is None:
            self.show_hint(_("Load a model to see the most that this computer's memory could give it."))
        elif expected is None:
            self.show_hint(
                _("In a quiet moment this computer's memory is measured, once and in less than a second…")
            )
        else:
            self.show_hint("")
            roof = roofline(expected.bandwidth, expected.reading, live.reached)
            self._show_number(roof, live, expected)
            self._show_times(roof, known=roof.share is not None and not expected.reading.on_card)

    def _show_number(self, roof: Roofline, live: Live, expected: Expected) -> None:
        read, share = expected.reading, roof.share
        count = ngettext("last reply", "last {n} replies", live.replies).format(n=live.replies)
        line = words.possible(roof)
        if read.on_card:
            rate = roof.reached.tokens_per_s if roof.reached is not None else None
            self.say(f"{rate:.1f}" if rate is not None else "–", (_("tok/s"),))
            line = words.caveat(read, roof)
        elif share is None:
            self.say(f"{roof.ceiling:,.0f}", (_("tok/s at most"),))
            line = _("{possible}. Ask something to see what it reaches.").format(possible=line)
        else:
            units = (_("of what this memory can give"), _("of the possible"))
            self.say(_("{n:.0f} %").format(n=100 * share), units, (count, ""))
        tell(self.line, line)
        tell(self.detail, words.explained(read, roof, live.replies, live.others))

    def _show_times(self, roof: Roofline, *, known: bool) -> None:
        """In the legend the unit stands once, behind the last one."""
        times = words.times(roof)
        pieces = [Piece(one, token) for (_name, one), token in zip(times, _TOKENS, strict=True)]
        told = ", ".join(f"{name} {words.milliseconds(one)}" for name, one in times)
        self.bar.show_pieces(pieces if known else (), roof.token_s or 1.0, told if known else "")
        short = (_("weights {ms:.2g}"), _("KV {ms:.2g}"), _("rest {ms:.2g} ms"))
        entries = [
            (token, text.format(ms=1000 * one))
            for text, token, (_long, one) in zip(short, _TOKENS, times, strict=True)
        ]
        self.legend.show_entries(entries if known else ())
        for one in (self.bar, self.legend):
            one.setVisible(known)
