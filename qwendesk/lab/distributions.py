"""Files with a reference's distributions, one for each text, in the format of llama-perplexity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from qwendesk.api.scores.layout import MAGIC
from qwendesk.lab.measured import Subject
from qwendesk.lab.quality import Reference

_ENDING = ".kld"


class Hashed(Protocol):
    @property
    def sha256(self) -> str: ...


class Distributions(Protocol):
    """Where the reference's distributions of a text are."""

    identity: str

    def path(self, text: Hashed) -> Path: ...
    def of(self, text: Hashed) -> Reference | None: ...
    def remove(self) -> None: ...


class OwnFiles:
    """Made by a reference that is loaded here. They are large, and removed when nobody needs them."""

    def __init__(self, folder: Path, subject: Subject, window: int, texts: Iterable[Hashed]) -> None:
        self._folder, self._subject, self._window = folder, subject, window
        self._texts = tuple(texts)
        self.identity = subject.fingerprint

    def path(self, text: Hashed) -> Path:
        """Where that of a text is or will be."""
        told = f"{self.identity} {text.sha256} {self._window}"
        return self._folder / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}{_ENDING}"

    def of(self, text: Hashed) -> Reference | None:
        """Files are put in place whole, so what is there can be used."""
        path = self.path(text)
        return Reference(path, self._subject.name, self.identity) if path.is_file() else None

    def remove(self) -> None:
        """Those of these texts."""
        for one in self._texts:
            self.path(one).unlink(missing_ok=True)


class GivenFile:
    """Made elsewhere; it stays."""

    def __init__(self, path: Path, sha256: str) -> None:
        self._path, self.identity = path, sha256

    def path(self, _text: Hashed) -> Path:
        return self._path

    def of(self, _text: Hashed) -> Reference | None:
        return Reference(self._path, self._path.name, self.identity)

    def remove(self) -> None:
        pass


def is_one(path: Path) -> bool:
    """Whether this file holds distributions."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def sweep(folder: Path, before: float) -> None:
    """Remove files that were last written before that time: a run that was never taken up again left them."""
    for one in (*folder.glob(f"*{_ENDING}"), *folder.glob(f"*{_ENDING}.part")):
        with suppress(OSError):
            if one.stat().st_mtime < before:
                one.unlink()
