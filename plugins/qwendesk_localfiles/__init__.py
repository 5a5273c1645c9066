"""Models that other programs have put on this computer: used where they lie, never moved or changed."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.sources import SourceSpec


@hookimpl
def register_model_sources() -> Sequence[SourceSpec]:
    return (
        SourceSpec("lmstudio", "LM Studio", "qwendesk_localfiles.folders:LmStudio", kind="local", rank=40),
        SourceSpec("ollama", "Ollama", "qwendesk_localfiles.ollama:Ollama", kind="local", rank=30),
        SourceSpec("gpt4all", "GPT4All", "qwendesk_localfiles.folders:Gpt4All", kind="local", rank=20),
        SourceSpec(
            "hfcache", "Hugging Face cache", "qwendesk_localfiles.hfcache:HubCache", kind="local", rank=10
        ),
    )
