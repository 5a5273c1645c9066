"""Names of the parts of a split GGUF model: `NAME-00001-of-00003.gguf`."""

from __future__ import annotations

import re
from pathlib import Path

from qwendesk.api.problem import Problem

_PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)


def is_later_part(name: str) -> bool:
    """Whether this file is a part, but not the first."""
    found = _PART.match(name)
    return found is not None and int(found["number"]) > 1


def stem(name: str) -> str:
    """The file's name without suffix and without the number of its part."""
    found = _PART.match(name)
    return found["stem"] if found else name.removesuffix(".gguf")


def parts(path: Path) -> list[Path]:
    """Where the parts of this file's model are, in order; the file itself where it is not split.

    Raises:
        Problem: `model_part_missing` (path, part).
    """
    found = _PART.match(path.name)
    if found is None or int(found["count"]) < 2:
        return [path]
    names = (
        f"{found['stem']}-{one:05}-of-{found['count']}.gguf" for one in range(1, int(found["count"]) + 1)
    )
    expected = [path.with_name(one) for one in names]
    for one in expected:
        if not one.is_file():
            raise Problem("model_part_missing", path=str(path), part=one.name)
    return expected
