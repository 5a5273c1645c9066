"""Choosing a runtime, loading models with it, and keeping track of what is loaded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from qwendesk.api.options import build, describe
from qwendesk.api.problem import Problem
from qwendesk.api.runtimes import Machine, Probe, RuntimeSpec
from qwendesk.models import gguf, shards
from qwendesk.models.advisor.wish import Runner
from qwendesk.models.bundled import in_format
from qwendesk.models.library import Model
from qwendesk.runtimes.engines.inside import Inside
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.shelf import Shelf
from qwendesk.runtimes.launch import Launch, foreign_interpreter, own_interpreter
from qwendesk.runtimes.session import Recipe, Session
from qwendesk.runtimes.supervisor import Patience
from qwendesk.system.bus import Bus

# A probe says what its build was made for: "0.3.36 (CPU, CUDA)".
_CARDS = ("CUDA", "Metal", "Vulkan", "HIP", "ROCm", "SYCL")


@dataclass(frozen=True, slots=True)
class RuntimeState:
    """A runtime and whether it can work here."""

    spec: RuntimeSpec
    probe: Probe


class Runtimes:
    """The runtimes of all plugins, and the sessions that run on them."""

    def __init__(
        self,
        specs: Sequence[RuntimeSpec],
        machine: Machine,
        bus: Bus,
        cache: Path,
        patience: Patience | None = None,
        defaults: Callable[[str], Mapping[str, Any]] = lambda _: {},
        used: Callable[[Model], None] = lambda _: None,
        measured: Callable[[Recipe, int], None] = lambda _recipe, _bytes: None,
        shelf: Shelf | None = None,
    ) -> None:
        """`defaults` gives the user's own default load options of a runtime; `used` hears of every load.

        `measured` hears what a load took, as in `Session`; `shelf` has the engine environments.
        """
        self._specs = {spec.id: spec for spec in specs}
        self._machine = machine
        self._bus = bus
        self._cache = cache
        self._defaults = defaults
        self._measured = measured
        self._shelf = shelf
        self._used = used
        self._patience = patience or Patience()
        self._sessions: list[Session] = []
        self._closed = False
        self._lock = threading.Lock()

    def states(self) -> list[RuntimeState]:
        """Every runtime with its probe; a probe that raises makes its runtime unavailable."""
        return [RuntimeState(spec, self._probe(spec)) for spec in self._specs.values()]

    def _probe(self, spec: RuntimeSpec) -> Probe:
        """That of its current environment, if it has one."""
        place = self._place(spec)
        return self.own_probe(spec) if place is None else self.probe_in(spec, place)

    def own_probe(self, spec: RuntimeSpec) -> Probe:
        """Whether it can work with the application's own packages."""
        return _answer(spec, self._machine)

    def probe_in(self, spec: RuntimeSpec, place: Place) -> Probe:
        """The same with those of an engine environment."""
        return replace(_answer(spec, self._seen_in(place)), where=place.name)

    def _seen_in(self, place: Place | None) -> Machine:
        """The packages of an engine environment, or the application's own."""
        site = place.site if place is not None else None
        return self._machine if site is None else Inside(self._machine, site)

    def has_module(self, runtime: str, name: str) -> bool:
        """Whether that module lies among the packages that it works with.

        Raises:
            Problem: `runtime_unknown`.
        """
        return self._seen_in(self._place(self.spec(runtime))).has_module(name)

    def works_in(self, runtime: str, name: str) -> bool:
        """Whether the engine environment of that name is there; an empty name: the application's packages."""
        if not name:
            return self.own_probe(self.spec(runtime)).available
        found = self._shelf.place(runtime, name) if self._shelf is not None else None
        return found is not None and found.state == "ready"

    def _place(self, spec: RuntimeSpec) -> Place | None:
        """The environment that its workers start in; an interpreter that the user set comes first."""
        if self._shelf is None or self._python(spec):
            return None
        return self._shelf.current(spec.id)

    def _python(self, spec: RuntimeSpec) -> str:
        return self._machine.setting(f"runtimes.{spec.id}.python")

    def spec(self, id: str) -> RuntimeSpec:
        """The runtime of that id. Raises Problem `runtime_unknown`."""
        if id not in self._specs:
            raise Problem("runtime_unknown", runtime=id, known=", ".join(self._specs) or "none")
        return self._specs[id]

    def form_of(self, model: Model, wanted: str | None) -> Model:
        """The bundled model in a form that the wanted runtime loads; any other model as it is.

        Raises:
            Problem: `runtime_unknown`.
        """
        return in_format(model, self.spec(wanted).formats) if wanted is not None else model

    def defaults(self, spec: RuntimeSpec, model: Model | None = None) -> Mapping[str, Any]:
        """The load options that hold unless others are given: the user's own over the runtime's.

        A model's own projector stands in the option `mmproj`, where the runtime has it.
        """
        return asdict(build(spec.options, {**self._defaults(spec.id), **_own(spec, model)}))

    def fitting(self, format: str) -> list[RuntimeState]:
        """Runtimes that load a format, the default first."""
        fitting = [one for one in self.states() if format in one.spec.formats]
        return sorted(fitting, key=lambda one: (not one.probe.available, -one.spec.rank))

    def runners(self) -> list[Runner]:
        """What works here for GGUF files, the default first, as the advisor wants it."""
        return [_runner(one) for one in self.fitting("gguf") if one.probe.available]

    def uses_card(self, runtime: str) -> bool:
        """Whether it works here, with a build that can put models on a graphics card.

        Raises:
            Problem: `runtime_unknown`.
        """
        return _uses_card(self._probe(self.spec(runtime)))

    def choose(self, model: Model, wanted: str | None) -> RuntimeSpec:
        """The wanted runtime, or the best one for the model's format that works here.

        Raises:
            Problem: `runtime_unknown`, `runtime_wrong_format`, `runtime_unavailable` or `no_runtime`.
        """
        if wanted is not None:
            spec = self.spec(wanted)
            if model.format not in spec.formats:
                raise Problem("runtime_wrong_format", runtime=spec.title, format=model.format)
            self.must_work(spec, self._probe(spec))
            return spec
        fitting = self.fitting(model.format)
        if not fitting:
            raise Problem("no_runtime", format=model.format)
        self.must_work(fitting[0].spec, fitting[0].probe)
        return fitting[0].spec

    @staticmethod
    def must_work(spec: RuntimeSpec, probe: Probe) -> None:
        """Raises Problem `runtime_unavailable` (runtime, reason, fix) where it cannot work here."""
        if not probe.available:
            raise Problem("runtime_unavailable", runtime=spec.title, reason=probe.reason, fix=probe.fix)

    def open(
        self,
        model: Model,
        runtime: str | None = None,
        options: Mapping[str, Any] | None = None,
        place: Place | None = None,
    ) -> Session:
        """Start loading in a new worker; returns while it loads. Reads the file's header first.

        `place` is an environment to try instead of the current one; `runtime` is given then.

        Raises:
            Problem: the file is no whole GGUF file, no runtime fits, or an option is wrong.
        """
        if model.format == "gguf":
            for part in shards.parts(model.path):
                gguf.read_header(part)
        spec = self.choose(model, runtime) if place is None else self.spec(runtime or "")
        own = {**self._defaults(spec.id), **_own(spec, model)}
        checked = asdict(build(spec.options, {**own, **(options or {})}))
        self._used(model)
        return self._start(Recipe(model, spec, checked, self.launch(spec, place)))

    def open_smallest(self, model: Model, runtime: str | None = None) -> Session:
        """Load with the smallest context: for questions that read none of it. Raises like `open`."""
        spec = self.choose(model, runtime)
        context = next(one for one in describe(spec.options) if one.name == "context")
        return self.open(model, spec.id, {"context": int(context.minimum or 1)})

    def again(self, session: Session) -> Session:
        """The same model with the same options in a new worker."""
        recipe = session.recipe
        return self._start(Recipe(recipe.model, recipe.spec, recipe.options, self.launch(recipe.spec)))

    def _start(self, recipe: Recipe) -> Session:
        with self._lock:
            if self._closed:
                raise Problem("session_closed")
            session = Session(recipe, self._bus.publish, self._patience, self._measured)
            self._sessions = [one for one in self._sessions if not one.join(0)] + [session]
        return session

    def launch(self, spec: RuntimeSpec, place: Place | None = None) -> Launch:
        """How its workers start, in `place` or its current environment. Raises like `foreign_interpreter`."""
        found = place or self._place(spec)
        if found is not None:
            return foreign_interpreter(str(found.python), spec.engine, self._cache, found.name)
        python = self._python(spec)
        return foreign_interpreter(python, spec.engine, self._cache) if python else own_interpreter()

    def sessions(self) -> list[Session]:
        """What is loaded or loading now."""
        with self._lock:
            return [one for one in self._sessions if not one.state.over]

    def close(self) -> None:
        """End every worker; waits until they are gone. Nothing can be opened any more."""
        with self._lock:
            self._closed = True
            running = [one for one in self._sessions if not one.join(0)]
        for session in running:
            session.close()
        for session in running:
            if not session.join(self._patience.terminate_after + self._patience.kill_after + 2):
                session.kill()


def _answer(spec: RuntimeSpec, machine: Machine) -> Probe:
    try:
        probe = spec.probe(machine)
        if not isinstance(probe, Probe):
            raise TypeError(f"{type(probe).__name__} instead of Probe")
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        return Probe(False, reason=f"{type(error).__name__}: {error}", raised=True)
    return probe


def _own(spec: RuntimeSpec, model: Model | None) -> dict[str, Any]:
    """Load options that belong to the model."""
    if model is None or model.mmproj is None or all(one.name != "mmproj" for one in describe(spec.options)):
        return {}
    return {"mmproj": str(model.mmproj)}


def _runner(state: RuntimeState) -> Runner:
    """What the advisor wants to know of it."""
    abilities: set[str] = set(state.spec.capabilities)
    if any(one.name == "mmproj" for one in describe(state.spec.options)):
        abilities.add("images")
    return Runner(state.spec.id, frozenset(abilities), _uses_card(state.probe))


def _uses_card(probe: Probe) -> bool:
    return probe.available and any(one in probe.version for one in _CARDS)
