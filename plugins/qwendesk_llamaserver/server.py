"""What the engine needs of a running server, whichever way it was started."""

from __future__ import annotations

from typing import Any, Protocol

from qwendesk_llamaserver.client import Client
from qwendesk_llamaserver.feed import Feed


class Server(Protocol):
    """A server with the model in memory."""

    @property
    def client(self) -> Client: ...

    @property
    def version(self) -> str: ...

    @property
    def system_info(self) -> str:
        """What llama.cpp prints of its build and the processor; empty where it cannot be asked."""
        ...

    @property
    def has_card(self) -> bool | None:
        """Whether the build sees a graphics card; None where it cannot be asked."""
        ...

    def complete(self, body: dict[str, Any], feed: Feed) -> None:
        """Generate; returns at the end or when the feed was cancelled."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...
