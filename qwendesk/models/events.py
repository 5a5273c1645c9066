"""What happened to the models on this computer, in the past tense, for the bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """The list of models is another one than before; names of what came, went, or is another file now."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelAdopted:
    """A model of another program or folder may be used from here; its file stays where it is."""

    name: str
    path: str
    origin: str


@dataclass(frozen=True, slots=True)
class ModelRemoved:
    """A model went to the trash, or was only forgotten (adopted ones: `number` is None)."""

    name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class ModelRestored:
    """A model came back from the trash."""

    name: str


@dataclass(frozen=True, slots=True)
class ModelVerified:
    """All files of a model were read and hashed."""

    name: str
    state: Literal["verified", "recorded", "differs"]


@dataclass(frozen=True, slots=True)
class ModelDescribed:
    """Tags or notes of a model were changed."""

    name: str
