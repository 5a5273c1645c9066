"""The Hugging Face hub and its mirrors."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.sources import SourceSpec
from qwendesk_huggingface.options import HuggingFaceOptions


@hookimpl
def register_model_sources() -> Sequence[SourceSpec]:
    return (
        SourceSpec(
            "huggingface",
            "Hugging Face",
            "qwendesk_huggingface.service:HuggingFace",
            kind="hub",
            rank=100,
            options=HuggingFaceOptions,
            token="HF_TOKEN",  # noqa: S106 (the name of a variable)
        ),
    )
