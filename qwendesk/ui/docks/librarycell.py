"""A model of the library as a row: size, quantization, runtime, last use, and whether its bytes are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qwendesk.models.entry import LibraryEntry
from qwendesk.models.verifying import Verified
from qwendesk.ui.lists.cell import Cell, Deed, Mark
from qwendesk.words import _, figures
from qwendesk.words.moments import ago
from qwendesk.words.problems import word

_TALK = Deed("talk", _("Talk"), shown=False)
_DEEDS = (
    _TALK,
    Deed("verify", _("Verify"), shown=False),
    Deed("remove", _("Remove"), shown=False),
    Deed("folder", _("Show its folder"), shown=False),
)
Runtimes = Mapping[str, Sequence[str]]
"""Titles of the runtimes that work here, by the format that they load."""


def library_cell(entry: LibraryEntry, runtimes: Runtimes) -> Cell:
    """The row of a model; `runtimes` is empty until they were asked."""
    model = entry.model
    return Cell(
        model.title.removesuffix(f"-{model.quantization}"),
        right=figures.size(model.size_bytes),
        detail=" · ".join(part for part in _detail(entry, runtimes) if part),
        mark=mark(entry),
        deeds=(_TALK,) if model.bundled else _DEEDS,
        tip=f"{model.name}\n{model.path}",
    )


def _detail(entry: LibraryEntry, runtimes: Runtimes) -> list[str]:
    model, tags = entry.model, entry.remark.tags
    able = runtimes.get(model.format, ())
    runtime = able[0] if able else _("no runtime") if runtimes else ""
    used = _("used {when}").format(when=ago(entry.remark.used)) if entry.remark.used else ""
    return [model.quantization, runtime, *(f"#{tag}" for tag in tags), used]


def mark(entry: LibraryEntry) -> Mark:
    """Whether it can be used, and whether its bytes are what they should be."""
    found = entry.verified
    if entry.away:
        return Mark(_("Away"), "warn", _("its drive is not connected"))
    if entry.summary.problem is not None:
        return Mark(_("Broken"), "bad", str(word(entry.summary.problem)))
    if entry.model.bundled:
        return Mark(_("Bundled"), "", _("comes with QwenDesk"))
    return _verified(found) if found is not None else Mark(_("Not verified"), "", _whose(entry))


def _whose(entry: LibraryEntry) -> str:
    return _("used where {origin} keeps it").format(origin=entry.origin) if entry.origin else ""


def _verified(found: Verified) -> Mark:
    when = ago(found.checked)
    if found.state == "differs":
        why = _("its bytes are not those it should have, seen {when}").format(when=when)
        return Mark(_("Differs"), "bad", why)
    if found.state == "recorded":
        return Mark(_("Recorded"), "", _("hashed {when}; nobody tells what it should be").format(when=when))
    return Mark(_("Verified"), "good", when)


def facts(entry: LibraryEntry) -> list[tuple[str, str]]:
    """What else is known of it, as names and values."""
    summary, match = entry.summary, entry.summary.match
    honest = summary.quantization.honest or not summary.quantization.label
    label = _("{real}, although it calls itself {label}").format(
        real=summary.quantization.name, label=summary.quantization.label
    )
    rows = [
        (_("Model"), match.entry.title if match is not None else summary.name),
        (_("Quantization"), entry.model.quantization if honest else label),
        (_("Context"), _("{n:,} tokens").format(n=summary.context) if summary.context else ""),
        (_("Licence"), summary.licence),
        (_("Made by"), summary.quantized_by),
        (_("From"), entry.repo or entry.origin),
        (_("Added"), ago(entry.added) if entry.added else ""),
        (_("Path"), str(entry.model.path)),
    ]
    return [(name, value) for name, value in rows if value]
