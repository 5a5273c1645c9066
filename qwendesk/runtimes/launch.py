"""How a worker is started: with our own interpreter, or with another one that holds only an engine."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.system.paths import source_root

_ROOMS = ("api", "worker")


@dataclass(frozen=True, slots=True)
class Launch:
    """A command line and what its environment has beyond ours.

    `engine` is the name of the engine environment that it starts in, empty for any other interpreter.
    """

    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    engine: str = ""


def own_interpreter() -> Launch:
    """`qwendesk --worker`, which works in a frozen application as well."""
    head = (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-P", "-m", "qwendesk")
    return Launch((*head, "--worker", str(os.getpid())), _engine_environment())


def foreign_interpreter(python: str, engine: str, cache: Path, name: str = "") -> Launch:
    """`python -m qwendesk.worker` on a path that holds api, worker and the plugin's package, nothing else.

    Our own site-packages must stay out: the engine's environment has its own versions of everything.
    `name` is that of an engine environment.

    Raises:
        Problem: `python_missing` where the interpreter does not exist, `cache_unusable`.
    """
    if shutil.which(python) is None:
        raise Problem("python_missing", path=python)
    narrow = _narrow_path(engine.partition(":")[0].partition(".")[0], cache)
    command = (python, "-P", "-m", "qwendesk.worker", str(os.getpid()))
    more = {"PYTHONPATH": str(narrow), "PYTHONNOUSERSITE": "1"}
    return Launch(command, {**_engine_environment(), **more}, name)


def _engine_environment() -> dict[str, str]:
    # A worker never asks a hub for anything, and its text is UTF-8 wherever it runs.
    return {"HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


def _narrow_path(plugin: str, cache: Path) -> Path:
    """A folder with plain copies of what the child needs, named by their content, made once."""
    sources = _sources(plugin)
    folder = cache / "workers" / f"{plugin}-{_fingerprint(sources)}"
    if folder.is_dir():
        return folder
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    try:
        for target, source in sources:
            (partial / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, partial / target)
        _put_in_place(partial, folder)
    except OSError as error:
        raise Problem("cache_unusable", path=str(cache), detail=error.strerror or "") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _put_in_place(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        if not folder.is_dir():  # otherwise another process made the same folder first
            raise


def _sources(plugin: str) -> list[tuple[Path, Path]]:
    root = source_root()
    files = [(Path("qwendesk/__init__.py"), root / "qwendesk" / "__init__.py")]
    files += _python_files(root, [root / "qwendesk" / room for room in _ROOMS])
    found = importlib.util.find_spec(plugin)
    for folder in (found.submodule_search_locations or ()) if found else ():
        files += _python_files(Path(folder).parent, [Path(folder)])
    return files


def _python_files(root: Path, folders: Iterable[Path]) -> list[tuple[Path, Path]]:
    return [(file.relative_to(root), file) for folder in folders for file in sorted(folder.rglob("*.py"))]


def _fingerprint(sources: list[tuple[Path, Path]]) -> str:
    digest = hashlib.sha256()
    for target, source in sources:
        digest.update(target.as_posix().encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]
