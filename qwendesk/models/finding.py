"""Names and paths that people type, compared with what is on the shelf."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from qwendesk.api.sources import RemoteFile
from qwendesk.models import choosing, shards
from qwendesk.models.shelf import Known


def is_path(name: str) -> bool:
    """Whether this can only be meant as a path."""
    return os.path.isabs(name) or name.startswith((".", "~", "\\"))  # noqa: PTH117 - Path raises on ~ of nobody


def path_of(name: str, any: bool = False) -> Path | None:
    """The file or folder that is there (with `any`: or is not) under this path."""
    try:
        path = Path(name).expanduser().absolute()
        return path if name and (any or path.exists()) else None
    except (OSError, RuntimeError, ValueError):  # RuntimeError: ~ of nobody
        return None


def by_name(name: str, models: Sequence[Known]) -> Known | None:
    """The model of that name, file name, ORG/REPO[:QUANT] or REPO[:QUANT]; case does not matter.

    Without a quantization it is the usual one, or what comes nearest.
    """
    wanted = name.lower()
    for one in models:
        if wanted in (
            one.name.lower(),
            Path(one.path).name.lower(),
            shards.stem(Path(one.path).name).lower(),
        ):
            return one
    repo, _, quant = wanted.partition(":")
    whole = [one for one in models if one.repo.lower() == repo]
    short = [one for one in models if one.repo.lower().endswith(f"/{repo}")]
    return (_best(whole, quant) or _best(short, quant)) if repo else None


def _best(models: Sequence[Known], quant: str) -> Known | None:
    places = {one.path: one for one in models if one.format == "gguf"}
    variants = [
        choosing.Variant(
            choosing.quant_of(one.name) or choosing.quant_of(path), path, (RemoteFile(path, one.size),), 1
        )
        for path, one in places.items()
    ]
    chosen = choosing.best(variants, quant)
    if chosen is not None:
        return places[chosen.name]
    return next((one for one in models if not quant), None)
