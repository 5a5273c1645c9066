"""An installation before anything is installed: resolved, with sizes and room."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.runtimes.engines import resolution
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.resolution import Package
from qwendesk.runtimes.engines.wish import Wish


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen.

    Args:
        name: the environment's.
        packages: empty where the environment is there already.
        pylock: uv's resolution, with hashes, as a text.
        there: the environment, where it has been made before and works.
        free, floor: bytes free on the disk, and those that shall stay free.
    """

    wish: Wish
    name: str
    packages: tuple[Package, ...]
    pylock: str
    there: Place | None
    free: int
    floor: int

    @property
    def download(self) -> int | None:
        """Bytes to fetch; where the index does not tell them, what the plugin says; None if nobody knows."""
        found = resolution.download(self.packages)
        return found if found is not None else self._as_declared(self.wish.variant.download_bytes)

    @property
    def on_disk(self) -> int:
        """About how many bytes it takes: as the plugin measured it, else from the sizes of the packages."""
        return self._as_declared(self.wish.variant.disk_bytes) or resolution.on_disk(self.packages)

    def _as_declared(self, size: int) -> int | None:
        return size if size and self.wish.complete and self.packages and not self.wish.wheels else None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where files come from; empty where all of them are on this computer."""
        return tuple(dict.fromkeys(one.host for one in self.packages if one.host))
