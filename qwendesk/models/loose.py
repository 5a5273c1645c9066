"""A model at some path, as if it were on the shelf."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models import shards
from qwendesk.models.projectors import projector_for
from qwendesk.models.scan import Place, is_text, place_of
from qwendesk.models.shelf import Known
from qwendesk.models.stocktaking import summary_of
from qwendesk.models.summary import Summary


def look_at(path: Path, shelf: Mapping[str, Known]) -> tuple[Known, Summary]:
    """The model there; `shelf` is what is known by path.

    Raises:
        Problem: `model_unreadable`, `model_name_no_text`, `model_not_regular`, or `model_not_a_file` where a
            folder holds none.
    """
    if not is_text(str(path)):
        raise Problem("model_name_no_text", path=os.fsencode(path).decode("utf-8", "replace"))
    try:
        _check_kind(path)
        place = place_of(path)
    except OSError as error:
        raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error
    if place is None:
        raise Problem("model_not_a_file", path=str(path))
    kept = shelf.get(str(place.path))
    summary = summary_of(place, kept.repo if kept is not None else "", kept.name if kept is not None else "")
    return _known(place, summary, kept), summary


def _check_kind(path: Path) -> None:
    """A pipe would be waited for without an end."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise Problem("model_not_regular", path=str(path))


def _known(place: Place, summary: Summary, kept: Known | None) -> Known:
    path = place.path
    stem = shards.stem(path.name) if place.format == "gguf" else path.name
    plain = Known(str(path), "", stem, place.format, place.size, place.modified, place.parts)
    if kept is None:
        return replace(plain, mmproj=_beside(path, summary))
    return replace(kept, size=place.size, modified=place.modified, parts=place.parts)


def _beside(path: Path, summary: Summary) -> str:
    found = sorted(path.parent.glob("*mmproj*.gguf"))[:16] if summary.format == "gguf" else []
    eyes = [(one, summary_of(Place(one, "gguf", 0, 0))) for one in found]
    eye = projector_for(summary, eyes)
    return str(eye) if eye is not None else ""
