"""Where other programs keep their models, and which files there are models."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_LATER_PART = re.compile(r"-(?!00001)\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_DEEPEST = 6


def home() -> Path | None:
    """The person's home folder, or None where there is none."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def below_home(*places: str) -> list[Path]:
    """Folders inside the home folder."""
    root = home()
    return [root / one for one in places] if root is not None else []


def application_data(name: str) -> list[Path]:
    """Where a program of that name keeps its data on this system."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return [Path(local) / name] if local else []
    if sys.platform == "darwin":
        return below_home(f"Library/Application Support/{name}")
    shared = os.environ.get("XDG_DATA_HOME")
    return [Path(shared) / name] if shared else below_home(f".local/share/{name}")


def first_parts(folders: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """Every GGUF model below the folders, with its folder; projectors and later parts are none."""
    for folder in folders:
        for path in _files(folder, 0):
            if path.name.lower().startswith("mmproj") or _LATER_PART.search(path.name):
                continue
            yield folder, path


def _files(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir():
                if depth < _DEEPEST and not entry.name.startswith("."):
                    yield from _files(entry, depth + 1)
            elif entry.suffix.lower() == ".gguf" and entry.is_file():
                yield entry
        except OSError:
            continue
