"""Going through all roots: what is there, what came, what went, what lies on a drive that is unplugged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from qwendesk.api.problem import Problem
from qwendesk.models import naming
from qwendesk.models.choosing import quant_of
from qwendesk.models.events import LibraryChanged
from qwendesk.models.facts import Facts
from qwendesk.models.projectors import projector_for
from qwendesk.models.reading import read_facts
from qwendesk.models.scan import Place, place_of, scan
from qwendesk.models.shelf import Known, Shelf
from qwendesk.models.summary import Summary, summarize


@dataclass(slots=True)
class Stock:
    """What was found. `here` and `away` are by path, `gone` are paths."""

    here: dict[str, tuple[Known, Summary]] = field(default_factory=dict)
    away: dict[str, Known] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


def take_stock(
    home: Path, roots: Iterable[Path], shelf: Shelf, known: Mapping[str, Known], now: float
) -> Stock:
    """Look everywhere. `home` is our own folder, which is on no drive of its own; `known` is the shelf's.

    Raises nothing: what cannot be read is away, a file that is broken has a summary that says so.
    """
    stock = Stock()
    reader = _Reader(shelf)
    names: set[str] = set()
    for root in dict.fromkeys((home, *roots)):
        mine = {path: one for path, one in known.items() if one.root == str(root) and not one.gone}
        found = _look(root, mine, may_be_empty=root == home and not root.is_symlink())
        if found is None:
            stock.away |= mine
            continue
        stock.gone += mine.keys() - {str(one.path) for one in found}
        for model, summary in _named(root, found, reader, known, now):
            unique = model if model.name.lower() not in names else replace(model, name=model.path)
            names.add(unique.name.lower())
            stock.here[unique.path] = unique, summary
    for one in known.values():
        if not one.root:
            _adopted(one, stock, reader)
    reader.keep()
    return stock


def _look(root: Path, known: Mapping[str, Known], may_be_empty: bool) -> list[Place] | None:
    """What is below a root, or None where it is away: missing, unreadable, or an empty mount point."""
    try:
        if known and not may_be_empty and next(root.iterdir(), None) is None:
            return None
        return scan(root)
    except FileNotFoundError:
        return [] if may_be_empty else None
    except OSError:
        return None


def _named(
    root: Path, places: list[Place], reader: _Reader, known: Mapping[str, Known], now: float
) -> Iterable[tuple[Known, Summary]]:
    relative = [PurePath(one.path.relative_to(root)) for one in places]
    summaries = [
        reader.summary(place, naming.repo_of(where)) for place, where in zip(places, relative, strict=True)
    ]
    models = [at for at, one in enumerate(summaries) if one.kind == "model"]
    quants = [_quant(relative[at], summaries[at]) for at in models]
    names = naming.names([(relative[at], quant) for at, quant in zip(models, quants, strict=True)])
    eyes = _by_folder(zip(places, summaries, strict=True))
    for at, name in zip(models, names, strict=True):
        place, summary = places[at], summaries[at]
        path = str(place.path)
        eye = projector_for(summary, eyes.get(place.path.parent, ()))
        before = known.get(path)
        yield (
            Known(
                path=path,
                root=str(root),
                name=name,
                format=place.format,
                size=place.size,
                modified=place.modified,
                parts=place.parts,
                origin=before.origin if before is not None else "",
                repo=naming.repo_of(relative[at]),
                mmproj=str(eye) if eye is not None else "",
                added=before.added if before is not None else now,
            ),
            summary,
        )


def _quant(relative: PurePath, summary: Summary) -> str:
    return quant_of(relative.as_posix()) or summary.quantization.label or summary.quantization.name


def _by_folder(found: Iterable[tuple[Place, Summary]]) -> dict[Path, list[tuple[Path, Summary]]]:
    folders: dict[Path, list[tuple[Path, Summary]]] = {}
    for place, summary in found:
        if summary.kind == "mmproj":
            folders.setdefault(place.path.parent, []).append((place.path, summary))
    return folders


def _adopted(model: Known, stock: Stock, reader: _Reader) -> None:
    path = Path(model.path)
    try:
        place = place_of(path)
    except OSError:
        place = None
    if place is not None:
        current = replace(model, size=place.size, modified=place.modified, parts=place.parts, gone=False)
        stock.here[model.path] = current, reader.summary(place, model.repo, model.name)
    elif model.gone:
        pass
    elif path.parent.is_dir():
        stock.gone.append(model.path)
    else:
        stock.away[model.path] = model


def difference(before: Mapping[str, Known], stock: Stock) -> LibraryChanged:
    """What came, went, or is another file now, by name."""
    there = {path: one for path, one in before.items() if not one.gone}
    here = {path: one for path, (one, _) in stock.here.items()}
    changed = [
        one.name
        for path, one in here.items()
        if path in there and (one.size, one.modified) != (there[path].size, there[path].modified)
    ]
    return LibraryChanged(
        tuple(sorted(one.name for path, one in here.items() if path not in there)),
        tuple(sorted(there[path].name for path in stock.gone if path in there)),
        tuple(sorted(changed)),
    )


class _Reader:
    """Summaries from the shelf, or from the files where they are new or changed."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._made: list[tuple[str, int, int, Summary]] = []

    def summary(self, place: Place, repo: str, name: str = "") -> Summary:
        path = str(place.path)
        kept = self._shelf.summary(path, place.size, place.modified)
        if kept is not None:
            return kept
        summary = summary_of(place, repo, name)
        # What cannot be read now may be readable tomorrow, although nothing about it changed.
        if summary.problem is None or summary.problem.id != "model_unreadable":
            self._made.append((path, place.size, place.modified, summary))
        return summary

    def keep(self) -> None:
        self._shelf.keep_summaries(self._made)


def summary_of(place: Place, repo: str = "", name: str = "") -> Summary:
    """The summary from the file itself; one with a problem in it where that cannot be read."""
    try:
        facts: Facts = read_facts(place.path)
    except Problem as problem:
        kind = "mmproj" if "mmproj" in place.path.name.lower() else "model"
        return Summary(
            place.format, kind=kind, size_bytes=place.size, parts=place.parts, problem=problem.note()
        )
    return summarize(facts, repo, name or place.path.name)
