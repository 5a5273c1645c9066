"""Names of the parts of a split GGUF model: `NAME-00001-of-00003.gguf`."""

from __future__ import annotations

import re
from pathlib import Path

from qwendesk.api.problem import Problem

_PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)


def is_part(name: str) -> bool:
    return _PART.match(name) is not None


def group(name: str) -> str:
    """The same for all parts of a model; other files have only themselves."""
    found = _PART.match(name)
    return f"{found['stem']}-of-{found['count']}".lower() if found else name


def stem(name: str) -> str:
    """The file's name without suffix and without the number of its part."""
    found = _PART.match(name)
    if found:
        return found["stem"]
    return name[:-5] if name.lower().endswith(".gguf") else name


def expected(path: Path) -> list[Path]:
    """Where the parts of this file's model should be, in order; the file itself where it is not split."""
    found = _PART.match(path.name)
    if found is None or int(found["count"]) < 2:
        return [path]
    stem, count = found["stem"], found["count"]
    return [path.with_name(f"{stem}-{one:05}-of-{count}.gguf") for one in range(1, int(count) + 1)]


def parts(path: Path) -> list[Path]:
    """The same, all of them there.

    Raises:
        Problem: `model_part_missing` (path, part).
    """
    found = expected(path)
    for one in found:
        if len(found) > 1 and not one.is_file():
            raise Problem("model_part_missing", path=str(path), part=one.name)
    return found
