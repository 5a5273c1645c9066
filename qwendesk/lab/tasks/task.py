"""A task, and a set of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from qwendesk.lab.tasks.check import Check

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt and how its answer is checked. `kind` groups tasks in tables."""

    id: Name
    kind: Name
    prompt: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    check: Check


@dataclass(frozen=True, slots=True)
class TaskSet:
    """Tasks under a name; `sha256` is that of the file."""

    name: str
    tasks: tuple[Task, ...] = field(repr=False)
    sha256: str
