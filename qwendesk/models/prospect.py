"""Whether a file would fit this computer, before it is fetched: from its size and the catalogue's shapes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qwendesk.models.catalog import Entry
from qwendesk.models.downloads.room import free_at
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.fit import Verdict, judge
from qwendesk.models.planned import facts_of
from qwendesk.system.freememory import available_bytes

_RUNTIME = "llamaserver"
_ROUGH_SHARE, _ROUGH_SPARE = 1.1, 512 << 20


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of main memory that a model could take now, and of disk where models go, less what stays free."""

    memory: int
    disk: int

    @classmethod
    def now(cls, models: Path, floor: int) -> Space:
        """As it is now, with that many bytes of disk kept free. Raises OSError."""
        return cls(available_bytes(), max(0, free_at(models) - floor))


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a file would need here.

    Args:
        verdict: about memory, or "no_room" where the disk is too small already.
        needed: bytes of main memory with the usual context; `rough` where the model's shape is not known,
            so that a tenth and half a gigabyte are added to the file's size.
    """

    verdict: Verdict | Literal["no_room"]
    size: int
    needed: int
    rough: bool
    space: Space


def prospect(size: int, quant: str, entry: Entry | None, space: Space) -> Prospect:
    """For a file (all of its parts) of that size and quantization."""
    facts = facts_of(entry, quant, size) if entry is not None else None
    rough = facts is None
    needed = round(size * _ROUGH_SHARE) + _ROUGH_SPARE if facts is None else estimate(facts, _RUNTIME).total
    verdict: Verdict | Literal["no_room"] = judge(needed, space.memory)
    return Prospect("no_room" if size > space.disk else verdict, size, needed, rough, space)
