"""Clients for libraries, through the same door as everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Problem
from qwendesk.system.exchange import host_of
from qwendesk.system.wire import CONNECT_S, Wire, as_problem


def through(wire: Wire, purpose: Callable[[], Purpose], most_redirects: int) -> httpx2.Client:
    """A client whose every request goes over the wire; `purpose` is asked at each."""
    return _Client(transport=_Through(wire, purpose), follow_redirects=True, max_redirects=most_redirects)


class _Client(httpx2.Client):
    """What goes wrong beside the wire (redirects in a circle, or to nowhere) is a Problem as well."""

    def send(self, request: httpx2.Request, **settings: Any) -> httpx2.Response:
        host = host_of(str(request.url))
        try:
            return super().send(request, **settings)
        except httpx2.TooManyRedirects as error:
            raise Problem("too_many_redirects", host=host) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise as_problem(error, host, 0.0) from error


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
