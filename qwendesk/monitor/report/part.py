"""A file of the report, and the whole of them as one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.system.settings import write_atomically


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is the path inside the report, with forward slashes."""

    name: str
    text: str

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.text.encode())


def as_json(name: str, data: Any) -> Part:
    """Data as a part that people can read."""
    return Part(name, json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


def write(path: Path, parts: Iterable[Part]) -> None:
    """The parts as a ZIP file at this path: all of it or nothing.

    Raises:
        Problem: `report_not_written` (path, detail).
    """
    try:
        write_atomically(path, packed(parts))
    except OSError as error:
        raise Problem("report_not_written", path=str(path), detail=error.strerror or str(error)) from error


def packed(parts: Iterable[Part]) -> bytes:
    """The parts as a ZIP file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part.name, part.text.encode())
    return held.getvalue()
