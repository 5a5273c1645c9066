"""What leaves this computer: the offline switch, totals, and every request with its reason."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from qwendesk.system.exchange import Exchange
from qwendesk.ui.docks.ledgertable import LedgerTable
from qwendesk.ui.theme.tokens import ROOMY, TIGHT
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, label, row
from qwendesk.words import _, figures, ngettext, requests
from qwendesk.words.problems import Sentence

_EVERY_MS = 2_000


class NetworkView(QWidget):
    """`offline_turned` by the user; `refresh_requested` while something is under way and it can be seen."""

    offline_turned = Signal(bool)
    refresh_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.switch = QCheckBox(_("Offline"))
        self.switch.setAccessibleName(_("Offline: nothing leaves this computer"))
        self.switch.setToolTip(_("Every request fails at once, and downloads under way stop where they are."))
        self.switch.clicked.connect(self.offline_turned)
        self.totals = label("", "dim")
        self.totals.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.table = LedgerTable()
        self.pages = Pages(self.table)
        head = row(self.switch, self.totals, button(_("Refresh"), "quiet", self.refresh_requested.emit))
        head.setStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOMY, TIGHT, ROOMY, TIGHT)
        layout.setSpacing(TIGHT)
        layout.addLayout(head)
        layout.addWidget(self.pages, 1)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_time)
        self.pages.show_loading(_("Reading the ledger…"))

    def show_offline(self, on: bool, *, fixed: bool) -> None:
        """`fixed`: the environment alone decides for this run."""
        self.switch.setChecked(on)
        self.switch.setEnabled(not fixed)
        if fixed:
            self.switch.setToolTip(_("QWENDESK_OFFLINE is set, so this run stays offline."))

    def show_exchanges(self, exchanges: list[Exchange]) -> None:
        """The newest first."""
        self.totals.setText(totals(exchanges))
        self.table.ledger.show(exchanges)
        if exchanges:
            self.pages.show_full()
        else:
            self.pages.show_empty(
                _("No request yet"),
                _("Nothing has left this computer. Each request will be listed here with its reason."),
            )

    def show_error(self, sentence: Sentence) -> None:
        self.pages.show_error(sentence, self.refresh_requested.emit)

    def _on_time(self) -> None:
        if any(one.seconds is None and not one.problem for one in self.table.ledger.exchanges[:50]):
            self.refresh_requested.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh_requested.emit()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


def totals(exchanges: list[Exchange]) -> str:
    """Today in a line: how many, to how many hosts, bytes each way."""
    today = [one for one in exchanges if one.started >= requests.day_began()]
    if not today:
        return _("Today: no request")
    hosts = len({one.host for one in today})
    count = ngettext("Today: {n} request", "Today: {n} requests", len(today)).format(n=len(today))
    where = ngettext("{n} host", "{n} hosts", hosts).format(n=hosts)
    sent, received = sum(one.bytes_out for one in today), sum(one.bytes_in for one in today)
    flow = _("{sent} sent, {received} received").format(
        sent=figures.size(sent), received=figures.size(received)
    )
    return " · ".join((count, where, flow))
