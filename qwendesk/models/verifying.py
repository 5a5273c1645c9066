"""Whether a model's files are, byte for byte, what they should be: hashing with progress and a way out."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from qwendesk.api.problem import Problem
from qwendesk.models import shards
from qwendesk.store.library import LibraryRows

State = Literal["verified", "recorded", "differs"]
Progress = Callable[[int, int], None]
_CHUNK = 1 << 20
# Ollama's blobs and those of the Hugging Face cache are named by their hash.
_NAMED = re.compile(r"^(?:sha256-)?([0-9a-f]{64})$")


@dataclass(frozen=True, slots=True)
class Hash:
    """A file's SHA-256 and the one it should have (`expected`, empty where nobody tells), by `source`."""

    path: str
    size: int
    modified: int
    sha256: str
    checked: float
    expected: str = ""
    source: str = ""

    def holds(self, size: int, modified: int) -> bool:
        """Whether it was made of a file of this size and time (in nanoseconds)."""
        return bool(self.sha256) and (self.size, self.modified) == (size, modified)

    @property
    def state(self) -> State:
        if not self.expected:
            return "recorded"
        return "verified" if self.sha256 == self.expected else "differs"


@dataclass(frozen=True, slots=True)
class Verified:
    """The state of a model is that of its worst file.

    "recorded": hashed, but nobody tells what the hash should be; a later change will show.
    `source` says against which hash: "hub", "blob name", "earlier".
    """

    state: State
    checked: float
    source: str
    files: tuple[Hash, ...]

    @property
    def replaced(self) -> bool:
        """Whether files differ from what they were here earlier, and none from what somebody else tells."""
        differing = [one for one in self.files if one.state == "differs"]
        return bool(differing) and all(one.source == "earlier" for one in differing)


class Stopped(Exception):
    """The person stopped it."""


class Hashes:
    """Hashes of files, kept with the size and time that they hold for."""

    def __init__(self, rows: LibraryRows, clock: Callable[[], float] = time.time) -> None:
        self._rows, self._clock = rows, clock

    def known(self) -> dict[str, Hash]:
        """By path. Without a database there are none."""
        try:
            return {row["path"]: Hash(*tuple(row)) for row in self._rows.hashes()}
        except Problem:
            return {}

    def expect(self, path: Path, sha256: str, source: str, *, checked: bool) -> None:
        """Remember what a file's hash should be; `checked`: it was hashed while it was written.

        Raises:
            Problem: the store's, or `file_unreadable`.
        """
        size, modified = _status(path)
        now = self._clock() if checked else 0.0
        self._keep(Hash(str(path), size, modified, sha256 if checked else "", now, sha256, source))

    def verify(
        self,
        files: Sequence[Path],
        progress: Progress = lambda _done, _all: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Verified:
        """Hash all files of a model.

        Raises:
            Problem: `file_unreadable` or the store's.
            Stopped: `stopped` said so; nothing is kept of the file it was at.
        """
        known = self.known()
        total = sum(_status(one)[0] for one in files)
        done = 0
        found = []
        for path in files:
            before = known.get(str(path))
            size, modified = _status(path)
            sha256 = self._hash(path, lambda read, base=done: progress(base + read, total), stopped)  # type: ignore[misc]
            expected, source = _reference(path, before)
            made = Hash(str(path), size, modified, sha256, self._clock(), expected, source)
            self._keep(made)
            found.append(made)
            done += size
        return worst(found)

    def accept(self, files: Sequence[Path]) -> None:
        """From now on these are to be as they were hashed last, but for what a hub or a name tells.

        Raises the store's Problems.
        """
        known = self.known()
        for path in files:
            one = known.get(str(path))
            if one is not None and one.source == "earlier" and one.sha256:
                self._keep(replace(one, expected=one.sha256))

    def sha256(
        self,
        path: Path,
        stopped: Callable[[], bool] = lambda: False,
        read: Callable[[int], None] = lambda _bytes: None,
    ) -> str:
        """A file's hash, from memory where the file did not change since. Raises like `verify`.

        `read` is called with the bytes read so far.
        """
        if found := self.unchanged(path):
            return found
        before = self.known().get(str(path))
        size, modified = _status(path)
        sha256 = self._hash(path, read, stopped)
        expected, source = _reference(path, before)
        self._keep(Hash(str(path), size, modified, sha256, self._clock(), expected, source))
        return sha256

    def unchanged(self, path: Path) -> str:
        """A file's hash where it is known and the file did not change since, else nothing."""
        before = self.known().get(str(path))
        try:
            is_same = before is not None and (before.size, before.modified) == _status(path)
        except Problem:
            return ""
        return before.sha256 if before is not None and is_same else ""

    def _keep(self, one: Hash) -> None:
        self._rows.keep_hash(
            (one.path, one.size, one.modified, one.sha256, one.checked, one.expected, one.source)
        )

    def _hash(self, path: Path, read: Callable[[int], None], stopped: Callable[[], bool]) -> str:
        digest, count = hashlib.sha256(), 0
        try:
            for one in _weights(path):
                with one.open("rb", buffering=0) as file:
                    while chunk := file.read(_CHUNK):
                        if stopped():
                            raise Stopped
                        digest.update(chunk)
                        count += len(chunk)
                        read(count)
        except OSError as error:
            raise Problem("file_unreadable", path=str(path), detail=error.strerror or "") from error
        return digest.hexdigest()


def _reference(path: Path, before: Hash | None) -> tuple[str, str]:
    """What the hash should be: as the hub said, as the file is called, as it was the first time."""
    if before is not None and before.expected:
        return before.expected, before.source
    if named := _NAMED.match(path.resolve().name):
        return named[1], "blob name"
    if before is not None and before.sha256:
        return before.sha256, "earlier"
    return "", ""


def worst(files: Sequence[Hash]) -> Verified:
    """The state of all files together."""
    order: tuple[State, ...] = ("differs", "recorded", "verified")
    state = min((one.state for one in files), key=order.index)
    return Verified(state, min(one.checked for one in files), files[0].source, tuple(files))


def verified(files: Iterable[Path], size: int, modified: int, known: Mapping[str, Hash]) -> Verified | None:
    """What is known of a model whose files have this size together, and this latest time of change.

    None where a file was not hashed, or has changed since.
    """
    found = [known.get(str(one)) for one in files]
    hashed = [one for one in found if one is not None and one.sha256]
    if not hashed or len(hashed) < len(found):
        return None
    if (sum(one.size for one in hashed), max(one.modified for one in hashed)) != (size, modified):
        return None
    return worst(hashed)


def files_of(path: Path) -> list[Path]:
    """All files of a model: the parts of a GGUF file, the weights in a folder.

    Raises:
        Problem: `model_part_missing` or `file_unreadable`.
    """
    if not path.is_dir():
        return shards.parts(path)
    try:
        return sorted(
            one
            for one in path.iterdir()
            if one.is_file() and (one.suffix == ".safetensors" or ".onnx" in one.name)
        )
    except OSError as error:
        raise Problem("file_unreadable", path=str(path), detail=error.strerror or "") from error


def _weights(path: Path) -> list[Path]:
    """The file itself; of a folder its safetensors files, whose hash is that of all one after the other."""
    return sorted(path.glob("*.safetensors")) if path.is_dir() else [path]


def _status(path: Path) -> tuple[int, int]:
    """Bytes, and the time of the latest change in nanoseconds."""
    try:
        found = [one.stat() for one in _weights(path)]
    except OSError as error:
        raise Problem("file_unreadable", path=str(path), detail=error.strerror or "") from error
    return sum(one.st_size for one in found), max((one.st_mtime_ns for one in found), default=0)
