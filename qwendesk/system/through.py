"""Clients for libraries, through the same door as everything else."""

from __future__ import annotations

from collections.abc import Callable

import httpx2

from qwendesk.api.http import Purpose
from qwendesk.system.wire import CONNECT_S, Wire


def through(wire: Wire, purpose: Callable[[], Purpose], most_redirects: int) -> httpx2.Client:
    """A client whose every request goes over the wire; `purpose` is asked at each."""
    return httpx2.Client(
        transport=_Through(wire, purpose), follow_redirects=True, max_redirects=most_redirects
    )


class _Through(httpx2.BaseTransport):
    """The transport of clients that libraries use; they share the door's connections, so none is closed."""

    def __init__(self, wire: Wire, purpose: Callable[[], Purpose]) -> None:
        self._wire = wire
        self._purpose = purpose

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        timeout = request.extensions.get("timeout") or {}
        request.extensions["timeout"] = {
            name: timeout.get(name) or default
            for name, default in (("connect", CONNECT_S), ("read", 30.0), ("write", 30.0), ("pool", 60.0))
        }
        return self._wire.send(request, self._purpose())
