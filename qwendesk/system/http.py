"""The one HTTP door (see `qwendesk.api.http`). Nothing else in the application opens a connection outwards.

httpx2, the client that huggingface_hub uses as well, is imported at the first request.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from qwendesk.api.http import Answer, Purpose, Request
from qwendesk.api.problem import Problem
from qwendesk.system.exchange import Ledger, host_of

if TYPE_CHECKING:
    import httpx2

    from qwendesk.system.openstream import OpenStream
    from qwendesk.system.wire import Wire

_MOST_REDIRECTS = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Door:
    """Implements `qwendesk.api.http.Http` over httpx2, the client that huggingface_hub uses as well."""

    def __init__(self, closed: Callable[[], Problem | None], ledger: Ledger) -> None:
        self._closed = closed
        self._ledger = ledger
        self._made: Wire | None = None

    @property
    def _wire(self) -> Wire:
        # Reading the system's certificates takes time that a start without requests need not spend.
        if self._made is None:
            from qwendesk.system.wire import Wire

            self._made = Wire(self._closed, self._ledger)
        return self._made

    def ask(self, request: Request, *, most_bytes: int = 8 << 20) -> Answer:
        with self.stream(request) as stream:
            body = bytearray()
            for piece in stream.pieces():
                body += piece
                if len(body) > most_bytes:
                    raise Problem("body_too_large", host=host_of(stream.url), most=most_bytes)
            return Answer(stream.status, stream.headers, bytes(body), stream.url)

    @contextlib.contextmanager
    def stream(self, request: Request) -> Iterator[OpenStream]:
        from qwendesk.system.openstream import OpenStream

        response = self._follow(request)
        try:
            yield OpenStream(response)
        finally:
            response.close()

    def client(self, purpose: Callable[[], Purpose]) -> httpx2.Client:
        from qwendesk.system.through import through

        return through(self._wire, purpose, _MOST_REDIRECTS)

    def close(self) -> None:
        if self._made is not None:
            self._made.close()

    def _follow(self, request: Request) -> httpx2.Response:
        from qwendesk.system.wire import built

        url, secret, method = request.url, dict(request.secret), request.method
        for _ in range(_MOST_REDIRECTS + 1):
            response = self._wire.send(built(request, url, method, secret), request.purpose)
            target = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not target:
                return response
            response.close()
            there = _target(url, target)
            if _origin(there) != _origin(url):
                secret = {}
            method = "GET" if response.status_code == 303 and method != "HEAD" else method
            url = there
        raise Problem("too_many_redirects", host=host_of(request.url))


def _target(here: str, location: str) -> str:
    try:
        there = urljoin(here, location)
        scheme = urlsplit(there).scheme
    except ValueError as error:
        raise Problem("redirect_refused", host=host_of(here), target="") from error
    if urlsplit(here).scheme == "https" and scheme != "https":
        raise Problem("redirect_refused", host=host_of(here), target=host_of(there))
    return there


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError as error:
        raise Problem("address_unusable", url=parts.hostname or "") from error
