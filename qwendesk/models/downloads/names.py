"""Names that a hub gives, and where on this disk they may lead: into models/ORG/REPO/ and nowhere else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from qwendesk.api.problem import Problem

PART = ".part"
_OURS = (PART, PART + ".map", PART + ".map.new", PART + ".lock")
_REPO = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,95}")
_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"}
_DEVICES |= {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\]')
_MOST_BYTES, _MOST_PARTS = 200, 8


def folder_of(root: Path, repo: str) -> Path:
    """ROOT/ORG/REPO. Raises Problem `repo_name_wrong`."""
    parts = repo.split("/")
    if len(parts) != 2 or not all(_REPO.fullmatch(one) and _is_plain(one) for one in parts):
        raise Problem("repo_name_wrong", repo=repo)
    return root / parts[0] / parts[1]


def target_of(folder: Path, name: str) -> Path:
    """Where a file of a repository belongs. Raises Problem `name_unsafe`."""
    parts = name.split("/")
    if len(parts) > _MOST_PARTS or not all(_is_plain(one) for one in parts):
        raise Problem("name_unsafe", name=name)
    if name.lower().endswith(_OURS):
        raise Problem("name_unsafe", name=name)
    return folder.joinpath(*parts)


def check_together(names: Iterable[str]) -> None:
    """Every name alone is safe, and no two are the same file, or a file and a folder, on any disk.

    Raises:
        Problem: `name_unsafe` or `names_collide`.
    """
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        target_of(Path(), name)
        key = _folded(name)
        if key in seen:
            raise Problem("names_collide", name=name, other=seen[key])
        seen[key] = name
        steps = key.split("/")
        for end in range(1, len(steps)):
            folders.setdefault("/".join(steps[:end]), name)
    for key, name in seen.items():
        if key in folders:
            raise Problem("names_collide", name=name, other=folders[key])


def check_no_links(root: Path, target: Path) -> None:
    """No folder between the root and the target is a link, and the target itself is none.

    The root may be one: the user chose it. Raises Problem `folder_linked`.
    """
    here = root
    for step in target.relative_to(root).parts:
        here = here / step
        if _is_link(here):
            raise Problem("folder_linked", path=str(here))


def _is_link(path: Path) -> bool:
    junction = getattr(path, "is_junction", None)  # Python 3.12, and only Windows has them
    return path.is_symlink() or (junction is not None and bool(junction()))


def _is_plain(part: str) -> bool:
    if not part or part in (".", "..") or _FORBIDDEN.search(part):
        return False
    if part[-1] in ". " or part[0] == " " or len(part.encode("utf-8", "replace")) > _MOST_BYTES:
        return False
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return part.split(".", maxsplit=1)[0].rstrip().lower() not in _DEVICES


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
