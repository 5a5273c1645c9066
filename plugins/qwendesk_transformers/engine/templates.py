"""The chat template of a folder: that of the tokenizer, or one with places for more than text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qwendesk_transformers.engine import loading


def template_of(path: str, tokenizer: Any, tokens: Sequence[str]) -> str | None:
    """The template; `tokens` stand for the images and recordings that the model takes.

    Older folders keep one template for words alone in the tokenizer's configuration, and another beside it;
    Qwen2-Audio's have only the first, so that the other one comes with Transformers.
    """
    own = loading.template_of(tokenizer)
    if _has(own, tokens):
        return own
    beside = _beside(Path(path) / "chat_template.json")
    if _has(beside, tokens):
        return beside
    from transformers.models.qwen2_audio.processing_qwen2_audio import Qwen2AudioProcessor

    audio: str = Qwen2AudioProcessor.default_chat_template.fget(None)
    return audio if _has(audio, tokens) else own


def _has(template: str | None, tokens: Sequence[str]) -> bool:
    return all(one in (template or "") for one in tokens)


def _beside(file: Path) -> str | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = told.get("chat_template") if isinstance(told, dict) else None
    return found if isinstance(found, str) else None
