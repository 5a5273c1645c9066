"""Who takes part in a comparison: a model with the runtime and the load options that it is measured with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qwendesk.api.options import build, describe, parsed
from qwendesk.api.problem import Problem
from qwendesk.lab.measured import Subject
from qwendesk.models.bundled import names_form
from qwendesk.models.library import Library
from qwendesk.models.model import Model
from qwendesk.models.verifying import Hashes
from qwendesk.runtimes.service import Runtimes

_QUANTIZING = "quantization"
_UNMEASURED = ("context", "slots", "warmup", "chunk", "threads", "device")
"""Load options that change no number of quality."""


@dataclass(frozen=True, slots=True, eq=False)
class Entrant:
    """`options` are the load options that were chosen, as the runtime's dataclass takes them."""

    model: Model
    runtime: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def quantization(self) -> str:
        """The file's, or the one made while loading."""
        made = str(self.options.get(_QUANTIZING, "none"))
        return made if made != "none" else self.model.quantization

    @property
    def key(self) -> tuple[object, ...]:
        """The same for the same model, runtime and options."""
        return self.model.path, self.runtime, tuple(sorted(self.options.items()))

    @property
    def name(self) -> str:
        """As it was asked for: MODEL@RUNTIME,OPTION=VALUE where that is not the usual way."""
        chosen = ",".join(f"{name}={value}" for name, value in self.options.items())
        return f"{self.model.name}@{self.runtime},{chosen}" if chosen else self.model.name


class Entrants:
    """Finds models by what people type. Methods block: files are hashed."""

    def __init__(self, library: Library, runtimes: Runtimes, hashes: Hashes) -> None:
        self._library, self._runtimes, self._hashes = library, runtimes, hashes

    def of(self, wanted: str) -> Entrant:
        """`MODEL`, or `MODEL@RUNTIME,OPTION=VALUE,…`.

        Raises:
            Problem: those of `Library.find` and `Runtimes.choose`, `option_…` for a wrong option.
        """
        name, _, rest = (wanted, "", "") if Path(wanted).exists() else wanted.partition("@")
        runtime, *pairs = rest.split(",")
        model = self._library.find(name)
        if runtime and not names_form(name):
            model = self._runtimes.form_of(model, runtime)
        spec = self._runtimes.choose(model, runtime or None)
        kinds = {one.name: one.kind for one in describe(spec.options)}
        options = {
            key: parsed(kinds.get(key, "text"), value)
            for key, _, value in (one.partition("=") for one in pairs)
        }
        build(spec.options, {**self._runtimes.defaults(spec, model), **options})
        return Entrant(model, spec.id, options)

    def siblings(self, name: str) -> list[Entrant]:
        """Every quantization of this model in the library, the largest first.

        Raises:
            Problem: those of `Library.find`.
        """
        base = self._library.find(name).name.partition(":")[0]
        found = [one for one in self._library.models() if one.name.partition(":")[0] == base]
        return [
            Entrant(one, self._runtimes.choose(one, None).id)
            for one in sorted(found, key=lambda one: one.size_bytes, reverse=True)
        ]

    def subject(self, entrant: Entrant, stopped: Callable[[], bool] = lambda: False) -> Subject:
        """What is written down of it.

        Raises:
            Problem: `file_unreadable`, or the store's.
            Stopped: `stopped` said so while it was hashed.
        """
        told = {name: value for name, value in entrant.options.items() if name not in _UNMEASURED}
        return Subject(
            name=entrant.name,
            sha256=self._sha256(entrant.model, stopped),
            quantization=entrant.quantization,
            size_bytes=entrant.model.size_bytes,
            runtime=entrant.runtime,
            engine=self._version(entrant.runtime),
            options=told,
        )

    def _sha256(self, model: Model, stopped: Callable[[], bool]) -> str:
        if model.path.is_dir():
            return model.sha256()
        return self._hashes.unchanged(model.path) or self._hashes.sha256(model.path, stopped)

    def _version(self, runtime: str) -> str:
        return next(one.probe.version for one in self._runtimes.states() if one.spec.id == runtime)


def largest(entrants: Iterable[Entrant]) -> Entrant:
    """The one that lost least: what others are compared with unless somebody says otherwise.

    Raises:
        Problem: `lab_nobody`, where there is none.
    """
    found = max(entrants, key=_weight, default=None)
    if found is None:
        raise Problem("lab_nobody")
    return found


def _weight(entrant: Entrant) -> tuple[bool, int]:
    """A model that is quantized while it is loaded lost more than its file tells."""
    return entrant.options.get(_QUANTIZING, "none") == "none", entrant.model.size_bytes
