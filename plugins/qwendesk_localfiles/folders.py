"""Programs that keep plain GGUF files in folders: LM Studio and GPT4All."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from qwendesk.api.sources import LocalModel, SourceContext
from qwendesk_localfiles.places import application_data, below_home, first_parts

_LARGEST = 1 << 20


class LmStudio:
    """LM Studio: FOLDER/ORG/REPO/FILE, where FOLDER is its own or the one chosen in its settings."""

    def __init__(self, context: SourceContext) -> None:
        self._folder = partial(context.setting, "sources.lmstudio.folder")

    def found(self) -> Sequence[LocalModel]:
        return [
            LocalModel(path.stem, str(path), "LM Studio", _repo(folder, path))
            for folder, path in first_parts(dict.fromkeys(self._folders()))
        ]

    def _folders(self) -> list[Path]:
        if chosen := self._folder():
            return [Path(chosen)]
        told = [folder for file in below_home(".lmstudio/settings.json") if (folder := _told(file))]
        return [*told, *below_home(".lmstudio/models", ".cache/lm-studio/models")]


class Gpt4All:
    """GPT4All: files in one folder."""

    def __init__(self, context: SourceContext) -> None:
        self._folder = partial(context.setting, "sources.gpt4all.folder")

    def found(self) -> Sequence[LocalModel]:
        chosen = self._folder()
        folders = [Path(chosen)] if chosen else application_data("nomic.ai/GPT4All")
        return [LocalModel(path.stem, str(path), "GPT4All") for _, path in first_parts(folders)]


def _told(file: Path) -> Path | None:
    """The folder that LM Studio's settings name."""
    try:
        if file.stat().st_size > _LARGEST:
            return None
        folder = json.loads(file.read_text(encoding="utf-8")).get("downloadsFolder")
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return Path(folder) if isinstance(folder, str) and folder else None


def _repo(folder: Path, path: Path) -> str:
    steps = path.relative_to(folder).parts
    return "/".join(steps[:2]) if len(steps) > 2 else ""
