"""Foreign JSON: bounded, element by element, and never more than one clear Problem."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from qwendesk.api.problem import Problem
from qwendesk.models.jsonfile import Fields

LARGEST = 500_000_000
"""Bytes of a file that is read."""
_MILLISECONDS = 1e11
_LATEST = 1e10
"""In seconds; larger numbers are milliseconds, or nothing."""
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.S
)
_LONGEST_NUMBER = 4000
_THOUGHT = re.compile(r"\s*<think>(.*?)(?:</think>\s*|\Z)", re.S)
T = TypeVar("T")


def read_bounded(path: Path) -> bytes:
    """The file. Raises Problem `file_unreadable` or `import_too_large` (path, size, most)."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Problem("import_too_large", path=str(path), size=size, most=LARGEST)
        return path.read_bytes()
    except OSError as error:
        raise Problem("file_unreadable", path=str(path), detail=error.strerror or "") from error


def decoded(data: bytes, kind: type[T], path: str) -> T:
    """The JSON; half a character, as other programs write it, becomes the sign for one that is missing.

    Raises:
        Problem: `file_not_json` (path, detail), also for what is not of the kind.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return msgspec.json.decode(_ESCAPE.sub(_whole, data), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("file_not_json", path=path, detail=str(error)[:200]) from error


def _whole(escape: re.Match[bytes]) -> bytes:
    return escape[0] if escape[1] is None else rb"\ufffd"


def element(data: bytes, path: str) -> Any:
    """One value of many, as plain Python. Raises as `decoded` does."""
    value: Any = decoded(data, object, path)
    return value


def fields(value: Any) -> Fields:
    """A value's fields; none where it is no object."""
    return Fields(value if isinstance(value, dict) else {})


def moment(value: Any) -> float:
    """Seconds since the epoch, from seconds, milliseconds or ISO 8601; 0 for what is none of them."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError, OSError):
            return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _LATEST * 1000:
        return 0.0
    seconds = value / 1000 if value > _MILLISECONDS else value
    return float(seconds) if seconds < _LATEST else 0.0


def split_thinking(text: str) -> tuple[str, str]:
    """Reasoning and answer of a reply that was kept with its tags."""
    found = _THOUGHT.match(text)
    return (found[1].strip(), text[found.end() :]) if found else ("", text)


def arguments(value: Any) -> dict[str, Any]:
    """Of a tool call, which may be an object, its JSON or anything."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return {"input": value} if value else {}
    given = value if isinstance(value, dict) else {} if value is None else {"input": value}
    return given if is_storable(given) else {"input": str(value)[:_LONGEST_NUMBER]}


def is_storable(value: Any) -> bool:
    """Whether it can be written as JSON again, which numbers of any length cannot."""
    try:
        msgspec.json.encode(value)
    except (OverflowError, RecursionError, UnicodeError, TypeError):
        return False
    return True
