"""Python files that come with a model: they run only after an explicit yes to exactly these files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from qwendesk.api.problem import Problem


def files(folder: Path) -> list[Path]:
    """The Python files in the folder, in order of their names."""
    return sorted(folder.rglob("*.py"))


def fingerprint(folder: Path, found: list[Path]) -> str:
    """The SHA-256 over the places in the folder and the contents."""
    digest = hashlib.sha256()
    for one in found:
        content = one.read_bytes()
        digest.update(f"{one.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def named(folder: Path) -> list[str]:
    """The classes of files of its own that the configuration names: `file.Class`."""
    found: list[str] = []
    for name in ("config.json", "tokenizer_config.json"):
        try:
            told = json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        entries = told.get("auto_map") if isinstance(told, dict) else None
        for one in entries.values() if isinstance(entries, dict) else [entries]:
            found += map(str, filter(None, one if isinstance(one, list) else [one]))
    return found


def _is_own(folder: Path, name: str) -> bool:
    """Whether a class lies in a file of the folder itself: Transformers takes paths and repositories, too."""
    module, _, cls = name.partition(".")
    if not (module.isidentifier() and cls.isidentifier()):
        return False
    file = folder / f"{module}.py"
    return file.is_file() and file.resolve().parent == folder.resolve()


def is_allowed(folder: Path, yes: str) -> bool:
    """Whether the model's own code runs: only where it wants to, and the yes is to these very files.

    Raises:
        Problem: `remote_code` (path, files, sha256) where it wants to and nobody said yes;
            `remote_code_elsewhere` (path, place) where it names code that does not lie in its folder.
    """
    classes = named(folder)
    if not classes:
        return False
    found = files(folder)
    for one in classes:  # "ORG/REPO--file.Class", "/there/file.Class": nobody was shown what they would run
        if not _is_own(folder, one):
            raise Problem("remote_code_elsewhere", path=str(folder), place=one)
    known = fingerprint(folder, found)
    if yes.strip().lower() == known:
        return True
    names = ", ".join(one.relative_to(folder).as_posix() for one in found) or "none"
    raise Problem("remote_code", path=str(folder), files=names, sha256=known)
