"""An engine as a row: what it is, whether it is used, and what can be done; or what could be installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qwendesk.runtimes.engines.events import EngineAdvanced
from qwendesk.runtimes.engines.overview import Engine
from qwendesk.runtimes.engines.place import Place
from qwendesk.ui.lists.cell import Cell, Deed, Mark
from qwendesk.ui.widgets.optionfields import said
from qwendesk.words import _, engines, figures
from qwendesk.words.problems import word

USE, REMOVE = Deed("use", _("Use this")), Deed("remove", _("Remove"))
INSTALL, UPDATE = Deed("install", _("Install…")), Deed("update", _("Update…"), primary=True)
TEST, CANCEL = Deed("use", _("Test again")), Deed("cancel", _("Cancel"))
_TESTING = 0.97
"""Where the bar stands while Seedling answers: everything is on the disk."""
_MOST = 12
"""So many packages stand in a tooltip."""
WHEELS = Deed("wheels", _("Install from a folder…"), shown=False)


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One line: an environment, the application's own engine (neither of both), or a build to install.

    `under_way` is how far an installation of it is.
    """

    engine: Engine
    place: Place | None = None
    offer: str = ""
    under_way: EngineAdvanced | None = None

    @property
    def runtime(self) -> str:
        return self.engine.spec.id

    @property
    def key(self) -> tuple[str, str, str]:
        return self.runtime, self.place.name if self.place is not None else "", self.offer


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An installation of this window: of which build, and how far."""

    runtime: str
    offer: str
    event: EngineAdvanced


def rows(found: Sequence[Engine], going: UnderWay | None) -> list[EngineRow]:
    """What is on its way, then each runtime: what is in use, the others, and what could be installed."""
    made = [row for one in found for row in _rows(one, going)]
    return sorted(made, key=lambda row: row.under_way is None)


def _rows(engine: Engine, going: UnderWay | None) -> Iterator[EngineRow]:
    mine = going if going is not None and going.runtime == engine.spec.id else None
    if engine.own.available and not engine.current:
        yield EngineRow(engine)
    for place in sorted(engine.places, key=lambda one: one.name != engine.current):
        # What this window installs stands in the line of its offer.
        if mine is None or place.state != "making":
            yield EngineRow(engine, place)
    if engine.own.available and engine.current:
        yield EngineRow(engine)
    for one in engine.variants:
        on_its_way = mine.event if mine is not None and mine.offer == one.id else None
        if on_its_way is not None or one in engine.offers:
            yield EngineRow(engine, None, one.id, on_its_way)


def engine_cell(row: EngineRow) -> Cell:
    """The line of a row."""
    if row.offer:
        return _offer(row)
    return _own(row) if row.place is None else _environment(row, row.place)


def _own(row: EngineRow) -> Cell:
    engine, current = row.engine, not row.engine.current
    return Cell(
        _title(row, engine.own.version),
        mark=Mark(_("In use") if current else _("Ready"), "good" if current else "", _("came with QwenDesk")),
        deeds=() if current else (USE,),
        tip=_("The engine in the application's own Python environment. It is updated with QwenDesk."),
    )


def _environment(row: EngineRow, place: Place) -> Cell:
    why = word(place.problem).what if place.problem is not None else ""
    build = engines.variant(row.engine, place.variant) if len(row.engine.variants) > 1 else ""
    return Cell(
        " · ".join(part for part in (_title(row, place.version), build) if part),
        right=figures.size(place.size) if place.size else "",
        mark=_mark(row, place),
        deeds=_deeds(row, place),
        tip="\n".join(part for part in (why, str(place.folder), *place.packages[:_MOST]) if part),
    )


def _mark(row: EngineRow, place: Place) -> Mark:
    if place.state == "broken":
        return Mark(_("Broken"), "bad", word(place.problem).what if place.problem is not None else "")
    if place.state == "making":
        return Mark(_("Being installed"), "", _("by another QwenDesk"))
    if place.name == row.engine.current:
        update = row.engine.update
        reason = _("update to {version}").format(version=update) if update else ""
        return Mark(_("In use"), "good", reason)
    return Mark(_("Ready"), "", _("used before") if place.name == row.engine.before else "")


def _deeds(row: EngineRow, place: Place) -> tuple[Deed, ...]:
    if place.state == "making":
        return ()
    if place.state == "broken":
        return (TEST, REMOVE)
    if place.name == row.engine.current:
        return (UPDATE, REMOVE) if row.engine.update else (REMOVE,)
    return (USE, REMOVE)


def _offer(row: EngineRow) -> Cell:
    variant = next(one for one in row.engine.variants if one.id == row.offer)
    version, several = row.engine.offered[row.offer], len(row.engine.variants) > 1
    title = _title(row, version) + (f" · {said(variant.title)}" if several and variant.title else "")
    event = row.under_way
    if event is None:
        sizes = engines.about(variant.download_bytes, variant.disk_bytes)
        told = Mark(_("Not installed"), "", sizes or said(variant.summary))
        return Cell(title, mark=told, deeds=(INSTALL, WHEELS), tip=said(variant.summary))
    share = f"{int(event.share * 100)} %" if event.share is not None else ""
    deeds = () if event.step == "testing" else (CANCEL,)
    far = Mark(engines.step(event), "", engines.amount(event))
    done = _TESTING if event.step == "testing" else event.share or 0.0
    return Cell(title, share, "", far, done, deeds)


def _title(row: EngineRow, version: str) -> str:
    return f"{said(row.engine.spec.title)} {version}".strip()


def summary(found: Sequence[Engine]) -> str:
    """How many environments there are, and what they take."""
    places = [place for one in found for place in one.places if place.state != "making"]
    if not places:
        return _("Engines are installed into environments of their own, apart from QwenDesk.")
    told = _("{n} installed here, {size} on the disk")
    return told.format(n=len(places), size=figures.size(sum(one.size for one in places)))
