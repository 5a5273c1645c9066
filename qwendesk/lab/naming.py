"""Short names for the models of a table, each unlike the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from qwendesk.lab.measured import Subject


def labels(subjects: Mapping[str, Subject]) -> dict[str, str]:
    """By key: the quantization where that tells them all apart, else the name, and what more it takes."""
    found: dict[str, str] = {}
    for make in _WAYS:
        found = {key: make(one) for key, one in subjects.items()}
        if len(set(found.values())) == len(found) and all(found.values()):
            return found
    return _numbered(found)


def _numbered(found: Mapping[str, str]) -> dict[str, str]:
    seen: Counter[str] = Counter()
    taken = set(found.values())
    result = {}
    for key, label in found.items():
        seen[label] += 1
        name = label
        while seen[label] > 1 and (name := f"{label} #{seen[label]}") in taken:
            seen[label] += 1
        taken.add(name)
        result[key] = name
    return result


_WAYS: tuple[Callable[[Subject], str], ...] = (
    lambda one: one.quantization,
    lambda one: one.name.rpartition("/")[2],
    lambda one: one.name,
    lambda one: f"{one.name} ({one.runtime})",
    lambda one: f"{one.name} ({one.runtime} {one.engine})",
)
