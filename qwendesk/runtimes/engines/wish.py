"""Which engine is wanted: the plugin's lock, a version that the user names, or the user's own list."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.engines import EngineLock, EngineVariant
from qwendesk.api.problem import Problem
from qwendesk.api.runtimes import RuntimeSpec

_BASE = ("msgspec", "jinja2", "markupsafe")
"""What a worker needs besides its engine."""
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[\w, -]*\])?\s*={2,3}\s*([A-Za-z0-9.+!_-]+)\s*(?:;.*)?")


@dataclass(frozen=True, slots=True)
class Wish:
    """What to install for a runtime.

    Args:
        requirements: all of them, in the form of pip's requirement files.
        complete: nothing else may be installed. Otherwise what these need comes as well.
        wheels: a folder with wheels to take them from, and nothing else is asked; else None.
    """

    spec: RuntimeSpec
    lock: EngineLock
    variant: EngineVariant
    version: str
    requirements: tuple[str, ...]
    complete: bool
    wheels: Path | None = None

    @property
    def label(self) -> str:
        """The environment's name, unless that is taken by other requirements."""
        several = len(self.lock.variants) > 1
        return f"{self.version}-{self.variant.id}" if several else self.version

    @property
    def names(self) -> frozenset[str]:
        """The packages that are pinned, by their normal names."""
        return frozenset(name for name, _version in map(pin, self.requirements))


def wish(
    spec: RuntimeSpec,
    variant: str | None = None,
    version: str | None = None,
    lock_file: Path | None = None,
    wheels: Path | None = None,
) -> Wish:
    """What the plugin's lock means here, or what the user wants instead.

    Raises:
        Problem: `engine_no_lock` (runtime), `engine_variant_unknown` (variant, runtime, known),
            `wheels_missing` (path), `lock_unreadable` (path, detail), `lock_not_exact` (line),
            `lock_without` (package).
    """
    lock = spec.environment
    if lock is None:
        raise Problem("engine_no_lock", runtime=spec.title)
    chosen = _variant(spec, lock, variant)
    if wheels is not None and not wheels.is_dir():
        raise Problem("wheels_missing", path=str(wheels))
    asked = _lines(lock_file) if lock_file is not None else list(chosen.requirements)
    if version is not None:
        beside = set(map(normal, lock.beside))
        kept = [one for one in chosen.requirements if pin(one)[0] in beside]
        asked = [f"{lock.package}=={version}", *kept]
    pinned = dict(map(pin, asked))
    if normal(lock.package) not in pinned:
        raise Problem("lock_without", package=lock.package)
    requirements = (*asked, *_base(pinned))
    complete = version is None and lock_file is None
    return Wish(spec, lock, chosen, pinned[normal(lock.package)], requirements, complete, wheels)


def variants(lock: EngineLock) -> list[EngineVariant]:
    """Those that are made for this system."""
    return [one for one in lock.variants if not one.systems or sys.platform in one.systems]


def declared(lock: EngineLock, variant: EngineVariant) -> str:
    """The version of the engine that a variant pins; empty where its plugin forgot to."""
    try:
        return dict(map(pin, variant.requirements)).get(normal(lock.package), "")
    except Problem:
        return ""


def pin(requirement: str) -> tuple[str, str]:
    """Normal name and version of "name==version". Raises Problem `lock_not_exact` (line)."""
    found = _PIN.fullmatch(requirement.strip())
    if found is None:
        raise Problem("lock_not_exact", line=requirement[:120])
    return normal(found.group(1)), found.group(2)


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _variant(spec: RuntimeSpec, lock: EngineLock, wanted: str | None) -> EngineVariant:
    known = variants(lock)
    if wanted is None and known:
        return known[0]
    for one in known:
        if one.id == wanted:
            return one
    names = ", ".join(one.id for one in known) or "none"
    raise Problem("engine_variant_unknown", variant=wanted or "", runtime=spec.title, known=names)


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        detail = getattr(error, "strerror", None) or type(error).__name__
        raise Problem("lock_unreadable", path=str(path), detail=detail) from error
    return list(_told(text.splitlines()))


def _told(lines: Sequence[str]) -> Iterable[str]:
    """Without comments and hashes: those are taken from the index when it is asked."""
    for line in lines:
        plain = re.sub(r"(^|\s)#.*$", "", line).strip().rstrip("\\").strip()
        if plain and not plain.startswith("--hash="):
            yield plain.partition(" --hash=")[0]


def _base(pinned: dict[str, str]) -> list[str]:
    """The application's own versions: those are known to work with its worker."""
    missing = [one for one in _BASE if one not in pinned]
    found = []
    for name in missing:
        try:
            found.append(f"{name}=={importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(name)
    return found
