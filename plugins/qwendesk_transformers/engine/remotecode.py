"""Python files that come with a model: they run only after an explicit yes to exactly these files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from qwendesk.api.problem import Problem


def files(folder: Path) -> list[Path]:
    """The Python files in the folder, in order of their names."""
    return sorted(folder.rglob("*.py"))


def fingerprint(found: list[Path]) -> str:
    """The SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for one in found:
        content = one.read_bytes()
        digest.update(f"{one.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def wants_code(folder: Path) -> bool:
    """Whether the configuration names classes of the model's own files."""
    for name in ("config.json", "tokenizer_config.json"):
        try:
            told = json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(told, dict) and told.get("auto_map"):
            return True
    return False


def is_allowed(folder: Path, yes: str) -> bool:
    """Whether the model's own code runs: only where it wants to, and the yes is to these very files.

    Raises:
        Problem: `remote_code` (path, files, sha256) where it wants to and nobody said yes.
    """
    if not wants_code(folder):
        return False
    found = files(folder)
    known = fingerprint(found)
    if yes.strip().lower() == known:
        return True
    names = ", ".join(one.name for one in found) or "none"
    raise Problem("remote_code", path=str(folder), files=names, sha256=known)
