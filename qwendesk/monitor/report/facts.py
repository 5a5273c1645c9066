"""Checks, settings and requests as plain data, with as little as helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qwendesk.api.options import Option
from qwendesk.monitor.health import Checked
from qwendesk.monitor.report.versions import as_data
from qwendesk.system.exchange import Exchange

_OPEN = ("plugins.", "runtimes.", "window.")
"""Settings without a description whose texts are names and choices."""
_PRIVATE = ("key", "passphrase", "password", "secret", "token")


def checks(results: Iterable[Checked]) -> list[dict[str, Any]]:
    """What each check found, as ids and arguments."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "status": one.result.status,
            "sentence": as_data(one.result.sentence),
        }
        for one in results
    ]


def settings(held: Mapping[str, Any], known: Mapping[str, Option]) -> dict[str, Any]:
    """Those that differ from their defaults. Of a text that nobody described only the length is told."""
    return {name: _told(name, value, known.get(name)) for name, value in sorted(held.items())}


def _told(name: str, value: Any, option: Option | None) -> Any:
    if name.rpartition(".")[2].lower().endswith(_PRIVATE):
        return "<token>"
    if option is not None or not isinstance(value, (str, list)) or name.startswith(_OPEN):
        return value
    return f"({len(value)} characters)" if isinstance(value, str) else f"({len(value)} values)"


def requests(exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
    """By host and reason: how many, how many failed and of what, bytes each way, the first and the last."""
    found: dict[tuple[str, str, str], list[Exchange]] = {}
    for one in exchanges:
        found.setdefault((one.host, one.purpose.action, one.purpose.what), []).append(one)
    return [
        {
            "host": host,
            "action": action,
            "what": what,
            "requests": len(those),
            "failed": sum(bool(one.problem) or (one.status or 0) >= 400 for one in those),
            "problems": sorted({one.problem for one in those if one.problem}),
            "statuses": sorted({one.status for one in those if one.status is not None}),
            "bytes_out": sum(one.bytes_out for one in those),
            "bytes_in": sum(one.bytes_in for one in those),
            "first": min(one.started for one in those),
            "last": max(one.started for one in those),
        }
        for (host, action, what), those in sorted(found.items())
    ]
