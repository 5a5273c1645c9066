"""A JSON file of a checkpoint: foreign text, so an object of a bearable size or one clear Problem."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem

_LARGEST = 1 << 26


def read_object(path: Path) -> dict[str, Any]:
    """The object in the file.

    Raises:
        Problem: `model_unreadable`, or `model_header_broken` where it is no JSON object or too large.
    """
    return parse_object(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The file's content, as it is; at most 64 MiB. Raises Problem like `read_object`."""
    try:
        if path.stat().st_size > _LARGEST:
            raise Problem("model_header_broken", path=str(path), detail="too large")
        return path.read_bytes()
    except OSError as error:
        raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error


def parse_object(data: bytes, path: Path) -> dict[str, Any]:
    """The same from bytes; `path` is for the Problem."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Problem("model_header_broken", path=str(path), detail=str(error)[:200]) from error
    if not isinstance(value, dict):
        raise Problem("model_header_broken", path=str(path), detail="not an object")
    return value
