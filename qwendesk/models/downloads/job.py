"""One file on its way: checked where it should go, fetched, compared with its hash, moved into place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qwendesk.api.http import Http, Purpose
from qwendesk.api.problem import Note
from qwendesk.api.sources import Location
from qwendesk.models.downloads import room
from qwendesk.models.downloads.hashing import expected, new_hash
from qwendesk.models.downloads.names import check_no_links, folder_of, target_of
from qwendesk.models.downloads.pace import Bandwidth, Patience, Speed, Stopped
from qwendesk.models.downloads.partfile import CHUNK, PartFile
from qwendesk.models.downloads.pull import Pull, PulledFile
from qwendesk.models.downloads.repair import Repair
from qwendesk.models.downloads.transfer import Transfer
from qwendesk.models.downloads.wish import Wish


@dataclass(frozen=True, slots=True)
class Means:
    """What every job uses."""

    http: Http
    locate: Callable[[Pull, PulledFile], Sequence[Location]]
    patience: Patience
    bandwidth: Bandwidth
    floor: Callable[[], int]


@dataclass(slots=True)
class Job:
    """May be watched from other threads while `run` is at work.

    Args:
        said: what happened on the way and did not stop it.
    """

    pull: Pull
    file: PulledFile
    means: Means
    speed: Speed
    wish: Wish = field(default_factory=Wish)
    said: list[Note] = field(default_factory=list)
    _part: PartFile | None = None
    _checked: int = 0

    @property
    def done(self) -> int:
        """Bytes on disk."""
        return max(self._checked, self._part.done if self._part is not None else 0)

    @property
    def target(self) -> Path:
        """Raises Problem `name_unsafe`, `repo_name_wrong`."""
        return target_of(folder_of(self.pull.root, self.pull.repo), self.file.remote.path)

    def run(self) -> None:
        """Fetch the file, unless it is there already.

        Raises:
            Problem: what went wrong; what was fetched is kept.
            Stopped: told to.
        """
        target, remote = self.target, self.file.remote
        check_no_links(self.pull.root, target)
        if self._is_there(target):
            self._checked = remote.size
            return
        self._checked = 0
        with PartFile(target, remote) as part:
            dropped = part.open(self.wish.stopped, self._reading)
            self._part = part
            if part.done:
                self.said.append(Note("download_resumed", {"path": remote.path, "size": part.done}))
            if dropped:
                self.said.append(Note("download_tail_dropped", {"path": remote.path, "size": dropped}))
            self._fetch(part)
            check_no_links(self.pull.root, target)
            part.finish()
            self._checked = remote.size

    def discard(self) -> None:
        """Throw away what was fetched of a file that is not whole. Raises Problems."""
        with PartFile(self.target, self.file.remote) as part:
            part.discard()

    def _fetch(self, part: PartFile) -> None:
        self._check_room()
        transfer = Transfer(
            self.means.http,
            self.means.locate(self.pull, self.file) if part.done < part.file.size else (),
            Purpose("pull", "file", self.pull.repo),
            self.wish,
            self.means.patience,
            self.speed,
            self.means.bandwidth,
            self._check_room,
        )
        if part.done:
            transfer.doubtful.append(part.done)
        transfer.fill(part)
        if not part.matches():
            transfer.locations = transfer.locations or list(self.means.locate(self.pull, self.file))
            Repair(part, transfer, self.wish, self.said.append).run()

    def _check_room(self) -> None:
        missing = self.file.remote.size - self.done
        room.check(self.file.remote.path, self.pull.root, missing, self.means.floor())

    def _reading(self, good: int) -> None:
        self._checked = good

    def _is_there(self, target: Path) -> bool:
        """Whether the file is in its place with the right hash; without a hash the size must do."""
        remote = self.file.remote
        try:
            if not target.is_file() or target.stat().st_size != remote.size:
                return False
            if expected(remote) is None:
                return True
            digest = new_hash(remote)
            with target.open("rb") as file:
                while piece := file.read(CHUNK):
                    if self.wish.stopped():
                        raise Stopped
                    digest.update(piece)
                    self._checked += len(piece)
        except OSError:
            return False
        return digest.hexdigest() == expected(remote)
