"""What models are called: ORG/REPO:QUANT in ROOT/ORG/REPO, NAME:QUANT in ROOT/NAME, else their path there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from qwendesk.models import shards


def repo_of(relative: PurePath) -> str:
    """ORG/REPO of a file inside a root, or empty where it does not lie that deep."""
    return "/".join(relative.parts[:2]) if len(relative.parts) > 2 else ""


def names(places: Sequence[tuple[PurePath, str]]) -> list[str]:
    """A name for each model of a root, given its path there and its quantization; all different.

    A repository's models are ORG/REPO:QUANT; where two would share that, they are ORG/REPO:FILE. A folder
    that is a model is called as it lies there. NAME/NAME-QUANT.gguf, as the lab makes it, is NAME:QUANT.
    """
    wanted = [_short(relative, quant) for relative, quant in places]
    often = Counter(one.lower() for one in wanted)
    return [
        name if often[name.lower()] == 1 else _long(relative)
        for name, (relative, _) in zip(wanted, places, strict=True)
    ]


def _short(relative: PurePath, quant: str) -> str:
    if relative.suffix.lower() != ".gguf":
        return relative.as_posix()
    repo = repo_of(relative)
    if repo:
        return f"{repo}:{quant}" if quant else _long(relative)
    folder, stem = relative.parent.as_posix(), shards.stem(relative.name)
    if quant and stem.lower() == f"{folder}-{quant}".lower():
        return f"{folder}:{quant}"
    return (relative.parent / stem).as_posix()


def _long(relative: PurePath) -> str:
    repo = repo_of(relative)
    if not repo or relative.suffix.lower() != ".gguf":
        return relative.as_posix()
    rest = PurePath(*relative.parts[2:])
    return f"{repo}:{(rest.parent / shards.stem(rest.name)).as_posix()}"
