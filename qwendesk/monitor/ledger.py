"""The ledger of requests: written by the HTTP door, read by people."""

from __future__ import annotations

import logging
import sqlite3
import time

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Problem
from qwendesk.store.ledger import LedgerRows
from qwendesk.system.bus import Bus
from qwendesk.system.exchange import Exchange, RequestMade

_KEPT_S = 365 * 86400.0
_log = logging.getLogger(__name__)


class NetworkLedger:
    """Keeps every request, and tells the bus when one has ended.

    A database that cannot be written costs the entry and not the request: the log says so.
    """

    def __init__(self, rows: LedgerRows, bus: Bus) -> None:
        self._rows = rows
        self._bus = bus
        self._pruned = False

    def begin(self, exchange: Exchange) -> None:
        purpose = exchange.purpose
        values = (exchange.started, exchange.host, exchange.method, purpose.action, purpose.what)
        values += (purpose.subject, exchange.bytes_out, 0, None, None, "")  # type: ignore[assignment]
        try:
            self._prune()
            exchange.number = self._rows.insert(values)
        except Problem as problem:
            _log.warning("A request to %s is not in the ledger: %s", exchange.host, problem)

    def update(self, exchange: Exchange) -> None:
        if not exchange.number:
            return
        try:
            self._rows.update(
                exchange.number, exchange.bytes_in, exchange.status, exchange.seconds, exchange.problem
            )
        except Problem as problem:
            _log.warning("The ledger's entry %d is out of date: %s", exchange.number, problem)

    def end(self, exchange: Exchange) -> None:
        self.update(exchange)
        self._bus.publish(RequestMade(exchange))

    def entries(self, since: float = 0.0, most: int = 1000) -> list[Exchange]:
        """Requests begun after that moment (seconds since 1970), the newest first.

        Raises:
            Problem: those of `qwendesk.store.connection.Store`.
        """
        return [_exchange(row) for row in self._rows.since(since, most)]

    def _prune(self) -> None:
        if not self._pruned:
            self._pruned = True
            self._rows.forget_before(time.time() - _KEPT_S)


def _exchange(row: sqlite3.Row) -> Exchange:
    return Exchange(
        row["host"],
        row["method"],
        Purpose(row["action"], row["what"], row["subject"]),
        row["started"],
        row["bytes_out"],
        row["bytes_in"],
        row["status"],
        row["seconds"],
        row["problem"],
        row["number"],
    )
