"""Engine environments as faces use them: what there is, install, update, choose, go back, remove."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qwendesk.api.problem import Note, Problem
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.runtimes.engines import disk
from qwendesk.runtimes.engines.events import EngineAdvanced, EnginesChanged
from qwendesk.runtimes.engines.place import Place, State
from qwendesk.runtimes.engines.shelf import OWN, OWN_NAME, Shelf, unwritable
from qwendesk.runtimes.service import Runtimes
from qwendesk.system import process
from qwendesk.system.exchange import Ledger

if TYPE_CHECKING:
    from qwendesk.runtimes.engines.maker import Maker
    from qwendesk.runtimes.engines.overview import Engine
    from qwendesk.runtimes.engines.plan import Plan
    from qwendesk.runtimes.engines.planner import Planner

Closed = Callable[[], Problem | None]
Test = Callable[[RuntimeSpec, Place], Note | None]
Stopped = Callable[[], bool]
_END_S = 15.0


class FailedTest(Problem):
    """Problem `engine_failed_test` (runtime, name); `why` is what went wrong, to be worded by the faces."""

    def __init__(self, spec: RuntimeSpec, place: Place, why: Note) -> None:
        super().__init__("engine_failed_test", runtime=spec.title, name=place.name)
        self.why = why


class Engines:
    """Methods block, may be called from any thread, and raise Problems."""

    def __init__(
        self,
        shelf: Shelf,
        runtimes: Runtimes,
        ledger: Ledger,
        closed: Closed,
        floor: Callable[[], int],
        test: Test,
        publish: Callable[[EngineAdvanced | EnginesChanged], None],
    ) -> None:
        """`closed` says why nothing may leave; `floor`: bytes that stay free; `test`: why one fails."""
        self._shelf, self._runtimes, self._test, self._publish = shelf, runtimes, test, publish
        self._means = (ledger, closed, floor)
        self._closing = threading.Event()
        self._installing = threading.Lock()

    @property
    def _planner(self) -> Planner:
        # What plans and installs is imported when somebody does, not at every start.
        from qwendesk.runtimes.engines.planner import Planner

        return Planner(self._shelf, *self._means)

    @property
    def _maker(self) -> Maker:
        from qwendesk.runtimes.engines.maker import Maker

        ledger, closed, _floor = self._means
        return Maker(self._shelf, self._planner, ledger, closed, self._publish)

    def engines(self) -> list[Engine]:
        """Every runtime whose engine can be installed, or has been."""
        specs = [one.spec for one in self._runtimes.states()]
        return [self._engine(one) for one in specs if one.environment or self._shelf.places(one.id)]

    def engine(self, runtime: str) -> Engine:
        """Raises Problem `runtime_unknown` (runtime, known)."""
        return self._engine(self._runtimes.spec(runtime))

    def _engine(self, spec: RuntimeSpec) -> Engine:
        from qwendesk.runtimes.engines.overview import overview

        return overview(spec, self._shelf, self._runtimes.own_probe(spec))

    def plan(
        self,
        runtime: str,
        variant: str | None = None,
        version: str | None = None,
        lock: Path | None = None,
        wheels: Path | None = None,
        stopped: Stopped = lambda: False,
    ) -> Plan:
        """What installing would bring, with sizes; the index is asked. Raises like `wish` and `Planner.plan`.

        Without a variant: that of the environment that holds now, else the plugin's first one.
        """
        from qwendesk.runtimes.engines.wish import variants, wish

        spec = self._runtimes.spec(runtime)
        now = self._shelf.current(runtime)
        known = {one.id for one in variants(spec.environment)} if spec.environment else set()
        if variant is None and now is not None and now.variant in known:
            variant = now.variant
        self._publish(EngineAdvanced(runtime, "", "resolving"))
        return self._planner.plan(wish(spec, variant, version, lock, wheels), stopped)

    def requirements(
        self, runtime: str, variant: str | None = None, version: str | None = None
    ) -> tuple[str, ...]:
        """What a folder with wheels must hold, for `pip download` on a computer with a network."""
        from qwendesk.runtimes.engines.wish import wish

        return wish(self._runtimes.spec(runtime), variant, version).requirements

    def updates(self) -> list[str]:
        """Runtimes with an environment whose plugin declares other packages than that one has."""
        return [one.spec.id for one in self.engines() if one.update]

    def install(self, plan: Plan, stopped: Stopped = lambda: False) -> Place:
        """Make it, test it with Seedling, and make it current; where the test fails, nothing else changes.

        Raises:
            FailedTest: Seedling did not answer in it; it is kept as broken.
            Problem: `engines_busy`, and those of `Maker.make`.
        """
        from qwendesk.runtimes.engines.maker import check_room

        runtime, spec = plan.wish.spec.id, plan.wish.spec
        check_room(plan, self._shelf.folder)
        with self._shelf.alone(), self._installing:
            self._shelf.sweep()
            try:
                place = plan.there or self._maker.make(plan, lambda: self._closing.is_set() or stopped())
                self._publish(EngineAdvanced(runtime, place.name, "testing"))
                place = self._tested(spec, place)
                self._shelf.make_current(runtime, place.name)
                disk.sweep(self._shelf.cache)
            finally:
                self._publish(EnginesChanged(runtime))
        return place

    def _tested(self, spec: RuntimeSpec, place: Place) -> Place:
        """The environment once it has passed; its record says how it went. Raises FailedTest."""
        failed = self._test(spec, place)
        if failed is not None and self._closing.is_set():
            failed = Note("engine_untested")  # the application ended in the middle of it
        state: State = "ready" if failed is None else "broken"
        told = replace(place, state=state, problem=failed, size=disk.footprint(place.folder), owners=())
        try:
            told.save()
        except OSError as error:
            raise unwritable(place.folder, error) from error
        if failed is not None:
            raise FailedTest(spec, place, failed)
        return told

    def use(self, runtime: str, name: str) -> str:
        """Make an environment current, or the application's own interpreter ("own"); its name.

        One that is broken is tested again first. Models that run go on as they are.

        Raises:
            FailedTest: it was broken and still is.
            Problem: `engine_unknown` (name, runtime, known), `engines_busy`.
        """
        spec = self._runtimes.spec(runtime)
        with self._shelf.alone():
            if name in (OWN, OWN_NAME):
                self._shelf.make_current(runtime, OWN)
            else:
                place = self._found(spec, name)
                if place.state != "ready":
                    place = self._tested(spec, place)
                self._shelf.make_current(runtime, place.name)
        self._publish(EnginesChanged(runtime))
        return name or OWN_NAME

    def rollback(self, runtime: str) -> str:
        """Make current what held before; its name. Raises Problem `engine_no_way_back` (runtime)."""
        spec = self._runtimes.spec(runtime)
        with self._shelf.alone():
            name = self._shelf.before(runtime)
            if name is None:
                raise Problem("engine_no_way_back", runtime=spec.title)
            self._shelf.make_current(runtime, name, back=True)
        self._publish(EnginesChanged(runtime))
        return name or OWN_NAME

    def remove(self, runtime: str, name: str) -> int:
        """Delete an environment; the bytes that this freed. The current one gives way to what held before.

        Raises:
            Problem: `engine_in_use` (name, n) while n workers run on it, `engine_unknown` (name, runtime,
                known), `engines_busy`, `engines_unwritable` (path, detail).
        """
        spec = self._runtimes.spec(runtime)
        with self._shelf.alone():
            place = self._found(spec, name)
            self._refuse_in_use(place)
            now = self._shelf.current(runtime)
            if now is not None and now.name == name:
                self._shelf.make_current(runtime, self._shelf.before(runtime) or OWN, back=True)
            freed = self._shelf.forget(place)
            self._shelf.sweep()
        self._publish(EnginesChanged(runtime))
        return freed

    def _refuse_in_use(self, place: Place) -> None:
        """Workers of any process: the command line must not pull it away from under the window."""
        if running := process.running(str(place.python)):
            raise Problem("engine_in_use", name=place.name, n=running)

    def stop(self) -> None:
        """Cancel what is being installed, and return at once. Nothing can be installed any more."""
        self._closing.set()

    def close(self) -> None:
        """Wait a while until that has ended, so that no uv outlives the application."""
        self.stop()
        if self._installing.acquire(timeout=_END_S):
            self._installing.release()

    def _found(self, spec: RuntimeSpec, name: str) -> Place:
        found = self._shelf.place(spec.id, name)
        if found is None or found.state == "making":
            known: Sequence[str] = [one.name for one in self._shelf.places(spec.id)]
            raise Problem("engine_unknown", name=name, runtime=spec.title, known=", ".join(known) or "none")
        return found
