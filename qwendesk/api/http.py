"""The application's only way out, as plugins see it. A ledger, which the user can read, has every request.

With the offline switch on, every call raises Problem `offline` at once, and streams under way end with it.
A redirect to another host is followed without credentials. Answers are hostile input: sizes are limited,
nothing is decoded, nothing is executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a request is made, for the ledger: whose action, and what for, as ids that faces word.

    Args:
        action: what the user started ("search", "pull", "update_check").
        what: what is fetched ("model list", "file list", "file").
        subject: to what it belongs, such as ORG/REPO.
    """

    action: str
    what: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, at most a few megabytes. `url` is where it came from in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Stream(Protocol):
    """An answer that is read piece by piece."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""
        ...

    @property
    def url(self) -> str: ...

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes, decoded of nothing.

        Raises:
            Problem: `connection_lost` (host, detail), `connection_stalled` (host, seconds), `offline`.
        """
        ...

    def abort(self) -> None:
        """End it from another thread: whoever reads gets `connection_lost` at once."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask. `secret` headers (a token) are never logged and never follow to another host.

    `patience_s`: so long may nothing come before the answer counts as stalled.
    """

    url: str
    purpose: Purpose
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None
    patience_s: float = 30.0


class Http(Protocol):
    """The door. May be used from any thread.

    Every method raises a Problem: `offline`, `offline_unsure` (path), `address_unusable` (url),
    `host_unknown` (host, detail), `connection_failed` (host, detail), `connection_stalled` (host, seconds),
    `connection_lost` (host, detail), `tls_failed` (host, detail), `too_many_redirects` (host),
    `redirect_refused` (host, target), `body_too_large` (host, most), `answer_encoded` (host, encoding).
    """

    def ask(self, request: Request, *, most_bytes: int = 8 << 20) -> Answer:
        """The whole answer, whatever its status."""
        ...

    def stream(self, request: Request) -> AbstractContextManager[Stream]:
        """The answer's head; the body comes piece by piece."""
        ...

    def client(self, purpose: Callable[[], Purpose]) -> Any:
        """An `httpx2.Client` through the same door, for libraries that want one.

        `purpose` is asked at each request: libraries keep one client for everything they do. What the
        door raises passes through the library as it is.
        """
        ...
