"""Quantized weights written to a folder of their own: loaded from there they need no quantizing again."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from qwendesk.api.problem import Problem

_PREFIX, _LOCK = ".qwendesk-copy-", "writing.lock"
_BESIDE = ("preprocessor_config.json", "chat_template.jinja", "chat_template.json")


def save(model: Any, tokenizer: Any, source: str, target: str) -> None:
    """Write model and tokenizer, whole or not at all; a folder that is there is left alone.

    Raises:
        Problem: `copy_failed` (path, detail).
    """
    folder = Path(target)
    if folder.exists():
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _unfinished(folder.parent) as part:
            _write(model, tokenizer, Path(source), part)
            part.rename(folder)
    except Exception as error:
        detail = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise Problem("copy_failed", path=target, detail=str(detail)[:300]) from error


def _write(model: Any, tokenizer: Any, source: Path, part: Path) -> None:
    model.save_pretrained(part)
    tokenizer.save_pretrained(part)
    for name in _BESIDE:
        own = source / name
        if own.is_file() and not (part / name).exists():
            shutil.copyfile(own, part / name)


@contextlib.contextmanager
def _unfinished(parent: Path) -> Iterator[Path]:
    """A place for a copy on the same disk, in a new folder that is gone afterwards.

    Whoever writes there holds its lock, so that the next one knows what a process left that was killed.
    """
    for one in parent.glob(f"{_PREFIX}*"):
        _sweep(one)
    ours = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    lock = FileLock(ours / _LOCK)
    try:
        with lock:
            yield ours / "model"
    finally:
        shutil.rmtree(ours, ignore_errors=True)


def _sweep(left: Path) -> None:
    """Remove it if a copy of ours was begun there, and nobody writes it any more."""
    lock = left / _LOCK
    if left.is_symlink() or not lock.is_file():
        return
    try:
        with FileLock(lock, blocking=False):
            pass
    except (Timeout, OSError):
        return
    shutil.rmtree(left, ignore_errors=True)
