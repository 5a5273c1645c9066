"""What quantizing could not do as it was asked to, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from qwendesk.api.problem import Note
from qwendesk.lab.quantized import Fallback, Plan
from qwendesk.words import _, ngettext
from qwendesk.words.problems import word

_MOST_NAMED = 3


def fallbacks(found: Sequence[Fallback]) -> list[str]:
    """A line for each type that rows did not fit, with what is there instead and the first names."""
    alike: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for one in found:
        alike[one.row, one.wanted, one.used].append(one.tensor)
    return [_line(names, *which) for which, names in alike.items()]


def _line(names: list[str], row: int, wanted: str, used: str) -> str:
    told = ngettext(
        "{n} tensor is {used} instead of {wanted}, into which its rows of {row} do not fit: {names}",
        "{n} tensors are {used} instead of {wanted}, into which their rows of {row} do not fit: {names}",
        len(names),
    )
    named = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
    return told.format(n=len(names), used=used, wanted=wanted, row=row, names=named)


def origin(provenance: Mapping[str, str | int]) -> str:
    """What a file was quantized from and by what; empty where it does not say."""
    told = {key.removeprefix("qwendesk.quantize."): value for key, value in provenance.items()}
    if "source" not in told:
        return ""
    sentence = _("{source} (SHA-256 {sha256}) by {engine}")
    made = sentence.format(
        source=told["source"], sha256=told.get("source.sha256", "?"), engine=told.get("engine", "?")
    )
    matrix = provenance.get("quantize.imatrix.file")
    return made + (", " + _("weighed with {matrix}").format(matrix=matrix) if matrix else "")


def obstacles(plan: Plan) -> list[str]:
    """Why a plan would be refused."""
    found = []
    if plan.needs_imatrix:
        found.append(Note("imatrix_needed", {"type": plan.type}))
    if plan.requantizes and not plan.wish.allow_requantize:
        path = str(plan.source.path)
        found.append(Note("requantize_refused", {"path": path, "type": plan.requantizes}))
    return [str(word(one)) for one in found]
