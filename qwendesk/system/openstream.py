"""An answer that is being read."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping

import httpx2

from qwendesk.api.problem import Problem
from qwendesk.system.exchange import host_of


class OpenStream:
    """A `Stream` over an httpx2 response."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response
        self._aborted = False

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in self._response.headers.items()}

    @property
    def url(self) -> str:
        return str(self._response.request.url)

    def pieces(self) -> Iterator[bytes]:
        yield from self._response.iter_raw()
        if self._aborted:
            raise Problem("connection_lost", host=host_of(self.url), detail="stopped")

    def abort(self) -> None:
        self._aborted = True
        network = self._response.extensions.get("network_stream")
        connection = network.get_extra_info("socket") if network is not None else None
        if connection is not None:
            # Closing a socket does not wake who reads from it; shutting it down does, also below TLS.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
