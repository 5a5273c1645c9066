"""The cache of huggingface_hub: HUB/models--ORG--REPO/snapshots/REVISION/FILE, links to blobs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from qwendesk.api.sources import LocalModel, SourceContext
from qwendesk_localfiles.places import below_home, first_parts

_PREFIX = "models--"
_ORIGIN = "Hugging Face cache"


class HubCache:
    """GGUF files, and folders with safetensors, of the revision that `main` points to (or the latest)."""

    def __init__(self, context: SourceContext) -> None:
        self._folder = partial(context.setting, "sources.hfcache.folder")

    def found(self) -> Sequence[LocalModel]:
        return [model for folder in self._folders() for model in _models(folder)]

    def _folders(self) -> list[Path]:
        if chosen := self._folder():
            return [Path(chosen)]
        if hub := os.environ.get("HF_HUB_CACHE"):
            return [Path(hub)]
        if root := os.environ.get("HF_HOME"):
            return [Path(root) / "hub"]
        cache = os.environ.get("XDG_CACHE_HOME")
        return [Path(cache) / "huggingface" / "hub"] if cache else below_home(".cache/huggingface/hub")


def _models(hub: Path) -> Iterator[LocalModel]:
    try:
        repos = sorted(one for one in hub.iterdir() if one.name.startswith(_PREFIX) and one.is_dir())
    except OSError:
        return
    for folder in repos:
        repo = folder.name.removeprefix(_PREFIX).replace("--", "/", 1)
        snapshot = _snapshot(folder)
        if snapshot is None:
            continue
        for _, path in first_parts([snapshot]):
            yield LocalModel(path.stem, str(path), _ORIGIN, repo)
        if (snapshot / "config.json").is_file() and any(snapshot.glob("*.safetensors")):
            yield LocalModel(repo, str(snapshot), _ORIGIN, repo)


def _snapshot(folder: Path) -> Path | None:
    try:
        revision = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
        named = folder / "snapshots" / revision
        if revision and Path(revision).name == revision and named.is_dir():
            return named
    except (OSError, ValueError):
        pass
    try:
        return max((folder / "snapshots").iterdir(), key=lambda one: one.stat().st_mtime, default=None)
    except OSError:
        return None
