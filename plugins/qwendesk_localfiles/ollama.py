"""Ollama: files called by their hash in blobs/, and manifests/HOST/NAMESPACE/MODEL/TAG that name them.

Layout and media types: https://github.com/ollama/ollama (server/modelpath.go, server/manifest.go).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from qwendesk.api.sources import LocalModel, SourceContext
from qwendesk_localfiles.places import below_home

_MODEL = "application/vnd.ollama.image.model"
_PROJECTOR = "application/vnd.ollama.image.projector"
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_LARGEST = 1 << 20
_HUBS = ("hf.co", "huggingface.co")


class Ollama:
    """Models by the names that Ollama's manifests give them."""

    def __init__(self, context: SourceContext) -> None:
        self._folder = partial(context.setting, "sources.ollama.folder")

    def found(self) -> Sequence[LocalModel]:
        return [model for folder in dict.fromkeys(self._folders()) for model in _models(folder)]

    def _folders(self) -> list[Path]:
        if chosen := self._folder():
            return [Path(chosen)]
        if folder := os.environ.get("OLLAMA_MODELS"):
            return [Path(folder)]
        return [*below_home(".ollama/models"), Path("/usr/share/ollama/.ollama/models")]


def _models(folder: Path) -> Iterator[LocalModel]:
    manifests = folder / "manifests"
    try:
        files = sorted(manifests.glob("*/*/*/*"))
    except OSError:
        return
    for file in files:
        layers = _layers(file)
        model = _blob(folder, layers.get(_MODEL))
        if model is None:
            continue
        projector = _blob(folder, layers.get(_PROJECTOR))
        host, namespace, name, tag = file.relative_to(manifests).parts
        repo = f"{namespace}/{name}" if host in _HUBS else ""
        yield LocalModel(
            _called(host, namespace, name, tag),
            str(model),
            "Ollama",
            repo,
            str(projector) if projector is not None else "",
        )


def _called(host: str, namespace: str, name: str, tag: str) -> str:
    """As typed after `ollama run`."""
    if host != "registry.ollama.ai":
        return f"{host}/{namespace}/{name}:{tag}"
    return f"{name}:{tag}" if namespace == "library" else f"{namespace}/{name}:{tag}"


def _layers(file: Path) -> dict[str, str]:
    """Digests by media type; empty for what is no manifest."""
    try:
        if file.stat().st_size > _LARGEST:
            return {}
        manifest: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    layers = manifest.get("layers") if isinstance(manifest, dict) else None
    found: dict[str, str] = {}
    for one in layers if isinstance(layers, list) else ():
        if (
            isinstance(one, dict)
            and isinstance(one.get("mediaType"), str)
            and isinstance(one.get("digest"), str)
        ):
            found.setdefault(one["mediaType"], one["digest"])
    return found


def _blob(folder: Path, digest: str | None) -> Path | None:
    """The file of a digest; only a plain hash is one, so that nothing outside of blobs/ can be meant."""
    known = _DIGEST.fullmatch(digest or "")
    path = folder / "blobs" / f"sha256-{known[1]}" if known else None
    return path if path is not None and path.is_file() else None
