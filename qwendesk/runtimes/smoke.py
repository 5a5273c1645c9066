"""A short test of an engine that was updated: load a model, have it say a few tokens, unload it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Finished, ReplyRequest
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.api.sampling import Sampling
from qwendesk.models.bundled import in_format
from qwendesk.models.model import Model
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.lastgood import LastGood
from qwendesk.runtimes.patience import awaited
from qwendesk.runtimes.service import Runtimes, RuntimeState
from qwendesk.store.goodloads import GoodLoadRows

SECONDS = 300.0
_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Tested:
    """A test of a model with a runtime; `problem` is None where it worked.

    Args:
        reply, peak: what it said, and the bytes that it took at most, where it worked.
        options: what it was loaded with.
        before: the version of the runtime that was seen before.
        worked: "package number" of the engine that gave the last good reply with this runtime, if any did.
    """

    state: RuntimeState
    model: Model
    before: str = ""
    problem: Note | None = None
    worked: str = ""
    reply: Finished | None = None
    peak: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)


class Smoke:
    """Tests engines. Methods block and raise the Problems of `Store`; a test that fails is an answer."""

    def __init__(
        self, runtimes: Runtimes, rows: GoodLoadRows, good: LastGood, seedling: Callable[[], Model]
    ) -> None:
        self._runtimes, self._rows, self._good, self._seedling = runtimes, rows, good, seedling

    def updated(self) -> list[Tested]:
        """Test Seedling with every engine whose version is not the one that was seen last.

        A version is seen when it is the first one of its runtime, or has passed.
        """
        seen = self._rows.engines()
        found = []
        for state in self._runtimes.states():
            id, version = state.spec.id, state.probe.version
            if not state.probe.available or not version or seen.get(id) == version:
                continue
            model = in_format(self._seedling(), state.spec.formats)
            if model.format not in state.spec.formats:
                continue
            if id in seen:
                worked = self._rows.worked(id)
                found.append(replace(self._try(state, model, {}), before=seen[id], worked=worked))
            if id not in seen or found[-1].problem is None:
                self._rows.keep_engine(id, version)
        return found

    def test(self, model: Model, stopped: Callable[[], bool] = lambda: False) -> Tested:
        """Test one model with what worked the last time, else with the defaults.

        Raises like `choose`, and Stopped within a moment where `stopped` says so.
        """
        good = self._good.of(model)
        spec = self._runtimes.choose(model, None)
        options: Mapping[str, Any] = {}
        for state in self._runtimes.fitting(model.format):
            if good is not None and state.spec.id == good.runtime and state.probe.available:
                spec, options = state.spec, good.options
        state = next(one for one in self._runtimes.fitting(model.format) if one.spec.id == spec.id)
        return self._try(state, model, options, stopped=stopped)

    def in_place(self, spec: RuntimeSpec, place: Place) -> Note | None:
        """Test Seedling with the engine of an environment, current or not; why it failed, or None."""
        probe = self._runtimes.probe_in(spec, place)
        model = in_format(self._seedling(), spec.formats)
        tested = self._try(RuntimeState(spec, probe), model, {}, place)
        if tested.problem is None:
            self._rows.keep_engine(spec.id, probe.version)
        return tested.problem

    def _try(
        self,
        state: RuntimeState,
        model: Model,
        options: Mapping[str, Any],
        place: Place | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Tested:
        try:
            session = self._runtimes.open(model, state.spec.id, options, place)
        except Problem as problem:
            return Tested(state, model, problem=problem.note())
        self._good.leave_out(session)
        try:
            awaited(session.wait_ready, stopped, SECONDS)
            sampling = Sampling(temperature=0.0, max_tokens=_TOKENS)
            request = ReplyRequest((Message("user", "Hello"),), sampling, Thinking(on=False))
            said = awaited(session.stream(request)[0].wait, stopped, SECONDS)
        except Problem as problem:
            return Tested(state, model, problem=problem.note())
        except TimeoutError:
            late = Note("no_answer_in_time", {"model": model.title, "seconds": SECONDS})
            return Tested(state, model, problem=late)
        finally:
            session.close()
            session.join(10)
        silent = None if said.usage.completion_tokens else Note("smoke_silent", {"model": model.title})
        peak, used = session.state.peak_bytes, session.recipe.options
        return Tested(state, model, problem=silent, reply=said, peak=peak, options=used)
