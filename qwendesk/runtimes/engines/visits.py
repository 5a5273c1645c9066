"""uv's requests in the ledger: uv opens its connections itself, so the entries are written for it here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Problem
from qwendesk.system.exchange import Exchange, Ledger

_ASK_S = 1.0


class Visits:
    """One entry for each host that uv is about to ask, from before it starts until it has ended."""

    def __init__(
        self, ledger: Ledger, closed: Callable[[], Problem | None], hosts: Sequence[str], purpose: Purpose
    ) -> None:
        """`closed` says why nothing may leave now; no hosts: nothing leaves, and nothing is written."""
        self._ledger, self._closed = ledger, closed
        self._exchanges = [Exchange(host, "GET", purpose) for host in dict.fromkeys(hosts)]
        self._began = self._asked = time.monotonic()

    def __enter__(self) -> Visits:
        """Write them down, then look at the switch: what was refused is known, too. Raises its Problem."""
        for one in self._exchanges:
            self._ledger.begin(one)
        try:
            self._refuse_if_closed()
        except Problem as problem:
            self._end(problem.id)
            raise
        return self

    def look(self) -> None:
        """Raises the Problem of a switch that was turned on meanwhile."""
        if (now := time.monotonic()) - self._asked >= _ASK_S:
            self._asked = now
            self._refuse_if_closed()

    def count(self, host: str, received: int) -> None:
        """So many bytes came from that host, as far as the index tells their sizes."""
        for one in self._exchanges:
            if one.host == host:
                one.bytes_in += received
                self._ledger.update(one)

    def _refuse_if_closed(self) -> None:
        if self._exchanges and (reason := self._closed()) is not None:
            raise reason

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            for one in self._exchanges:
                one.status = 200  # uv does not tell more than that it worked
            self._end("")
        else:
            self._end(error.id if isinstance(error, Problem) else "stopped")

    def _end(self, problem: str) -> None:
        for one in self._exchanges:
            one.problem, one.seconds = problem, time.monotonic() - self._began
            self._ledger.end(one)
