"""The time of day, which models do not know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from qwendesk.api.messages import Tool
from qwendesk.chat.tools.runnable import ERROR

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MAX_NAMES = 5


def _now() -> datetime:
    return datetime.now(UTC)


class CurrentTime:
    """Date, time, weekday and offset, here or in another zone.

    Args:
        now: the moment, with its zone.
        local: the zone of this place; None is the machine's.
    """

    tool = Tool(
        "current_time",
        "Tells the current date, weekday and time, for the user's own time zone or another one.",
        {
            "type": "object",
            "properties": {
                "timezone": {
                    "type": "string",
                    "description": "An IANA time zone such as Asia/Seoul. Leave it out for the user's own.",
                }
            },
            "additionalProperties": False,
        },
    )

    def __init__(self, now: Callable[[], datetime] = _now, local: tzinfo | None = None) -> None:
        self._now = now
        self._local = local

    def run(self, arguments: dict[str, Any]) -> str:
        """The moment, or which zones there are where that one is unknown."""
        wanted = str(arguments.get("timezone") or "").strip()
        if not wanted:
            return _told(self._now().astimezone(self._local))
        import zoneinfo  # half a megabyte, for whoever asks for another zone

        try:
            return _told(self._now().astimezone(zoneinfo.ZoneInfo(wanted)))
        except (KeyError, ValueError, OSError):
            return f"{ERROR}the time zone {wanted[:80]} is unknown{_suggested(wanted)}"


def _told(moment: datetime) -> str:
    zone = getattr(moment.tzinfo, "key", None) or moment.tzname() or ""
    offset = moment.strftime("%z")
    day = f"{_WEEKDAYS[moment.weekday()]}, {moment:%Y-%m-%d}"
    return f"{day}, {moment:%H:%M:%S} (UTC{offset[:3]}:{offset[3:5]}, {zone})"


def _suggested(wanted: str) -> str:
    """Zones of this city, or written in another case."""
    import zoneinfo

    city = wanted.casefold().replace(" ", "_")
    known = sorted(zoneinfo.available_timezones())
    near = [one for one in known if city in (one.casefold(), one.casefold().rpartition("/")[2])]
    return (
        f"; there is {', '.join(near[:_MAX_NAMES])}" if near else "; use an IANA name such as Europe/Berlin"
    )
