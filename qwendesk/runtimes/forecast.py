"""What a model will take before it is loaded, whether that is there, and what it took."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.models.facts import Facts
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.memory.fit import Fit, Room, Suggestion, fit, smaller
from qwendesk.models.memory.history import Measurement, Measurements, running_error
from qwendesk.models.memory.parts import Companions, Estimate, Host
from qwendesk.models.model import Model
from qwendesk.models.reading import read_facts
from qwendesk.runtimes.session import Recipe
from qwendesk.system.freememory import available_bytes
from qwendesk.system.graphics import has_card
from qwendesk.system.processor import features

_log = logging.getLogger(__name__)
_MOST = 1 << 62  # what a database can hold


class Forecast:
    """Reads a model's header once and estimates from then on in well under a millisecond.

    Methods may be called from any thread, but the first question about a file reads it.
    """

    def __init__(
        self,
        kept: Measurements,
        defaults: Callable[[Model, str], Mapping[str, Any]],
        available: Callable[[], int] = available_bytes,
        has_card: Callable[[], bool] = has_card,
        video: Callable[[str], int] = lambda _runtime: 0,
        fp8: Callable[[str], bool] = lambda _runtime: False,
    ) -> None:
        """What is free here is asked anew for each question.

        Args:
            defaults: the load options that hold for a model and a runtime unless others are given.
            available: bytes of free main memory.
            has_card: whether there seems to be a graphics card.
            video: bytes free on the cards that a runtime can use, 0 where nobody tells.
            fp8: whether a runtime has what computes with FP8 weights on a card.
        """
        self._kept = kept
        self._defaults = defaults
        self._available = available
        self._has_card, self._video, self._fp8 = has_card, video, fp8
        self._facts: dict[Path, tuple[tuple[int, int], Facts]] = {}
        self._lock = threading.Lock()

    def estimate(self, model: Model, runtime: str, options: Mapping[str, Any] | None = None) -> Estimate:
        """The memory in parts. Raises the Problems of `read_facts`."""
        chosen = {**self._defaults(model, runtime), **(options or {})}
        gpu = _wants_card(chosen) and self._video(runtime) > 0
        return self._estimating(model, chosen, runtime, gpu=gpu)(chosen)

    def facts(self, model: Model) -> Facts:
        """What the model's file says. Raises the Problems of `read_facts`."""
        return self._read(model.path)

    def fit(
        self, model: Model, runtime: str, options: Mapping[str, Any] | None = None, freed: int = 0
    ) -> Fit:
        """Whether it fits into what is free, and what would.

        Args:
            freed: bytes that come back first, because this model takes the place of one that is loaded.
        """
        chosen = {**self._defaults(model, runtime), **(options or {})}
        wants_card = _wants_card(chosen)
        room = Room(self._available() + freed, self._video(runtime) if wants_card else 0)
        estimating = self._estimating(model, chosen, runtime, gpu=room.video > 0)
        found = fit(self._read(model.path), estimating, chosen, room)
        if found.verdict == "too_big" and wants_card and not room.video and self._has_card():
            # A card that tells nothing of its memory: how many layers it holds is known once it is loaded.
            return replace(found, verdict="tight", suggestions=())
        return found

    def smaller(
        self, model: Model, runtime: str, options: Mapping[str, Any] | None = None
    ) -> tuple[Suggestion, ...]:
        """What takes less memory than these options, whether or not they seem to fit.

        Where they do not, what would. Raises the Problems of `read_facts`.
        """
        if suggestions := self.fit(model, runtime, options).suggestions:
            return suggestions
        chosen = {**self._defaults(model, runtime), **(options or {})}
        video = self._video(runtime) if _wants_card(chosen) else 0
        estimating = self._estimating(model, chosen, runtime, gpu=video > 0)
        return smaller(self._read(model.path), estimating, chosen, Room(self._available(), video))

    def surroundings(self, runtime: str) -> tuple[Room, Host]:
        """What is free here for models of this runtime, a card included, and what the computer can do."""
        video = self._video(runtime)
        room = Room(self._available(), video)
        return room, Host(features(), video > 0, room.available, video > 0 and self._fp8(runtime))

    def error(self) -> float | None:
        """The median of |measured ÷ estimated - 1| over the last loads here; None where there were none."""
        try:
            return running_error(self._kept)
        except Problem:
            return None

    def keep(self, recipe: Recipe, measured: int) -> None:
        """Store what a load really took beside what it was estimated to take; never fails.

        Nothing is stored where nobody told how many layers a graphics card took over.
        """
        model, runtime = recipe.model, recipe.spec.id
        layers = recipe.options.get("gpu_layers", 0)
        if layers is None and self._has_card():
            return
        try:
            chosen = {**self._defaults(model, runtime), **recipe.options}
            estimated = min(self._estimating(model, chosen, runtime, gpu=bool(layers))(chosen).total, _MOST)
            options = json.dumps(recipe.options, default=str)
            self._kept.keep(Measurement(time.time(), str(model.path), runtime, options, estimated, measured))
        except Problem as problem:
            _log.warning("A measurement was not kept: %s", problem.note().id)

    def _estimating(
        self, model: Model, options: Mapping[str, Any], runtime: str, *, gpu: bool
    ) -> Callable[[Mapping[str, Any]], Estimate]:
        companions = self._companions(options)
        facts = self._read(model.path)
        host = Host(features(), gpu, self._available(), gpu and self._fp8(runtime))
        return partial(estimate, facts, runtime, host=host, companions=companions)

    def _companions(self, options: Mapping[str, Any]) -> Companions:
        adapters = (one.strip() for one in str(options.get("lora") or "").split(";"))
        return Companions(
            projector=self._beside(options.get("mmproj")),
            draft=self._beside(options.get("draft_model")),
            adapter_bytes=sum(_size(one) for one in adapters if one),
        )

    def _beside(self, path: Any) -> Facts | None:
        """A file named by an option; one that cannot be read is what loading complains about."""
        try:
            return self._read(Path(path)) if isinstance(path, str) and path else None
        except Problem:
            return None

    def _read(self, path: Path) -> Facts:
        try:
            found = path.stat()
        except OSError as error:
            raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error
        mark = (found.st_mtime_ns, found.st_size)
        with self._lock:
            known = self._facts.get(path)
        if known is not None and known[0] == mark:
            return known[1]
        facts = read_facts(path)
        with self._lock:
            self._facts[path] = (mark, facts)
        return facts


def _wants_card(options: Mapping[str, Any]) -> bool:
    """Whether a graphics card is to hold the model, or a part of it."""
    if "gpu_layers" in options:
        return bool(options["gpu_layers"] != 0)
    return str(options.get("device", "cpu")) != "cpu"


def _size(adapter: str) -> int:
    """Bytes of an adapter file, its scale (=0.5) aside; 0 where it is not there."""
    path, separator, _scale = adapter.rpartition("=")
    try:
        return Path(path if separator else adapter).stat().st_size
    except OSError:
        return 0
