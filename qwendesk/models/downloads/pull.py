"""Downloads as others see them: what was asked for, file by file, and the events about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qwendesk.api.problem import Note
from qwendesk.api.sources import RemoteFile

FileState = Literal["queued", "running", "done", "failed", "cancelled"]
PullState = Literal["queued", "running", "paused", "failed", "done"]


@dataclass(frozen=True, slots=True)
class PulledFile:
    """One file. `done` counts bytes that are on disk; `problem` says why it failed."""

    number: int
    remote: RemoteFile
    state: FileState
    done: int = 0
    problem: Note | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Pull:
    """Files of one repository that belong together.

    Args:
        label: the quantization, or an empty text for a whole repository.
        mirrors: other sources that may give the same files, by id.
        root: the folder for models; the files go to ROOT/ORG/REPO/.
        speed: bytes a second over the last ten seconds; `left_s` follows from it. Both are None where
            this process fetches nothing of it.
    """

    number: int
    source: str
    mirrors: tuple[str, ...]
    repo: str
    revision: str
    label: str
    root: Path
    paused: bool
    created: float
    files: tuple[PulledFile, ...]
    speed: float | None = None

    @property
    def name(self) -> str:
        """As typed after `qwendesk pull`."""
        return f"{self.repo}:{self.label}" if self.label else self.repo

    @property
    def folder(self) -> Path:
        return self.root.joinpath(*self.repo.split("/"))

    @property
    def size(self) -> int:
        return sum(one.remote.size for one in self.files)

    @property
    def done(self) -> int:
        return sum(one.done for one in self.files)

    @property
    def left_s(self) -> float | None:
        return (self.size - self.done) / self.speed if self.speed else None

    @property
    def state(self) -> PullState:
        states = {one.state for one in self.files}
        if states == {"done"}:
            return "done"
        if self.paused:
            return "paused"
        if "running" in states:
            return "running"
        return "failed" if "failed" in states and "queued" not in states else "queued"

    @property
    def problem(self) -> Note | None:
        return next((one.problem for one in self.files if one.problem is not None), None)


@dataclass(frozen=True, slots=True)
class PullChanged:
    """State, order or progress changed; at most a few times a second for each pull."""

    pull: Pull


@dataclass(frozen=True, slots=True)
class PullRemoved:
    """Cancelled, or taken off the list."""

    number: int


@dataclass(frozen=True, slots=True)
class ModelInstalled:
    """Every file of a pull is in its place and checked."""

    pull: Pull
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class QueueHeld:
    """Nothing is fetched until somebody resumes: the disk is full."""

    reason: Note


@dataclass(frozen=True, slots=True)
class QueueReleased:
    """The queue goes on."""
