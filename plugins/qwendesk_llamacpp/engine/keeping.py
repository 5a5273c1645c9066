"""The prompt cache between runs: prefixes as files in a folder that the user named."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from qwendesk_llamacpp.engine.gaps import Gap
from qwendesk_llamacpp.engine.native import native
from qwendesk_llamacpp.engine.prefixes import Prefix
from qwendesk_llamacpp.engine.sequence import Checkpoint
from qwendesk_llamacpp.options import LlamaCppOptions

_ENDING = ".prefix"
_ENDS_BYTES = 1 << 20


class Keeping:
    """Files of one model with one set of options; others in the folder are left alone.

    They hold what was said, so only their owner may read them. A file that is broken or cannot be
    written costs only itself.
    """

    def __init__(self, folder: str, model: str, options: LlamaCppOptions) -> None:
        self._folder = Path(folder).expanduser()
        self._mark = fingerprint(model, options)

    def load(self) -> Iterator[Prefix]:
        """What was kept, the latest last."""
        try:
            found = sorted(self._folder.glob(f"{self._mark}-*{_ENDING}"), key=lambda one: one.stat().st_mtime)
        except OSError:
            return
        for path in found:
            try:
                yield _read(path)
            except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
                print(f"The prompt cache file {path} is left out: {error}", file=sys.stderr)

    def save(self, prefixes: list[Prefix]) -> None:
        """Keep these in place of what was kept."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            written = {self._write(one) for one in prefixes}
            for path in self._folder.glob(f"{self._mark}-*{_ENDING}"):
                if path not in written:
                    path.unlink(missing_ok=True)
        except OSError as error:
            print(f"The prompt cache was not kept in {self._folder}: {error}", file=sys.stderr)

    def _write(self, prefix: Prefix) -> Path:
        digest = hashlib.sha256(prefix.tokens.tobytes()).hexdigest()[:16]
        path = self._folder / f"{self._mark}-{digest}{_ENDING}"
        if path.is_file():
            return path
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        try:
            with part.open("wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(prefix))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path


def _arrays(prefix: Prefix) -> dict[str, Any]:
    return {
        "tokens": prefix.tokens,
        "state": prefix.state,
        "recurrent": np.array(prefix.recurrent),
        "places": np.array([one.tokens for one in prefix.checkpoints], np.int64),
        "gaps": np.array([astuple(one) for one in prefix.gaps], np.int64).reshape(-1, 3),
        **{f"state{at}": one.state for at, one in enumerate(prefix.checkpoints)},
    }


def _read(path: Path) -> Prefix:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
        tokens, state = data["tokens"], data["state"]
        if tokens.dtype != np.int32 or state.dtype != np.uint8 or tokens.ndim != 1 or state.ndim != 1:
            raise ValueError("its arrays are of another kind")
        places = data["places"].tolist()
        checkpoints = tuple(Checkpoint(int(one), data[f"state{at}"]) for at, one in enumerate(places))
        gaps = tuple(Gap(*one) for one in data["gaps"].tolist())
        return Prefix(tokens, state, checkpoints, gaps, bool(data["recurrent"]))


def fingerprint(model: str, options: LlamaCppOptions) -> str:
    """The same for the same file, library and options: only then does a state fit."""
    path, digest = Path(model), hashlib.sha256()
    size = path.stat().st_size
    with path.open("rb") as file:
        digest.update(file.read(_ENDS_BYTES))
        file.seek(max(0, size - _ENDS_BYTES))
        digest.update(file.read(_ENDS_BYTES))
    digest.update(repr((size, native.llama_version(), astuple(options))).encode())
    return digest.hexdigest()[:16]
