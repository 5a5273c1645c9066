"""Between rows and what others see."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from qwendesk.api.problem import Note, Problem
from qwendesk.api.sources import RemoteFile
from qwendesk.models.downloads.pull import FileState, Pull, PulledFile


def pull_of(row: sqlite3.Row, files: Iterable[sqlite3.Row], speed: float | None = None) -> Pull:
    return Pull(
        row["number"],
        row["source"],
        tuple(json.loads(row["mirrors"])),
        row["repo"],
        row["revision"],
        row["label"],
        Path(row["root"]),
        bool(row["paused"]),
        row["created"],
        tuple(file_of(one) for one in files),
        speed,
    )


def file_of(row: sqlite3.Row) -> PulledFile:
    remote = RemoteFile(row["path"], row["size"], row["sha256"], row["git_sha1"])
    notes = tuple(Note(*one) for one in json.loads(row["notes"]))
    problem = read_note(row["problem"])
    return PulledFile(row["number"], remote, cast(FileState, row["state"]), row["done"], problem, notes)


def file_values(remote: RemoteFile) -> dict[str, Any]:
    """A new row for a file."""
    return {
        "path": remote.path,
        "size": remote.size,
        "sha256": remote.sha256,
        "git_sha1": remote.git_sha1,
        "state": "queued",
        "done": 0,
        "notes": "[]",
    }


def written(note: Note | Problem) -> str:
    return json.dumps([note.id, note.arguments])


def read_note(text: str | None) -> Note | None:
    return Note(*json.loads(text)) if text else None
