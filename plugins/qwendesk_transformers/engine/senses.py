"""What a model takes besides text, as it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qwendesk.api.engine import EngineRequest
from qwendesk.api.problem import Note, Problem
from qwendesk_transformers.engine.media import Placed, placed
from qwendesk_transformers.engine.vision import Eye

_PROCESSOR = "preprocessor_config.json"


class Senses:
    """`eye` is None where the model cannot see."""

    def __init__(self, eye: Eye | None = None) -> None:
        self._eye = eye

    @property
    def image_token(self) -> int | None:
        """What stands for one image in a prompt."""
        return self._eye.token if self._eye is not None else None

    def place(self, request: EngineRequest) -> Placed:
        """The prompt with its images in place.

        Raises:
            Problem: `images_unsupported`, `image_count` (images, places), and those of `Eye.look`.
        """
        if not request.images:
            return Placed(request.tokens)
        if self._eye is None:
            raise Problem("images_unsupported")
        places = request.tokens.count(self._eye.token)
        if places != len(request.images):
            raise Problem("image_count", images=len(request.images), places=places)
        return placed(request.tokens, {self._eye.token: map(self._eye.look, request.images)})


def senses_of(path: str, model: Any, context: int, notes: list[Note]) -> Senses:
    """Of the model in this folder; what it has but cannot be used becomes a note."""
    return Senses(_eye(path, model, context, notes))


def _eye(path: str, model: Any, context: int, notes: list[Note]) -> Eye | None:
    inner = getattr(model, "model", None)
    if not hasattr(inner, "get_rope_index") or getattr(model.config, "image_token_id", None) is None:
        return None
    try:
        return Eye(path, model, context)
    except Exception as error:
        notes.append(_unusable(path, error))
        return None


def _unusable(path: str, error: Exception) -> Note:
    file = Path(path) / _PROCESSOR
    detail = " ".join(str(error).split())[:200] if file.exists() else "it is missing"
    return Note("processor_unusable", {"path": str(file), "detail": detail})
