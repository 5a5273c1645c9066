"""One request to the outside, as the ledger keeps it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from qwendesk.api.http import Purpose


@dataclass(slots=True)
class Exchange:
    """A request and what became of it. Addresses and headers are not kept: they may hold secrets.

    Args:
        started: seconds since 1970.
        host: with the port where it is not the scheme's own.
        bytes_out, bytes_in: heads and bodies, without what TLS and the network add.
        status: of the answer, or None where none came.
        problem: the id of what went wrong, or an empty text.
        number: where the ledger keeps it; 0 before it is kept.
    """

    host: str
    method: str
    purpose: Purpose
    started: float = field(default_factory=time.time)
    bytes_out: int = 0
    bytes_in: int = 0
    status: int | None = None
    seconds: float | None = None
    problem: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class RequestMade:
    """A request ended, or was refused."""

    exchange: Exchange


class Ledger(Protocol):
    """Where requests are written down: before they leave, now and then, and when they have ended."""

    def begin(self, exchange: Exchange) -> None: ...

    def update(self, exchange: Exchange) -> None: ...

    def end(self, exchange: Exchange) -> None: ...


def host_of(url: str) -> str:
    """The host of an address, with a port that is not the scheme's own; empty where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    name = parts.hostname or ""
    return name if port in (None, usual) else f"{name}:{port}"
