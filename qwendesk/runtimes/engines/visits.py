"""uv's requests in the ledger: uv opens its connections itself, so the entries are written for it here."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Problem
from qwendesk.runtimes.engines.requests import host_in
from qwendesk.system.exchange import Exchange, Ledger

_ASK_S = 1.0


class Visits:
    """One entry for each host that uv is about to ask, from before it starts until it has ended; and one for
    each further host that it says it asks."""

    def __init__(
        self, ledger: Ledger, closed: Callable[[], Problem | None], hosts: Sequence[str], purpose: Purpose
    ) -> None:
        """`closed` says why nothing may leave now; no hosts: nothing leaves, and nothing is written."""
        self._ledger, self._closed, self._purpose = ledger, closed, purpose
        self._heard: deque[str] = deque()
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

    def hear(self, line: str) -> None:
        """A line of uv's; on any thread."""
        if host := host_in(line):
            self._heard.append(host)

    def look(self) -> None:
        """Raises the Problem of a switch that was turned on meanwhile."""
        self._write()
        if (now := time.monotonic()) - self._asked >= _ASK_S:
            self._asked = now
            self._refuse_if_closed()

    def _write(self) -> None:
        """Entries for the hosts that were heard of and have none yet."""
        while self._heard:
            host = self._heard.popleft()
            if all(one.host != host for one in self._exchanges):
                self._exchanges.append(Exchange(host, "GET", self._purpose))
                self._ledger.begin(self._exchanges[-1])

    def count(self, host: str, received: int) -> None:
        """So many bytes came from that host, as far as the index tells their sizes."""
        self._write()
        for one in self._exchanges:
            if one.host == host:
                one.bytes_in += received
                self._ledger.update(one)

    def _refuse_if_closed(self) -> None:
        if self._exchanges and (reason := self._closed()) is not None:
            raise reason

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._write()
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
