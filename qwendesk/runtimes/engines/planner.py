"""Asks uv what an installation would bring: names, versions, sizes, hashes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Problem
from qwendesk.models.downloads import room
from qwendesk.runtimes.engines import indexes, interpreter
from qwendesk.runtimes.engines.place import Place
from qwendesk.runtimes.engines.plan import Plan
from qwendesk.runtimes.engines.requests import LOUD, host_in
from qwendesk.runtimes.engines.resolution import Package, resolved
from qwendesk.runtimes.engines.shelf import Shelf, unwritable
from qwendesk.runtimes.engines.uv import Uv, Watch
from qwendesk.runtimes.engines.visits import Visits
from qwendesk.runtimes.engines.wish import Wish, normal
from qwendesk.system.exchange import Ledger

_FORM = ("--format", "pylock.toml", "--no-header")
Closed = Callable[[], Problem | None]


class Planner:
    """Resolves wishes. Methods block and raise Problems."""

    def __init__(self, shelf: Shelf, ledger: Ledger, closed: Closed, floor: Callable[[], int]) -> None:
        self._shelf, self._ledger, self._closed, self._floor = shelf, ledger, closed, floor

    def plan(self, wish: Wish, stopped: Callable[[], bool]) -> Plan:
        """What installing would bring. No index is asked where it is there, or wheels are given.

        Raises:
            Problem: `offline`, `uv_failed` (detail), `engine_lock_incomplete` (runtime, packages),
                `engine_python_missing` (needed), `engine_cancelled`.
        """
        there, name = self._there(wish)
        plan = Plan(wish, name, (), "", there, room.free_at(self._shelf.folder), self._floor())
        if there is not None:
            return plan
        pylock, packages = self._found(wish, stopped)
        if unasked := strangers(wish, packages):
            raise Problem("engine_lock_incomplete", runtime=wish.spec.title, packages=", ".join(unasked))
        return replace(plan, packages=packages, pylock=pylock)

    def uv(self, wish: Wish) -> Uv:
        """uv for this wish: its cache beside the environments, and the indexes that the user set."""
        try:
            self._shelf.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self._shelf.folder, error) from error
        variables = {
            "UV_CACHE_DIR": str(self._shelf.cache),
            "UV_LINK_MODE": "hardlink",
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_PREVIEW_FEATURES": "pylock",
        }
        if wish.wheels is not None or self._closed() is not None:
            variables["UV_OFFLINE"] = "1"
        plain = Uv(self._shelf.folder, variables)
        return plain if wish.wheels is not None else Uv(plain.folder, variables | indexes.variables(plain))

    def _there(self, wish: Wish) -> tuple[Place | None, str]:
        """The environment that holds just this, and the name that it has or will get."""
        taken = self._shelf.places(wish.spec.id)
        for one in taken:
            if one.requirements == wish.requirements and one.variant == wish.variant.id:
                return (one if one.state == "ready" else None), one.name
        names = {one.name for one in taken}
        number = next(n for n in range(1, len(names) + 2) if _numbered(wish.label, n) not in names)
        return None, _numbered(wish.label, number)

    def _found(self, wish: Wish, stopped: Callable[[], bool]) -> tuple[str, tuple[Package, ...]]:
        """What uv finds. A build of PyTorch is first looked for where the user said that packages come from;
        only where it is not there, or nothing was said, in the index that uv knows for it."""
        uv, backend = self.uv(wish), wish.variant.torch
        if backend and wish.wheels is None and indexes.are_chosen(uv):
            try:
                pylock, packages = self._resolve(wish, uv, {}, stopped)
                if is_build(wish, packages):
                    return pylock, packages
            except Problem as problem:
                if problem.id != "uv_failed":
                    raise
        return self._resolve(wish, uv, {"UV_TORCH_BACKEND": backend} if backend else {}, stopped)

    def _resolve(
        self, wish: Wish, uv: Uv, more: Mapping[str, str], stopped: Callable[[], bool]
    ) -> tuple[str, tuple[Package, ...]]:
        python = interpreter.found(uv, wish.lock.python)
        with tempfile.TemporaryDirectory(dir=self._shelf.folder, prefix=".plan-") as folder:
            asked, pylock = Path(folder) / "asked.txt", Path(folder) / "pylock.toml"
            asked.write_text("\n".join(wish.requirements) + "\n", encoding="utf-8")
            files = [str(asked), "--output-file", str(pylock)]
            arguments = ["pip", "compile", *files, *_FORM, "--python", python, *only(wish)]
            loud = {**more, **LOUD}
            with self._visits(wish, uv.rehearse(arguments, loud), uv) as visits:
                uv.run(arguments, Watch(lambda: _look(visits, stopped), visits.hear), loud)
            return pylock.read_text(encoding="utf-8"), resolved(pylock)

    def _visits(self, wish: Wish, rehearsed: Sequence[str], uv: Uv) -> Visits:
        """To the indexes that are set, and to those that uv said it would ask."""
        known = indexes.hosts(uv) if wish.wheels is None else []
        hosts = [*known, *filter(None, map(host_in, rehearsed))]
        purpose = Purpose("engine", "package list", f"{wish.spec.id} {wish.version}")
        return Visits(self._ledger, self._closed, hosts, purpose)


def strangers(wish: Wish, packages: Sequence[Package]) -> list[str]:
    """Packages that a complete list does not name."""
    return [one.name for one in packages if wish.complete and normal(one.name) not in wish.names]


def is_build(wish: Wish, packages: Sequence[Package]) -> bool:
    """Whether these are the wanted build of PyTorch: none for the processor brings NVIDIA's libraries."""
    heavy = any(one.name.startswith("nvidia-") for one in packages)
    return not strangers(wish, packages) and not (wish.variant.torch == "cpu" and heavy)


def only(wish: Wish) -> list[str]:
    """Where uv may take files from, and of which kind: what is not compiled on purpose is not compiled."""
    kind = [] if wish.variant.compiled else ["--only-binary", ":all:"]
    return kind if wish.wheels is None else [*kind, "--no-index", "--find-links", str(wish.wheels)]


def _look(visits: Visits, stopped: Callable[[], bool]) -> None:
    if stopped():
        raise Problem("engine_cancelled")
    visits.look()


def _numbered(label: str, number: int) -> str:
    return label if number == 1 else f"{label}.{number}"
