"""What a model takes besides text, as it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qwendesk.api.engine import EngineRequest
from qwendesk.api.problem import Note, Problem
from qwendesk_transformers.engine.media import Placed, placed

if TYPE_CHECKING:
    from qwendesk_transformers.engine.hearing import Ear
    from qwendesk_transformers.engine.vision import Eye

_PROCESSOR = "preprocessor_config.json"


class Senses:
    """None is for a model that cannot see, or cannot hear."""

    def __init__(self, eye: Eye | None = None, ear: Ear | None = None) -> None:
        self.eye, self.ear = eye, ear

    def place(self, request: EngineRequest) -> Placed:
        """The prompt with its images and recordings in place.

        Raises:
            Problem: `images_unsupported`, `image_count` (images, places), `audio_unsupported`,
                `audio_count` (audios, places), and those of `Eye.look` and `Ear.listen`.
        """
        media = {}
        if request.images:
            if self.eye is None:
                raise Problem("images_unsupported")
            places = request.tokens.count(self.eye.token)
            if places != len(request.images):
                raise Problem("image_count", images=len(request.images), places=places)
            media[self.eye.token] = [self.eye.look(one) for one in request.images]
        if request.audios:
            if self.ear is None:
                raise Problem("audio_unsupported")
            places = request.tokens.count(self.ear.token)
            if places != len(request.audios):
                raise Problem("audio_count", audios=len(request.audios), places=places)
            media[self.ear.token] = [self.ear.listen(one) for one in request.audios]
        return placed(request.tokens, media) if media else Placed(request.tokens)


def senses_of(path: str, model: Any, context: int, notes: list[Note]) -> Senses:
    """Of the model in this folder; what it has but cannot be used becomes a note."""
    eye = ear = None
    try:
        if _sees(model):
            from qwendesk_transformers.engine.vision import Eye

            eye = Eye(path, model, context)
        if model.config.model_type == "qwen2_audio":
            from qwendesk_transformers.engine.hearing import Ear

            ear = Ear(path, model)
    except ModuleNotFoundError as error:
        notes.append(Note("decoder_missing", {"package": str(error.name)}))
    except Exception as error:
        notes.append(_unusable(path, error))
    return Senses(eye, ear)


def _sees(model: Any) -> bool:
    inner = getattr(model, "model", None)
    return hasattr(inner, "get_rope_index") and getattr(model.config, "image_token_id", None) is not None


def _unusable(path: str, error: Exception) -> Note:
    file = Path(path) / _PROCESSOR
    detail = " ".join(str(error).split())[:200] if file.exists() else "it is missing"
    return Note("processor_unusable", {"path": str(file), "detail": detail})
