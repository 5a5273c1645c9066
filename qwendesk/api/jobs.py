"""Jobs: long work on files (quantize, convert …) that needs a runtime's packages, but no loaded model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A job's descriptor.

    Args:
        id: what it does, by the same word in every runtime that offers it ("quantize").
        run: "package.module:function", a `Job`, imported only in a worker process.
    """

    id: str
    title: str
    run: str


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is.

    Args:
        fraction: of all its work, 0 to 1; None where that is not known.
        stage: what it works on now, in the field's names ("blk.0.attn_q.weight").
        done: pieces of the work that are done, of `total`; 0 of 0 where there are none.
    """

    fraction: float | None
    stage: str = ""
    done: int = 0
    total: int = 0


class Job(Protocol):
    """The function that a `JobSpec` names."""

    def __call__(
        self, arguments: Mapping[str, Any], progress: Callable[[JobProgress], None]
    ) -> Mapping[str, Any]:
        """Do all of it and return what came of it; arguments and result are plain data (MessagePack's types).

        It is cancelled by ending its process, so it cleans up nothing, and writes nothing but the file that
        it is told to write: the caller moves that into its place or removes it.

        Raises:
            Problem: why it cannot be done.
        """
        ...
