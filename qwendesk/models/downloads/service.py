"""Downloads as faces use them: ask a hub, queue, watch, pause, resume, cancel, reorder."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qwendesk.api.http import Http
from qwendesk.api.problem import Note, Problem
from qwendesk.models.downloads import room
from qwendesk.models.downloads.listing import file_values, pull_of
from qwendesk.models.downloads.locating import locate
from qwendesk.models.downloads.names import check_no_links, folder_of, target_of
from qwendesk.models.downloads.pace import Bandwidth, Patience, Speed
from qwendesk.models.downloads.planning import Plan, Planner
from qwendesk.models.downloads.pull import Pull, PullChanged, PullRemoved, QueueReleased
from qwendesk.models.options import GB, MB
from qwendesk.models.sources import Sources
from qwendesk.store.downloads import DownloadRows
from qwendesk.system import process
from qwendesk.system.bus import Bus
from qwendesk.system.settings import Settings

if TYPE_CHECKING:
    from qwendesk.models.downloads.job import Means
    from qwendesk.models.downloads.runner import Runner


class Downloads:
    """The queue of downloads. Methods block, may be called from any thread, and raise Problems."""

    def __init__(
        self,
        rows: DownloadRows,
        sources: Sources,
        http: Http,
        bus: Bus,
        settings: Settings,
        root: Callable[[], Path],
        patience: Patience | None = None,
    ) -> None:
        self._rows = rows
        self._sources = sources
        self._bus = bus
        self._settings = settings
        self._http = http
        self._patience = patience or Patience()
        self._planner = Planner(sources, root, self._patience)
        self._lock = threading.Lock()
        self._made: Runner | None = None

    @property
    def _runner(self) -> Runner:
        # What transfers is imported by whoever looks at the queue, not at every start.
        with self._lock:
            if self._made is None:
                from qwendesk.models.downloads.runner import Runner

                parallel = partial(self._settings.number, "downloads.parallel", 2)
                self._made = Runner(self._rows, self._means(), self._bus, parallel)
            return self._made

    def _means(self) -> Means:
        from qwendesk.models.downloads.job import Means

        limit = Bandwidth(lambda: int(self._settings.real("downloads.mb_per_second", 0.0) * MB))
        return Means(self._http, partial(locate, self._sources), self._patience, limit, self.floor)

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
        """Ask the hub which files ORG/REPO[:QUANT] means; nothing is queued yet.

        Raises:
            Problem: those of the hub, of `qwendesk.models.choosing` and of `names`.
        """
        return self._planner.plan(
            text, source=source, mirrors=mirrors, revision=revision, names=names, mmproj=mmproj
        )

    def add(self, plan: Plan) -> Pull:
        """Queue what was planned, after a look at the disk. The same pull again is the same one, resumed.

        Raises:
            Problem: `no_room`, `folder_linked`, and those of the store.
        """
        repo = plan.listing.model.repo
        folder = folder_of(plan.root, repo)
        for file in plan.chosen.files:
            check_no_links(plan.root, target_of(folder, file.path))
        if (same := self._same(plan)) is not None:
            room.check(repo, plan.root, plan.missing, self.floor())
            return self.resume(same.number)
        self._supersede(plan)
        waiting = sum(one.size - one.done for one in self.pulls() if one.root == plan.root)
        room.check(repo, plan.root, plan.missing + waiting, self.floor())
        values = {
            "source": plan.source,
            "mirrors": json.dumps(plan.mirrors),
            "repo": repo,
            "revision": plan.listing.revision,
            "label": plan.chosen.label,
            "root": str(plan.root),
            "paused": 0,
            "created": time.time(),
        }
        self.release()
        number = self._rows.add(values, [file_values(one) for one in plan.chosen.files])
        return self._changed(number)

    def pulls(self) -> list[Pull]:
        """Everything on the list, in the queue's order; the finished ones are history."""
        files = self._rows.files()
        return [
            self._runner.seen(pull_of(row, [one for one in files if one["pull"] == row["number"]]))
            for row in self._rows.pulls()
        ]

    def pull(self, number: int) -> Pull:
        """Raises Problem `download_unknown` (number)."""
        found = self._runner.current(number)
        if found is None:
            raise Problem("download_unknown", number=number)
        return found

    def held(self) -> Note | None:
        """Why the whole queue waits, or None."""
        return self._runner.held()

    def start(self, only: Sequence[int] | None = None) -> None:
        """Fetch what is queued (or these pulls of it) on threads of this process, until `close`."""
        self._runner.start(only)

    def pause(self, number: int) -> Pull:
        """Stop fetching it, also in other processes; what is there is kept."""
        self.pull(number)
        self._rows.set_pull(number, paused=1)
        return self._changed(number)

    def resume(self, number: int) -> Pull:
        """Go on with it: what failed is tried again, and a queue held by a full disk is released."""
        self.pull(number)
        self._rows.set_files(number, ("failed",), state="queued", problem=None)
        self._rows.set_files(number, ("queued",), problem=None)
        self._rows.set_pull(number, paused=0)
        self.release()
        return self._changed(number)

    def release(self) -> None:
        """Let the queue go on after the disk was full."""
        if self.held() is not None:
            self._runner.release()
            self._bus.publish(QueueReleased())

    def cancel(self, number: int) -> None:
        """Throw away what was fetched of files that are not whole. Whole ones belong to the library."""
        from qwendesk.models.downloads.job import Job

        pull = self.pull(number)
        self._rows.set_files(number, ("queued", "failed", "running"), state="cancelled")
        running = [
            row for row in self._rows.files_of(number) if row["owner"] and process.is_alive(row["owner"])
        ]
        if running:
            self._runner.wake()
            return
        for file in pull.files:
            if file.state != "done":
                Job(pull, file, self._means(), Speed()).discard()
        self.forget(number)

    def forget(self, number: int) -> None:
        """Take it off the list; files stay where they are."""
        self._rows.remove(number)
        self._bus.publish(PullRemoved(number))

    def move(self, number: int, before: int | None) -> None:
        """Put it before another one in the queue; None puts it at the end."""
        others = [one for one in self._rows.pulls() if one["number"] != number]
        places = [one["position"] for one in others]
        at = next((n for n, one in enumerate(others) if one["number"] == before), len(others))
        low = places[at - 1] if at else (places[0] - 2 if places else 0.0)
        high = places[at] if at < len(places) else low + 2
        self._rows.set_pull(number, position=(low + high) / 2)
        self._changed(number)

    def close(self) -> None:
        """Stop fetching here. Everything goes on at the next start."""
        if self._made is not None:
            self._made.close()

    def _changed(self, number: int) -> Pull:
        pull = self.pull(number)
        self._bus.publish(PullChanged(pull))
        self._runner.wake()
        return pull

    def _supersede(self, plan: Plan) -> None:
        """Unfinished pulls of files that the hub has replaced make way."""
        fresh = {one.path: one.sha256 or one.git_sha1 for one in plan.chosen.files}
        for pull in self.pulls():
            if pull.folder == folder_of(plan.root, plan.listing.model.repo) and pull.state != "done":
                theirs = {one.remote.path: one.remote.sha256 or one.remote.git_sha1 for one in pull.files}
                if any(fresh[path] != theirs[path] for path in fresh.keys() & theirs.keys()):
                    self.cancel(pull.number)

    def _same(self, plan: Plan) -> Pull | None:
        files = {(one.path, one.sha256 or one.git_sha1) for one in plan.chosen.files}
        for pull in self.pulls():
            theirs = {(one.remote.path, one.remote.sha256 or one.remote.git_sha1) for one in pull.files}
            if (pull.repo, pull.root) == (plan.listing.model.repo, plan.root) and files == theirs:
                if pull.state == "done":
                    self._rows.set_files(pull.number, ("done",), state="queued", done=0, notes="[]")
                return pull
        return None

    def floor(self) -> int:
        """Bytes that stay free on the disk, whatever is downloaded."""
        return int(self._settings.real("downloads.keep_free_gb", 1.0) * GB)
