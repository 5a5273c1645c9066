"""The bytes of one file: range requests until all are there, over any of its locations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from qwendesk.api.http import Http, Purpose, Request, Stream
from qwendesk.api.problem import Note, Problem
from qwendesk.api.sources import Location
from qwendesk.models.downloads.answers import to_skip
from qwendesk.models.downloads.pace import Bandwidth, Patience, Speed, Stopped
from qwendesk.models.downloads.partfile import PartFile
from qwendesk.models.downloads.wish import Wish
from qwendesk.system.exchange import host_of

# What another location cannot mend.
_FINAL = frozenset(
    {"offline", "offline_unsure", "download_disk_full", "download_unwritable", "folder_linked", "no_room"}
)
# What this location will say again.
_LASTING = frozenset(
    {
        "hub_unauthorized",
        "repo_gated",
        "repo_missing",
        "download_size_wrong",
        "address_unusable",
        "tls_failed",
    }
)
_LARGE, _GATHERED, _CHECKED = 48 << 10, 64 << 10, 64 << 20
Tell = Callable[[Note], None]


class Transfer:
    """Fills a part file. `doubtful` collects where connections broke: the likeliest places of damage."""

    def __init__(
        self,
        http: Http,
        locations: Sequence[Location],
        purpose: Purpose,
        wish: Wish,
        patience: Patience,
        speed: Speed,
        bandwidth: Bandwidth,
        check_room: Callable[[], None] = lambda: None,
    ) -> None:
        self._http = http
        self.locations = list(locations)
        self._purpose = purpose
        self._wish = wish
        self._patience = patience
        self._speed = speed
        self._bandwidth = bandwidth
        self._check_room = check_room
        self.doubtful: list[int] = []
        self.last: Location | None = None

    def fill(self, part: PartFile) -> None:
        """Fetch what is missing.

        Raises:
            Problem: what the door and the locations raised last, or what the disk refused.
            Stopped: told to.
        """
        failures, turn = 0, 0
        while part.done < part.file.size:
            before = part.done
            location = self.locations[turn % len(self.locations)]
            try:
                self._fetch(part, location)
            except Problem as problem:
                if self._wish.stopped():
                    raise Stopped from problem
                if problem.id in _FINAL:
                    raise
                self.doubtful.append(part.done)
                failures = 1 if part.done > before else failures + 1
                turn = self._next_turn(problem, location, turn, failures)
                self._pause(problem, failures)

    def range(self, path: str, size: int, location: Location, start: int, end: int) -> bytes:
        """Some bytes anew, at most a block. Raises Problem, Stopped."""
        data = bytearray()
        with self._http.stream(self._request(location, start, end)) as stream:
            self._wish.reading(stream)
            try:
                to_skip(stream, self._purpose.subject, path, size, start)
                for piece in self._pieces(stream, end - start):
                    data += piece
            finally:
                self._wish.reading(None)
        if len(data) != end - start:
            raise Problem("connection_lost", host=host_of(location.url), detail="short")
        return bytes(data)

    def wait_after(self, failures: int) -> float:
        return self._patience.wait_after(failures)

    def _fetch(self, part: PartFile, location: Location) -> None:
        self.last = location
        with self._http.stream(self._request(location, part.done, None)) as stream:
            self._wish.reading(stream)
            try:
                skip = to_skip(stream, self._purpose.subject, part.file.path, part.file.size, part.done)
                self._copy(part, stream, skip)
            finally:
                self._wish.reading(None)
        if part.done < part.file.size:
            raise Problem("connection_lost", host=host_of(location.url), detail="short")

    def _copy(self, part: PartFile, stream: Stream, skip: int) -> None:
        waiting, since_check = bytearray(), 0
        missing = part.file.size - part.done
        try:
            for piece in self._pieces(stream, missing + skip):
                dropped = min(skip, len(piece))
                skip -= dropped
                since_check += len(piece)
                if not waiting and not dropped and len(piece) >= _LARGE:
                    part.append(piece)
                else:
                    waiting += piece[dropped:]
                if len(waiting) >= _GATHERED:
                    part.append(bytes(waiting))
                    waiting.clear()
                if since_check >= _CHECKED:
                    since_check = 0
                    self._check_room()
        finally:
            # What came before a connection broke is as good as the rest.
            if waiting:
                part.append(bytes(waiting))

    def _pieces(self, stream: Stream, most: int) -> Iterator[bytes]:
        """At most that many bytes, no faster than allowed, no slower than bearable."""
        begun, got = time.monotonic(), 0
        for piece in stream.pieces():
            if most <= 0:
                return  # more than was promised; an answer that is right ends by itself
            taken = piece[:most]
            most -= len(taken)
            self._speed.count(len(taken))
            yield taken
            if (pause := self._bandwidth.wait_for(len(taken))) > 0:
                self._wish.wait(pause)
                begun += pause
            got += len(taken)
            if (spent := time.monotonic() - begun) > self._patience.stall_s:
                if got < self._patience.crawl * spent:
                    raise Problem("connection_stalled", host=host_of(stream.url), seconds=round(spent))
                begun, got = time.monotonic(), 0

    def _next_turn(self, problem: Problem, location: Location, turn: int, failures: int) -> int:
        if problem.id in _LASTING:
            self.locations.remove(location)
            if not self.locations:
                raise problem
            return turn
        if failures >= self._patience.tries * len(self.locations):
            raise problem
        # Once more at the same place, then at the other one.
        return turn + 1 if failures % 2 == 0 or problem.id == "hub_busy" else turn

    def _pause(self, problem: Problem, failures: int) -> None:
        busy, places = problem.id == "hub_busy", len(self.locations)
        if failures == 1 and problem.id in ("connection_stalled", "connection_lost"):
            return  # reconnect at once
        if places > 1 and failures % (places if busy else 2 * places):
            return  # there is somewhere else to go first
        asked = problem.arguments.get("seconds") if busy else 0
        self._wish.wait(self._patience.wait_after(failures, float(asked or 0)))

    def _request(self, location: Location, start: int, end: int | None) -> Request:
        headers = (
            {} if start == 0 and end is None else {"range": f"bytes={start}-{'' if end is None else end - 1}"}
        )
        return Request(
            location.url,
            self._purpose,
            headers=headers,
            secret=location.secret,
            patience_s=self._patience.stall_s,
        )
