"""A file of the report, and the whole of them as one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


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


def packed(parts: Iterable[Part]) -> bytes:
    """The parts as a ZIP file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part.name, part.text.encode())
    return held.getvalue()
