"""What a record says without prompt text: the one place where records become text.

Our own messages are constants with ids, names and numbers in them (a test of the house sees to that).
Everything else may quote what people typed: the text of an exception, a Problem's free words, what a
library logs. Of those a log gets the type, what is known to be harmless, and a fingerprint.
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Note, Problem
from qwendesk.system.log.fingerprint import fingerprint

_OURS = ("qwendesk", "worker")
_SAFE = frozenset(
    {
        *("action", "build", "command", "device", "doing", "field", "format", "hook", "host", "id", "kind"),
        *("model", "module", "option", "part", "path", "plugin", "python", "runtime", "signal", "source"),
        *("status", "template_sha256", "variable", "version"),
    }
)
"""Arguments of Problems that name things of this computer; those with free words are not among them."""
_CAUSES = frozenset(os.strerror(code) for code in errno.errorcode)
_FRAMES = 30


def said(record: logging.LogRecord) -> str:
    """The record's message and what is known of its exception. Never raises."""
    try:
        message = _message(record) if _is_ours(record.name) else _foreign(record)
        error = record.exc_info[1] if record.exc_info else None
        return message if error is None else f"{message} | {_traced(error)}"
    except Exception as error:
        return f"A line was lost: {type(error).__name__} at {_place(record)}"


def _is_ours(logger: str) -> bool:
    return logger.split(".", 1)[0].split("_", 1)[0] in _OURS


def _place(record: logging.LogRecord) -> str:
    return f"{Path(record.pathname).name}:{record.lineno}"


def _foreign(record: logging.LogRecord) -> str:
    return f"{_place(record)} says {fingerprint(record.getMessage())}"


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return str(safe(record.msg))
    if not record.args:
        return record.msg
    given = record.args
    return record.msg % (safe(given) if isinstance(given, Mapping) else tuple(safe(one) for one in given))


def safe(value: object, name: str = "") -> Any:
    """What may be said of a value that a record carries; `name` is that of the argument, where it has one."""
    told: Any = f"<{type(value).__name__}>"
    match value:
        case None | bool() | int() | float():
            told = value
        case BaseException() | Note():
            told = described(value)
        case str():
            told = value if not name or name in _SAFE or value in _CAUSES else fingerprint(value)
        case Path():
            told = str(value)
        case type():
            told = value.__name__
        case Mapping():
            told = {str(key): safe(one, str(key)) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            told = [safe(one, name) for one in value]
    return told


def described(error: BaseException | Note) -> str:
    """An error or a note by its kind and what is harmless of it."""
    kind = type(error).__name__
    match error:
        case Problem() | Note():
            inside = (f"{name}={safe(one, name)!r}" for name, one in error.arguments.items())
            return f"{error.id}({', '.join(inside)})"
        case OSError() if error.errno is not None and error.strerror in _CAUSES:
            return f"{kind}: [Errno {error.errno}] {error.strerror}"
        case ImportError() if error.name:
            return f"{kind}: {error.name}"
        case sqlite3.Error():
            return f"{kind}: {getattr(error, 'sqlite_errorname', '') or fingerprint(str(error))}"
    text = str(error)
    return f"{kind}: {fingerprint(text)}" if text else kind


def _traced(error: BaseException) -> str:
    """The error with its causes and where each came from: files, lines and functions, no source."""
    told, seen = [], set[int]()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        frames = traceback.extract_tb(one.__traceback__)[-_FRAMES:]
        way = " < ".join(
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames)
        )
        told.append(f"{described(one)} at {way}" if way else described(one))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return " | from ".join(told)


def _short(file: str) -> str:
    """From the package on; of other files the name alone."""
    parts = Path(file).parts
    for place in range(len(parts) - 2, -1, -1):
        if parts[place] in ("site-packages", "plugins"):
            return "/".join(parts[place + 1 :])
        if parts[place] == "qwendesk":
            return "/".join(parts[place:])
    return Path(file).name
