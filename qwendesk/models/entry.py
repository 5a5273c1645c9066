"""A model of the library with all that is known about it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qwendesk.models import shards
from qwendesk.models.choosing import quant_of
from qwendesk.models.model import Model
from qwendesk.models.shelf import Known, Remark
from qwendesk.models.summary import Summary
from qwendesk.models.verifying import Hash, Verified, verified


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A model that can be loaded, or could be, were its drive here.

    Args:
        root: the folder that it lies below; empty for the bundled and for adopted ones.
        origin: whose an adopted one is; its files are never changed, moved or removed.
        away: its drive is not there now.
        added: when it was first seen, in seconds since 1970.
        verified: what hashing it told, or None where that was not done since it changed.
    """

    model: Model
    summary: Summary
    root: str = ""
    origin: str = ""
    repo: str = ""
    away: bool = False
    added: float | None = None
    remark: Remark = Remark()
    verified: Verified | None = None

    @property
    def adopted(self) -> bool:
        return not self.root and not self.model.bundled

    @property
    def state(self) -> Literal["ok", "away", "broken"]:
        return "away" if self.away else "broken" if self.summary.problem is not None else "ok"


def model_of(known: Known, summary: Summary) -> Model:
    """What can be loaded. Its quantization is the file's name for it, unless the tensors tell another."""
    path = Path(known.path)
    told, recommended = summary.quantization, summary.recommended
    named = quant_of(path.name) or quant_of(known.name) or told.name
    return Model(
        name=known.name,
        title=known.name if known.origin else shards.stem(path.name),
        path=path,
        format=known.format,
        quantization=named if told.honest else told.name,
        size_bytes=known.size,
        sampling=recommended.sampling() if recommended is not None else None,
        recommended=recommended,
        mmproj=Path(known.mmproj) if known.mmproj else None,
    )


def verified_of(known: Known, hashes: Mapping[str, Hash]) -> Verified | None:
    """What hashing told about a model that has not changed since."""
    path = Path(known.path)
    if known.format == "gguf":
        files = shards.expected(path) if known.parts > 1 else [path]
    else:
        files = [Path(one) for one in hashes if Path(one).parent == path]
    return verified(files, known.size, known.modified, hashes)
