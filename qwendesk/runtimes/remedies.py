"""What helps after a failure, as data: options to load with, another runtime or file, or something to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from qwendesk.api.options import describe
from qwendesk.api.problem import Note, Problem
from qwendesk.models.model import Model
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.lastgood import LastGood, back_to, worked_with
from qwendesk.runtimes.service import Runtimes

RemedyId = Literal[
    "again", "options", "good", "runtime", "smaller_file", "verify", "models", "find", "update", "engine"
]
_MEMORY = frozenset({"engine_out_of_memory", "engine_out_of_card_memory", "worker_killed"})
_CARD = frozenset(
    {"engine_out_of_card_memory", "engine_driver_unfit", "engine_card_unfit", "engine_card_failed"}
)
_ENGINE = frozenset(
    {
        "engine_too_old",
        "engine_too_old_known",
        "engine_cpu_lacks",
        "engine_library_missing",
        "engine_missing",
        "worker_crashed",
        "worker_aborted",
    }
)
_FILE = frozenset(
    {
        "engine_file_broken",
        "engine_file_damaged",
        "load_failed",
        "model_damaged",
        "model_truncated",
        "model_header_broken",
        "model_empty",
        "model_not_gguf",
    }
)
_WORKER = ("worker_", "engine_", "session_", "load_failed")


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed, and what was to be loaded: a runtime of None is the best one here."""

    problem: Note
    model: Model
    runtime: str | None
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that may help.

    Args:
        id: "again"; "options" are changes to what failed; "good", "runtime" and "smaller_file" load what
            stands here; "verify" reads the model's file; "models" is to choose another one, "find" to
            look for another file of it; "update" is only told (`note`); "engine" makes the engine environment
            that `note` names current again.
        needed: bytes of memory that it would need, where that is known.
        changes: of "good", those options that are not what failed; for another runtime, not its defaults.
    """

    id: RemedyId
    options: Mapping[str, Any] = field(default_factory=dict)
    needed: int | None = None
    runtime: str | None = None
    model: Model | None = None
    note: Note | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


class Remedies:
    """Knows what to offer. Asking it blocks: it reads headers and asks runtimes whether they work here."""

    def __init__(
        self, runtimes: Runtimes, forecast: Forecast, good: LastGood, models: Callable[[], Sequence[Model]]
    ) -> None:
        """`models` are those that can be loaded here, for a smaller file of the same model."""
        self._runtimes, self._forecast, self._good, self._models = runtimes, forecast, good, models

    def of(self, failure: Failure) -> tuple[Remedy, ...]:
        """The best first; empty for what no remedy here would help."""
        return tuple(self._all(failure))

    def _all(self, failure: Failure) -> Iterator[Remedy]:
        id = failure.problem.id
        if not id.startswith(_WORKER) and id not in _FILE:
            return
        runtime = self._runtime(failure)
        yield from self._worked(failure, runtime)
        if id in ("worker_killed", "engine_card_failed") or id not in _MEMORY | _CARD | _ENGINE | _FILE:
            yield Remedy("again")
        if id in _MEMORY and runtime is not None:
            yield from self._smaller(failure, runtime)
        if id in _CARD and runtime is not None:
            yield from self._off_the_card(failure, runtime)
        if _is_about_its_file(failure):
            yield Remedy("verify", model=failure.model)
        too_old = id in ("engine_too_old", "engine_too_old_known")
        if too_old:  # another runtime is often built on the same engine, so a file that is known comes first
            yield Remedy("find", model=failure.model)
        if id in _ENGINE | _CARD:
            yield from self._other_runtimes(failure, runtime)
        if id in _MEMORY and runtime is not None:
            yield from self._smaller_file(failure, runtime)
        if _is_about_its_file(failure):
            yield Remedy("find", model=failure.model)
        if id in _MEMORY | _ENGINE | _FILE:
            yield Remedy("models")

    def _runtime(self, failure: Failure) -> str | None:
        try:
            return failure.runtime or self._runtimes.choose(failure.model, None).id
        except Problem:
            return None

    def _worked(self, failure: Failure, runtime: str | None) -> Iterator[Remedy]:
        """What worked the last time, where it differs from what failed."""
        good = self._good.of(failure.model)
        if good is None:
            return
        given = failure.options if good.runtime == runtime else {}
        failed = self._whole(failure.model, good.runtime, given)
        changes = {name: value for name, value in good.options.items() if failed.get(name) != value}
        here = any(one.spec.id == good.runtime for one in self._working(failure.model))
        if here and (changes or good.runtime != runtime):
            yield Remedy("good", good.options, runtime=good.runtime, changes=changes)
        now = next((one.probe for one in self._runtimes.states() if one.spec.id == runtime), None)
        told = worked_with(good, runtime or "", now.version) if now is not None else None
        if now is None or told is None:
            return
        if now.where != good.environment and self._runtimes.works_in(good.runtime, good.environment):
            yield Remedy("engine", runtime=runtime, note=back_to(good, now.version))
        else:
            yield Remedy("update", note=told)

    def _whole(self, model: Model, runtime: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The options of a load, with those that nobody chose."""
        try:
            return {**self._runtimes.defaults(self._runtimes.spec(runtime), model), **given}
        except Problem:
            return dict(given)

    def _smaller(self, failure: Failure, runtime: str) -> Iterator[Remedy]:
        try:
            found = self._forecast.smaller(failure.model, runtime, failure.options)
        except Problem:
            return
        for one in found:
            yield Remedy("options", one.options, one.needed, runtime)

    def _off_the_card(self, failure: Failure, runtime: str) -> Iterator[Remedy]:
        """Half of the layers, where it is known how many there are, and none."""
        layers = failure.options.get("gpu_layers")
        if layers == 0 or not self._has_option(runtime, "gpu_layers"):
            return
        if isinstance(layers, int) and layers > 1 and failure.problem.id == "engine_out_of_card_memory":
            yield self._with(failure, runtime, {"gpu_layers": layers // 2})
        yield self._with(failure, runtime, {"gpu_layers": 0})

    def _with(self, failure: Failure, runtime: str, options: Mapping[str, Any]) -> Remedy:
        needed = self._needed(failure.model, runtime, {**failure.options, **options})
        return Remedy("options", options, needed, runtime)

    def _has_option(self, runtime: str, name: str) -> bool:
        return any(one.name == name for one in describe(self._runtimes.spec(runtime).options))

    def _other_runtimes(self, failure: Failure, runtime: str | None) -> Iterator[Remedy]:
        for one in self._working(failure.model):
            if one.spec.id != runtime:
                yield Remedy("runtime", runtime=one.spec.id)

    def _working(self, model: Model) -> Iterator[Any]:
        return (one for one in self._runtimes.fitting(model.format) if one.probe.available)

    def _smaller_file(self, failure: Failure, runtime: str) -> Iterator[Remedy]:
        """The largest file of the same model that is smaller, with the memory that it needs."""
        of = failure.model
        same = [
            one
            for one in self._models()
            if (one.title, one.format) == (of.title, of.format) and one.size_bytes < of.size_bytes
        ]
        for one in sorted(same, key=lambda one: -one.size_bytes)[:1]:
            needed = self._needed(one, runtime, failure.options)
            yield Remedy("smaller_file", failure.options, needed, runtime, one)
        if not same and not of.bundled:
            yield Remedy("find", model=of)

    def _needed(self, model: Model, runtime: str, options: Mapping[str, Any]) -> int | None:
        try:
            return self._forecast.estimate(model, runtime, options).total
        except Problem:
            return None


def _is_about_its_file(failure: Failure) -> bool:
    """Whether the model's own file may be at fault: what failed may be an adapter or a projector."""
    if failure.problem.id not in _FILE and failure.problem.id != "worker_aborted":
        return False
    return failure.problem.arguments.get("path", str(failure.model.path)) == str(failure.model.path)
