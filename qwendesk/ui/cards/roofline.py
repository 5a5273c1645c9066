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

    least, weight = 228, 6

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
            self.show_hint(_("Load a model: here stands the most that this computer's memory could give it."))
        elif expected is None:
            self.show_hint(_("Reading the model's file, and measuring this computer's memory, once…"))
        else:
            self.show_hint("")
            roof = roofline(expected.bandwidth, expected.reading, live.reached)
            self._show_roof(roof, live, expected)

    def _show_roof(self, roof: Roofline, live: Live, expected: Expected) -> None:
        caveat = words.caveat(expected.reading, roof)
        share = roof.share
        if share is None:
            self.say(f"{roof.ceiling:,.0f}", (_("tok/s at most"),))
            self.bar.show_pieces((), 1.0, _("No reply yet"))
            self.legend.show_entries(())
            tell(
                self.line,
                _("{possible}. Ask something to see what it reaches.").format(possible=words.possible(roof)),
            )
        else:
            count = ngettext("last reply", "last {n} replies", live.replies).format(n=live.replies)
            self.say(
                _("{n:.0f} %").format(n=100 * share),
                (_("of what this memory can give"), _("of the possible")),
                count,
            )
            self._show_times(roof)
            tell(self.line, words.possible(roof))
        tell(
            self.detail,
            " ".join(
                filter(
                    None,
                    (
                        words.attained(roof, live.replies),
                        words.eaten(roof),
                        words.others(live.others),
                        caveat,
                    ),
                )
            ),
        )

    def _show_times(self, roof: Roofline) -> None:
        times = words.times(roof)
        pieces = [Piece(one, token) for (_name, one), token in zip(times, _TOKENS, strict=True)]
        told = ", ".join(f"{name} {words.milliseconds(one)}" for name, one in times)
        self.bar.show_pieces(pieces, roof.token_s or 1.0, told)
        short = (_("weights"), _("KV"), _("rest"))
        self.legend.show_entries(
            [
                (token, f"{name} {words.milliseconds(one)}")
                for name, token, (_long, one) in zip(short, _TOKENS, times, strict=True)
            ]
        )
