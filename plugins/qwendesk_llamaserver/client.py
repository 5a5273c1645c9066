"""HTTP to a server on this machine. `http.client` opens its own socket, so no proxy setting applies."""

from __future__ import annotations

import http.client
import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from qwendesk.api.problem import Problem
from qwendesk_llamaserver.chunks import problem_of
from qwendesk_llamaserver.feed import Feed

_ANSWER_S = 30.0


def new_key() -> str:
    """A random key for a server's port. Its beginning is what the application's log knows it by."""
    return f"qwendesk-key-{secrets.token_urlsafe(32)}"


class Client:
    """A server's address and key, and what is asked of it. May be used from several threads."""

    def __init__(self, address: str, key: str) -> None:
        place = urlsplit(address)
        self._host, self._port = place.hostname or "127.0.0.1", place.port or 80
        self._key = key

    def ask(self, path: str, body: dict[str, Any] | None = None, timeout: float = _ANSWER_S) -> Any:
        """One JSON answer. Raises Problem for the server's errors and OSError where nobody answers."""
        with self._connection(timeout) as connection:
            return _json(self._send(connection, path, body).read())

    def is_up(self) -> bool:
        """Whether the server has loaded its model and answers."""
        try:
            return bool(self.ask("/health", timeout=2.0))
        except (OSError, http.client.HTTPException, Problem):
            return False

    def stream(self, path: str, body: dict[str, Any], feed: Feed) -> None:
        """Server-sent events into the feed until they end; a cancelled feed closes the connection."""
        try:
            with self._connection(None) as connection:
                # The answer's first line comes only after the prompt was read: the feed must be
                # able to hang up before that.
                line = connection.sock
                feed.when_cancelled(lambda: _hang_up(line))
                try:
                    _read_events(self._send(connection, path, body), feed)
                finally:
                    feed.when_cancelled(None)
        except (OSError, http.client.HTTPException, ValueError):
            # A connection that we closed ourselves breaks in whatever call was waiting on it.
            if not feed.cancelled.is_set():
                raise Problem("engine_failed", detail="connection lost") from None

    @contextmanager
    def _connection(self, timeout: float | None) -> Iterator[http.client.HTTPConnection]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        try:
            connection.connect()
            yield connection
        finally:
            connection.close()

    def _send(
        self, connection: http.client.HTTPConnection, path: str, body: dict[str, Any] | None
    ) -> http.client.HTTPResponse:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        connection.request("GET" if body is None else "POST", path, data, headers)
        response = connection.getresponse()
        if response.status != 200:
            raise _problem(response)
        return response


def _read_events(response: http.client.HTTPResponse, feed: Feed) -> None:
    for line in response:
        name, _, value = line.partition(b":")
        value = value.strip()
        if value == b"[DONE]":
            return
        if name == b"data" and feed.put(json.loads(value)):
            return
        # llama-server sends what goes wrong after the headers under a field of its own.
        if name == b"error":
            feed.put({"error": json.loads(value)})
            return


def _hang_up(line: socket.socket) -> None:
    # close() alone would wait for the reader's file object; shutdown() wakes it.
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _problem(response: http.client.HTTPResponse) -> Problem:
    try:
        return problem_of(json.loads(response.read())["error"])
    except (ValueError, KeyError, TypeError):
        return Problem("engine_failed", detail=f"HTTP {response.status}")


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise Problem("engine_failed", detail="an answer that is no JSON") from error
