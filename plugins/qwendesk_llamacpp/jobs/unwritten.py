"""A file that is being written, and what is said where it cannot be."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gguf import GGUFWriter

from qwendesk.api.problem import Problem

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def writing(path: Path, writer: GGUFWriter | None = None) -> Iterator[None]:
    """Closes the writer.

    Raises:
        Problem: `disk_full` (path) or `target_unwritable` (path, detail) for what the system refuses.
    """
    try:
        yield
        if writer is not None:
            writer.close()
    except OSError as error:
        if error.errno in _FULL:
            raise Problem("disk_full", path=str(path)) from error
        raise Problem("target_unwritable", path=str(path), detail=error.strerror or "") from error
    finally:
        if writer is not None:
            _let_go(writer)


def _let_go(writer: GGUFWriter) -> None:
    """Close a file that could not be finished: what it still holds back has nowhere to go."""
    try:
        writer.close()
    except OSError:
        writer.fout = None
