"""A runtime with its engines: what is here, what holds, what could be installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qwendesk.api.engines import EngineVariant
from qwendesk.api.problem import Problem
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.shelf import OWN, Shelf
from qwendesk.runtimes.engines.wish import declared, variants, wish


@dataclass(frozen=True, slots=True)
class Engine:
    """A runtime and its engines.

    Args:
        own: whether the application's own interpreter has the engine.
        places: the environments, the newest first.
        current: the name of the one that holds, or an empty text for the application's own.
        before: what `rollback` would make current; None if there is nothing.
        variants: what can be installed here, the default first.
        offered: the versions that the plugin's lock pins, by variant.
        update: the version that its plugin declares now, where what holds is another environment.
    """

    spec: RuntimeSpec
    own: Probe
    places: tuple[Place, ...]
    current: str
    before: str | None
    variants: tuple[EngineVariant, ...]
    offered: Mapping[str, str]
    update: str = ""

    @property
    def offers(self) -> list[EngineVariant]:
        """Builds that are not here in the version that is offered; our own is the default one."""
        here = {(one.version, one.variant) for one in self.places if one.state != "making"}
        if self.own.available and self.variants:
            here.add((self.own.version.partition(" ")[0], self.variants[0].id))
        return [one for one in self.variants if (self.offered[one.id], one.id) not in here]


def overview(spec: RuntimeSpec, shelf: Shelf, own: Probe) -> Engine:
    """Reads the records of the environments; `own` is the probe with the application's packages."""
    now = shelf.current(spec.id)
    found = tuple(variants(spec.environment)) if spec.environment else ()
    return Engine(
        spec,
        own,
        tuple(shelf.places(spec.id)),
        now.name if now is not None else OWN,
        shelf.before(spec.id),
        found,
        {one.id: declared(spec.environment, one) for one in found if spec.environment},
        _update(spec, now) if now is not None else "",
    )


def _update(spec: RuntimeSpec, now: Place) -> str:
    try:
        declares = wish(spec, now.variant)
    except Problem:  # the build is no more, or the lock is broken
        return ""
    return declares.version if declares.requirements != now.requirements else ""
