"""One engine environment: a folder, and what is known about it in a JSON file beside it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from qwendesk.api.problem import Note
from qwendesk.system.settings import write_atomically

State = Literal["making", "ready", "broken"]


@dataclass(frozen=True, slots=True)
class Place:
    """An environment as it is recorded.

    Args:
        folder: the environment itself; its record is the file `folder`.json.
        version: that of the engine's package.
        requirements: what was asked for; `packages`: what is in it, each "name==version".
        made: seconds since 1970.
        size: bytes on the disk when it was made; files that it shares with another environment count here.
        problem: why it is broken.
        owners: who makes it, an application and its uv: names as `qwendesk.system.process` gives them.
    """

    folder: Path
    runtime: str
    version: str
    variant: str = ""
    requirements: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    made: float = 0.0
    size: int = 0
    state: State = "making"
    problem: Note | None = None
    owners: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """What people call it: "2026.10.11549", "5.23.0-cuda"."""
        return self.folder.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        return self.folder.joinpath(*inside)

    @property
    def site(self) -> Path | None:
        """The folder of its packages, if it is there."""
        if os.name == "nt":
            return self.folder / "Lib" / "site-packages"
        return next(iter(sorted(self.folder.glob("lib/python3*/site-packages"))), None)

    def save(self) -> None:
        """Write the record, whole. Raises OSError."""
        values = {**asdict(self), "folder": None, "problem": None}
        if self.problem is not None:
            values["problem"] = [self.problem.id, self.problem.arguments]
        write_atomically(record_of(self.folder), json.dumps(values, indent=1).encode())


def record_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.json")


def read(record: Path) -> Place | None:
    """The environment of a record; None where that cannot be read."""
    try:
        values = json.loads(record.read_text(encoding="utf-8"))
        return _place(record.with_suffix(""), values)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _place(folder: Path, values: dict[str, Any]) -> Place:
    problem = values["problem"]
    return Place(
        folder,
        str(values["runtime"]),
        str(values["version"]),
        str(values["variant"]),
        tuple(map(str, values["requirements"])),
        tuple(map(str, values["packages"])),
        float(values["made"]),
        int(values["size"]),
        values["state"] if values["state"] in ("making", "ready") else "broken",
        Note(str(problem[0]), dict(problem[1])) if problem else None,
        tuple(map(str, values["owners"])),
    )
