"""The sources of models that plugins register, made when they are first used."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterable
from typing import cast

from qwendesk.api.problem import Problem
from qwendesk.api.sources import LocalSource, ModelSource, SourceContext, SourceSpec


class Sources:
    """Hubs and folders by id, the highest rank first."""

    def __init__(self, specs: Iterable[SourceSpec], context: SourceContext) -> None:
        self.specs = tuple(sorted(specs, key=lambda spec: -spec.rank))
        self._context = context
        self._made: dict[str, object] = {}
        self._lock = threading.Lock()

    @property
    def hubs(self) -> tuple[SourceSpec, ...]:
        return tuple(spec for spec in self.specs if spec.kind == "hub")

    @property
    def folders(self) -> tuple[SourceSpec, ...]:
        return tuple(spec for spec in self.specs if spec.kind == "local")

    def hub(self, id: str | None = None) -> tuple[str, ModelSource]:
        """A hub and its id; the first one where none is named.

        Raises:
            Problem: `source_unknown` (source, known), `plugin_raised` where its code fails.
        """
        known = [spec.id for spec in self.hubs]
        spec = next((one for one in self.hubs if id in (None, one.id)), None)
        if spec is None:
            raise Problem("source_unknown", source=id or "hub", known=", ".join(known))
        return spec.id, cast(ModelSource, self._make(spec))

    def folder(self, spec: SourceSpec) -> LocalSource:
        """A source of the kind "local". Raises Problem `plugin_raised`."""
        return cast(LocalSource, self._make(spec))

    def _make(self, spec: SourceSpec) -> object:
        with self._lock:
            if spec.id not in self._made:
                module, _, name = spec.service.partition(":")
                try:
                    self._made[spec.id] = getattr(importlib.import_module(module), name)(self._context)
                except (KeyboardInterrupt, GeneratorExit):
                    raise
                except BaseException as error:
                    raise Problem("plugin_raised", detail=f"{type(error).__name__}: {error}") from error
            return self._made[spec.id]
