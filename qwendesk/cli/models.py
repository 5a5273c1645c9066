"""What the commands about models print: entries of the library as lines and as data."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from qwendesk.models.entry import LibraryEntry
from qwendesk.models.verifying import Verified
from qwendesk.words import _, figures
from qwendesk.words.problems import word


def as_data(entry: LibraryEntry) -> dict[str, Any]:
    """An entry as `--json` tells it."""
    model, summary = entry.model, entry.summary
    match = summary.match
    return {
        "name": model.name,
        "path": str(model.path),
        "format": model.format,
        "state": entry.state,
        "size_bytes": model.size_bytes,
        "quantization": model.quantization,
        "bits_per_weight": summary.quantization.bits_per_weight or None,
        "architecture": summary.architecture or None,
        "parameters": summary.parameters or None,
        "context": summary.context or None,
        "licence": summary.licence or None,
        "mmproj": str(model.mmproj) if model.mmproj else None,
        "catalogue": {"model": match.entry.repo, "certainty": match.certainty, "by": match.evidence}
        if match is not None
        else None,
        "origin": entry.origin or None,
        "bundled": model.bundled,
        "adopted": entry.adopted,
        "verified": verified_data(entry.verified),
        "last_used": entry.remark.used,
        "tags": list(entry.remark.tags),
        "notes": entry.remark.notes,
        "problem": str(word(summary.problem)) if summary.problem is not None else None,
    }


def verified_data(verified: Verified | None) -> dict[str, Any] | None:
    """What hashing told, as data."""
    if verified is None:
        return None
    return {
        "state": verified.state,
        "checked": verified.checked,
        "against": verified.source or None,
        "files": [
            {key: one[key] for key in ("path", "sha256", "expected")} for one in map(asdict, verified.files)
        ],
    }


def line(entry: LibraryEntry) -> tuple[str, ...]:
    """Columns of a list: name, quantization, size, context, state."""
    return (
        entry.model.name,
        entry.model.quantization,
        figures.size(entry.model.size_bytes),
        figures.tokens(entry.summary.context) if entry.summary.context else "",
        state(entry),
    )


def state(entry: LibraryEntry) -> str:
    """The most important thing about it, in a few words."""
    told = {
        "away": _("away: its drive is not there"),
        "broken": _("broken"),
    }.get(entry.state)
    if told is None and entry.verified is not None:
        told = verdict(entry.verified)
    parts = [told, entry.origin, _("bundled") if entry.model.bundled else "", *entry.remark.tags]
    return ", ".join(part for part in parts if part)


def verdict(verified: Verified) -> str:
    """What hashing told, in a few words."""
    return {
        "verified": _("verified"),
        "recorded": _("hash recorded"),
        "differs": _("DIFFERS from its hash"),
    }[verified.state]


def when(seconds: float | None) -> str:
    """A day, or never."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds)) if seconds else _("never")


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines of a table."""
    if not rows:
        return []
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
