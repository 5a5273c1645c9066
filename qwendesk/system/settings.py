"""What the user set: one TOML file, dotted names, written whole and atomically."""

from __future__ import annotations

import os
import tempfile
import threading
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from qwendesk.api.problem import Problem

Plain = str | int | float | bool | list[str]


class Settings:
    """Settings by dotted name ("window.theme"). A broken file is kept aside, never overwritten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.problem: Problem | None = None
        self._seen = self._stamp()
        self._values = self._read()

    def refresh(self) -> None:
        """Read the file again where another process has written it."""
        seen = self._stamp()
        if seen == self._seen:
            return
        with self._lock:
            self._seen, self.problem = seen, None
            self._values = self._read()

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino)

    def _read(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.problem = Problem("settings_broken", path=str(self._path), detail=str(error))
        except OSError as error:
            self.problem = Problem("settings_unreadable", path=str(self._path), detail=error.strerror or "")
        return {}

    def text(self, name: str, default: str = "") -> str:
        value = self._get(name)
        return value if isinstance(value, str) else default

    def switch(self, name: str, default: bool = False) -> bool:
        value = self._get(name)
        return value if isinstance(value, bool) else default

    def number(self, name: str, default: int) -> int:
        value = self._get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def real(self, name: str, default: float) -> float:
        value = self._get(name)
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else default

    def words(self, name: str) -> list[str]:
        value = self._get(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def table(self, name: str) -> Mapping[str, Any]:
        value = self._get(name)
        return value if isinstance(value, dict) else {}

    def everything(self) -> dict[str, Any]:
        """Every value that the file holds, by its dotted name."""
        return dict(_flat(self._values))

    def _get(self, name: str) -> Any:
        here: Any = self._values
        for step in name.split("."):
            here = here.get(step) if isinstance(here, dict) else None
        return here

    def set(self, name: str, value: Plain | Mapping[str, Plain] | None) -> None:
        """Change one setting and write the file; None removes it.

        Raises:
            Problem: `settings_not_saved`; the value still holds for this run.
        """
        with self._lock:
            # Another process may have written meanwhile: read again, change one name, write.
            if self.problem is None:
                self._values = self._read()
            *steps, last = name.split(".")
            table = self._values
            for step in steps:
                inner = table.get(step)
                if not isinstance(inner, dict):
                    inner = table[step] = {}
                table = inner
            if value is None:
                table.pop(last, None)
            else:
                table[last] = dict(value) if isinstance(value, Mapping) else value
            self._write()
            self._seen = self._stamp()

    def _write(self) -> None:
        try:
            if self.problem is not None and self.problem.id == "settings_broken":
                self._path.replace(self._path.with_suffix(".broken.toml"))
                self.problem = None
            write_atomically(self._path, tomli_w.dumps(self._values).encode())
        except OSError as error:
            raise Problem("settings_not_saved", path=str(self._path), detail=error.strerror or "") from error


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def write_atomically(path: Path, data: bytes) -> None:
    """The whole file or the old one: a full disk or a crash leaves no half file. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
