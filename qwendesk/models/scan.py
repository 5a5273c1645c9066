"""What model files lie in a folder, by names and sizes alone; nothing is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qwendesk.models import onnx, shards
from qwendesk.models.facts import Format

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A model on disk: its file (the first of its parts) or folder, and what tells whether it changed.

    `modified` is in nanoseconds, the latest of all parts; `size` that of all together.
    """

    path: Path
    format: Format
    size: int
    modified: int
    parts: int = 1


def scan(root: Path) -> list[Place]:
    """Every model below a folder, by path. Folders that cannot be read cost only themselves.

    What is neither a file nor a folder is no model, and neither is what has no text for a name.

    Hidden folders are left alone, so that what is in the trash is not a model.

    Raises:
        OSError: the root itself cannot be read.
    """
    os.scandir(root).close()
    return sorted(_walk(root, 0, set()), key=lambda one: one.path)


def is_text(name: str) -> bool:
    """Whether messages and the database can hold this name, which may be made of any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(folder: Path, depth: int, seen: set[tuple[int, int]]) -> Iterator[Place]:
    try:
        with os.scandir(folder) as found:
            entries = [one for one in found if not one.name.startswith(".") and is_text(one.name)]
    except OSError:
        return
    files: dict[str, os.stat_result] = {}
    for entry in entries:
        try:
            status = entry.stat()  # follows links: the HF cache is made of them
            if entry.is_dir():
                if depth < _DEEPEST and (status.st_dev, status.st_ino) not in seen:
                    # A link that leads upwards would never end; Windows tells no numbers here.
                    seen |= {(status.st_dev, status.st_ino)} if status.st_ino else set()
                    yield from _walk(folder / entry.name, depth + 1, seen)
            elif entry.is_file():
                files[entry.name] = status
        except OSError:
            continue
    yield from places(folder, files)


def places(folder: Path, files: dict[str, os.stat_result]) -> Iterator[Place]:
    """The models among a folder's files."""
    yield from _gguf(folder, files)
    if onnx.CONFIG in files:
        yield _whole(folder, "onnx", {name: one for name, one in files.items() if ".onnx" in name})
    elif "config.json" in files and any(name.endswith(".safetensors") for name in files):
        weights = {name: one for name, one in files.items() if name.endswith(".safetensors")}
        yield _whole(folder, "safetensors", weights)


def _gguf(folder: Path, files: dict[str, os.stat_result]) -> Iterator[Place]:
    found: dict[str, list[tuple[str, os.stat_result]]] = {}
    for name, status in files.items():
        if name.lower().endswith(".gguf"):
            found.setdefault(shards.group(name), []).append((name, status))
    for parts in found.values():
        parts.sort(key=lambda one: one[0])
        yield Place(
            folder / parts[0][0],
            "gguf",
            sum(status.st_size for _, status in parts),
            max(status.st_mtime_ns for _, status in parts),
            len(parts),
        )


def _whole(folder: Path, format: Format, files: dict[str, os.stat_result]) -> Place:
    return Place(
        folder,
        format,
        sum(one.st_size for one in files.values()),
        max((one.st_mtime_ns for one in files.values()), default=0),
        len(files),
    )


def place_of(path: Path) -> Place | None:
    """The model at a path: a file of any name, or a folder; None where there is none.

    One file of a model that is a folder stands for that folder.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_dir():
        with os.scandir(path) as found:
            files = {one.name: one.stat() for one in found if one.is_file()}
        return next((one for one in places(path, files) if one.format != "gguf"), None)
    status = path.stat()
    if path.suffix == ".safetensors" and (whole := place_of(path.parent)) is not None:
        return whole
    if not shards.is_part(path.name):
        return Place(path, "gguf", status.st_size, status.st_mtime_ns)
    with os.scandir(path.parent) as found:
        group = shards.group(path.name)
        files = {one.name: one.stat() for one in found if shards.group(one.name) == group and one.is_file()}
    return next(iter(_gguf(path.parent, files)), None)
