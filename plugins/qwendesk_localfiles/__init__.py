"""Models that other programs have put on this computer: used where they lie, never moved or changed."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.sources import SourceSpec
from qwendesk_localfiles.options import FolderOptions


@hookimpl
def register_model_sources() -> Sequence[SourceSpec]:
    return tuple(
        SourceSpec(
            id, title, f"qwendesk_localfiles.{service}", kind="local", rank=rank, options=FolderOptions
        )
        for id, title, service, rank in (
            ("lmstudio", "LM Studio", "folders:LmStudio", 40),
            ("ollama", "Ollama", "ollama:Ollama", 30),
            ("gpt4all", "GPT4All", "folders:Gpt4All", 20),
            ("hfcache", "Hugging Face cache", "hfcache:HubCache", 10),
        )
    )
