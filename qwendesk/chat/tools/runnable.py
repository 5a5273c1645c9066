"""What a tool is, to whoever runs it."""

from __future__ import annotations

from typing import Any, Protocol

from qwendesk.api.messages import Tool

# How a result begins that tells the model of a mistake.
ERROR = "error: "


class Runnable(Protocol):
    """A tool with the function behind it."""

    @property
    def tool(self) -> Tool:
        """Name, description and JSON schema, as the model is told."""

    def run(self, arguments: dict[str, Any]) -> str:
        """The result as text for the model; what goes wrong is told in it, behind `ERROR`, never raised."""
