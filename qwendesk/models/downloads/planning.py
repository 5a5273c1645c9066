"""What a pull would fetch: a hub is asked, its answer distrusted, the files chosen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.api.sources import Listing, RemoteFile
from qwendesk.models import choosing
from qwendesk.models.downloads.names import check_together, folder_of, target_of
from qwendesk.models.downloads.pace import Patience
from qwendesk.models.sources import Sources

_ASKS, _LONGEST_S = 3, 30.0
_HEX, _MOST = frozenset("0123456789abcdef"), 1 << 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pull would fetch, before anything is: `missing` bytes are not on disk yet."""

    source: str
    mirrors: tuple[str, ...]
    listing: Listing
    chosen: choosing.Chosen
    root: Path
    missing: int

    @property
    def size(self) -> int:
        return sum(one.size for one in self.chosen.files)


@dataclass(frozen=True, slots=True)
class Planner:
    """Turns ORG/REPO[:QUANT] into a plan. Nothing is queued, nothing but lists is fetched."""

    sources: Sources
    root: Callable[[], Path]
    patience: Patience

    def plan(
        self,
        text: str,
        *,
        source: str | None = None,
        mirrors: Sequence[str] = (),
        revision: str = "",
        names: Sequence[str] = (),
        mmproj: bool = False,
    ) -> Plan:
        """Raises the Problems of the hub, of `choosing` and of `names`."""
        wanted = choosing.parse(text)
        folder = folder_of(self.root(), wanted.repo)
        id, hub = self.sources.hub(source)
        listing = self._patiently(lambda: hub.list_files(wanted.repo, revision))
        _check(listing)
        chosen = choosing.choose(listing, wanted.quant, mmproj=mmproj, names=names)
        missing = sum(_missing(folder, file) for file in chosen.files)
        return Plan(id, tuple(mirrors), listing, chosen, self.root(), missing)

    def _patiently(self, ask: Callable[[], Listing]) -> Listing:
        """Ask again where a hub is busy or a connection broke; who waits here is a person."""
        for failures in range(1, _ASKS + 1):
            try:
                return ask()
            except Problem as problem:
                asked = float(problem.arguments.get("seconds") or 0) if problem.id == "hub_busy" else 0.0
                again = problem.id in ("hub_busy", "connection_lost", "connection_stalled")
                if not again or failures == _ASKS or asked > _LONGEST_S:
                    raise
                time.sleep(self.patience.wait_after(failures, asked))
        raise AssertionError


def _check(listing: Listing) -> None:
    """A hub's list is hostile input: names, sizes and hashes are what they should be, or nothing is used."""
    check_together(file.path for file in listing.files)
    for file in listing.files:
        hashes = ((file.sha256, 64), (file.git_sha1, 40))
        right = all(one is None or (len(one) == size and set(one) <= _HEX) for one, size in hashes)
        if not right or not 0 <= file.size < _MOST:
            raise Problem("hub_answer_wrong", host=listing.model.source, detail=file.path)


def _missing(folder: Path, file: RemoteFile) -> int:
    target = target_of(folder, file.path)
    for path in (target, target.with_name(target.name + ".part")):
        try:
            return max(0, file.size - path.stat().st_size)
        except OSError:
            continue
    return file.size
