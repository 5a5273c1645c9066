"""A file that came whole but does not match its hash: find the bad bytes and fetch those again.

A hub tells one hash for the whole file, so the place of the damage is not known. What is there is compared
with the same bytes from another location (or the same one, if there is no other): first the blocks where
connections broke, then all in order. Only blocks that differ are written, and the comparison ends as soon
as the file matches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qwendesk.api.problem import Note, Problem
from qwendesk.api.sources import Location
from qwendesk.models.downloads.partfile import PartFile
from qwendesk.models.downloads.transfer import Tell, Transfer
from qwendesk.models.downloads.wish import Wish
from qwendesk.system.exchange import host_of

_TRIES = 3


@dataclass(slots=True)
class Repair:
    """One attempt to mend one part file."""

    part: PartFile
    transfer: Transfer
    wish: Wish
    tell: Tell

    def run(self) -> None:
        """Mend the file.

        Raises:
            Problem: `download_corrupt` (path, host) where nothing helps; the part file is gone then.
            Stopped: told to.
        """
        came_from = self.transfer.last or self.transfer.locations[0]
        host = host_of(came_from.url)
        for location in self._others(came_from):
            if self._compare(location, host):
                return
        self.part.discard()
        raise Problem("download_corrupt", path=self.part.file.path, host=host)

    def _others(self, came_from: Location) -> list[Location]:
        return [one for one in self.transfer.locations if one is not came_from] or [came_from]

    def _compare(self, location: Location, host: str) -> bool:
        mended = 0
        for start, end in self._blocks():
            try:
                fresh = self._range(location, start, end)
            except Problem as problem:
                if problem.id.startswith(("offline", "download_disk", "download_unwritable")):
                    raise
                return False
            here = self.part.read(start, end)
            if here == fresh:
                continue
            first, last = _differing(here, fresh)
            self.part.overwrite(start, fresh)
            mended += 1
            self.tell(
                Note(
                    "download_repaired",
                    {
                        "path": self.part.file.path,
                        "host": host,
                        "first": start + first,
                        "last": start + last,
                    },
                )
            )
            # One bad block is usual, many are a bad file: reading it all again each time would take days.
            if mended & (mended - 1) == 0 and self.part.rehash(self.wish.stopped):
                return True
        return mended > 0 and self.part.rehash(self.wish.stopped)

    def _range(self, location: Location, start: int, end: int) -> bytes:
        """A block anew; a connection that breaks is made again, a few times."""
        for attempt in range(_TRIES):
            try:
                return self.transfer.range(self.part.file.path, self.part.file.size, location, start, end)
            except Problem as problem:
                if attempt + 1 == _TRIES or not problem.id.startswith(("connection", "hub_busy")):
                    raise
                self.wish.wait(self.transfer.wait_after(attempt + 1))
        raise AssertionError

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Ranges to compare, the doubtful ones first, each once."""
        size, block = self.part.file.size, self.part.block
        count = -(-size // block)
        doubtful = {at // block for at in self.transfer.doubtful}
        doubtful |= {number - 1 for number in doubtful if number}
        first = sorted(number for number in doubtful if number < count)
        for number in [*first, *(one for one in range(count) if one not in doubtful)]:
            yield number * block, min(size, (number + 1) * block)


def _differing(here: bytes, fresh: bytes) -> tuple[int, int]:
    """The first and the last place where two pieces of equal length differ."""
    places = [at for at, (one, other) in enumerate(zip(here, fresh, strict=True)) if one != other]
    return places[0], places[-1]
