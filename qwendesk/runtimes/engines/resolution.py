"""What will be installed, as uv resolved it: packages with their sizes and where they come from."""

from __future__ import annotations

import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from qwendesk.api.problem import Problem
from qwendesk.system.exchange import host_of

_UNPACKED = 3.2
"""Bytes on the disk for each byte of a wheel, where nobody knows better: xllamacpp takes 3.0."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package at a version. `download`: bytes of its file, or None where the index does not tell.

    `host` is empty for a file on this computer; `unpacked`: bytes on the disk, None where nobody knows.
    """

    name: str
    version: str
    host: str = ""
    download: int | None = None
    unpacked: int | None = None


def resolved(pylock: Path) -> tuple[Package, ...]:
    """The packages of a `pylock.toml` (PEP 751) that uv wrote. Raises Problem `uv_failed` (detail)."""
    try:
        found = tomllib.loads(pylock.read_text(encoding="utf-8"))["packages"]
        return tuple(_package(one) for one in found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem("uv_failed", detail=f"{pylock.name}: {type(error).__name__}") from error


def _package(entry: Mapping[str, Any]) -> Package:
    files = [*entry.get("wheels", ()), *([entry["sdist"]] if "sdist" in entry else ())]
    first: Mapping[str, Any] = files[0] if files else {}
    name, version = str(entry["name"]), str(entry.get("version", ""))
    url = str(first.get("url", ""))
    here = _local(url, str(first.get("path", "")))
    if here is not None:
        return Package(name, version, "", 0, _unpacked(here))
    return Package(name, version, host_of(url), first.get("size"))


def _local(url: str, path: str) -> Path | None:
    if path:
        return Path(path)
    if not url.startswith("file:"):
        return None
    plain = unquote(urlsplit(url).path)
    return Path(plain.lstrip("/") if plain[2:3] == ":" else plain)  # file:///C:/wheels


def _unpacked(wheel: Path) -> int | None:
    try:
        with zipfile.ZipFile(wheel) as opened:
            return sum(one.file_size for one in opened.infolist())
    except (OSError, zipfile.BadZipFile):
        return None


def download(packages: tuple[Package, ...]) -> int | None:
    """Bytes to fetch; None where the size of one is unknown."""
    sizes = [one.download for one in packages]
    return None if any(one is None for one in sizes) else sum(one or 0 for one in sizes)


def on_disk(packages: tuple[Package, ...]) -> int:
    """About how many bytes they will take once unpacked; those of unknown size count as nothing."""
    known = (
        one.unpacked if one.unpacked is not None else int((one.download or 0) * _UNPACKED) for one in packages
    )
    return sum(known)
