"""The models on this computer: the bundled Seedling, files below the roots, adopted ones, any path."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models import finding
from qwendesk.models.bundled import bundled, is_form, seedling
from qwendesk.models.entry import LibraryEntry, model_of, verified_of
from qwendesk.models.events import LibraryChanged
from qwendesk.models.facts import Facts
from qwendesk.models.loose import look_at
from qwendesk.models.model import Model
from qwendesk.models.reading import read_facts
from qwendesk.models.scan import Place
from qwendesk.models.shelf import Known, Remark, Shelf
from qwendesk.models.stocktaking import Stock, difference, summary_of, take_stock
from qwendesk.models.summary import Summary
from qwendesk.models.verifying import Hash, Hashes
from qwendesk.store.connection import Store
from qwendesk.store.library import LibraryRows
from qwendesk.system.paths import Paths

__all__ = ["Library", "Model"]


class Library:
    """Lists and finds models. Methods block; any thread may call them."""

    def __init__(
        self,
        paths: Paths,
        rows: LibraryRows | None = None,
        roots: Callable[[], Sequence[str]] = tuple,
        publish: Callable[[object], None] = lambda _event: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`roots` are further folders with models, besides that of the home."""
        self._home, self._roots, self._publish, self._clock = paths.models, roots, publish, clock
        rows = rows or LibraryRows(Store(paths.database))
        self.shelf = Shelf(rows)
        self._hashes = Hashes(rows, clock)
        self._lock = threading.RLock()

    def roots(self) -> list[Path]:
        """The folders of models that are ours, that of the home first; a drive may be away."""
        return [self._home, *self._further()]

    def models(self) -> list[Model]:
        """Every model that can be loaded by name now, the bundled ones first."""
        return [*bundled(), *(model_of(*one) for one in _by_name(self._take_stock()[0]))]

    def entries(self) -> list[LibraryEntry]:
        """Every model with what is known of it, also what is broken or on a drive that is away."""
        stock, _ = self._take_stock()
        remarks, hashes = self.shelf.remarks(), self._hashes.known()
        found = [_bundled(model, remarks) for model in bundled()]
        found += [_entry(*one, remarks, hashes) for one in _by_name(stock)]
        for known in sorted(stock.away.values(), key=_name):
            summary = self.shelf.summary(known.path, known.size, known.modified) or Summary("gguf")
            found.append(_entry(known, summary, remarks, hashes, away=True))
        return found

    def entry(self, name: str | None) -> LibraryEntry:
        """One model with what is known of it. Raises like `find`."""
        model = self.find(name)
        found = next((one for one in self.entries() if one.model.path == model.path), None)
        if found is not None:
            return found
        known, summary = look_at(model.path, {})
        return LibraryEntry(model_of(known, summary), summary)

    def find(self, name: str | None) -> Model:
        """The model of that name (ORG/REPO, ORG/REPO:QUANT …) or path; Seedling where no name is given.

        Raises:
            Problem: `model_not_found`, `model_away` (name, path), and those of `look_at`.
        """
        if name is None or name.lower() == "seedling":
            return seedling()
        head, _, wanted = name.partition(":")
        if head.lower() == "seedling" and is_form(wanted):
            return seedling(wanted.upper())
        if finding.is_path(name) and (path := finding.path_of(name)) is not None:
            return self._at(path)
        stock, _ = self._take_stock()
        if found := finding.by_name(name, [one for one, _ in stock.here.values()]):
            return model_of(*stock.here[found.path])
        if away := finding.by_name(name, list(stock.away.values())):
            raise Problem("model_away", name=away.name, path=away.root or away.path)
        if (path := finding.path_of(name)) is not None:
            return self._at(path)
        names = [one.name for one in bundled()] + [one.name for one, _ in _by_name(stock)]
        raise Problem("model_not_found", name=name, known=", ".join(names))

    def _at(self, path: Path) -> Model:
        return model_of(*look_at(path, self.shelf.known()))

    def facts(self, model: Model) -> Facts:
        """Everything that the model's file says, read anew. Raises like `read_facts`."""
        return read_facts(model.path)

    def refresh(self) -> LibraryChanged:
        """Look at all folders again; what changed is also published."""
        return self._take_stock()[1]

    def _further(self) -> list[Path]:
        return [path for one in self._roots() if (path := finding.path_of(one, any=True)) is not None]

    def _take_stock(self) -> tuple[Stock, LibraryChanged]:
        """Go through the folders, keep what is new and tell it."""
        with self._lock:
            before = self.shelf.known()
            stock = take_stock(self._home, self._further(), self.shelf, before, self._clock())
            self.shelf.put([one for path, (one, _) in stock.here.items() if before.get(path) != one])
            self.shelf.mark_gone(stock.gone)
        change = difference(before, stock)
        if change != LibraryChanged():
            self._publish(change)
        return stock, change


def _name(known: Known) -> str:
    return known.name.lower()


def _by_name(stock: Stock) -> list[tuple[Known, Summary]]:
    return sorted(stock.here.values(), key=lambda one: _name(one[0]))


def _bundled(model: Model, remarks: dict[str, Remark]) -> LibraryEntry:
    return LibraryEntry(
        model, _read_once(model.path, model.size_bytes), remark=remarks.get(str(model.path), Remark())
    )


@lru_cache(maxsize=8)
def _read_once(path: Path, size: int) -> Summary:
    """The summary of a file that comes with us and does not change."""
    return summary_of(Place(path, "gguf", size, 0))


def _entry(
    known: Known, summary: Summary, remarks: dict[str, Remark], hashes: dict[str, Hash], away: bool = False
) -> LibraryEntry:
    return LibraryEntry(
        model_of(known, summary),
        summary,
        known.root,
        known.origin,
        known.repo,
        away,
        known.added,
        remarks.get(known.path, Remark()),
        verified_of(known, hashes),
    )
