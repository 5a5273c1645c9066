"""The report in words: what it is, what is in it, and what was taken out."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.monitor.report.part import Part
from qwendesk.words import _, figures

README = "README.txt"


def about(name: str) -> str:
    """What a file of the report holds; an empty text for one that nobody described."""
    described = {
        README: _("What this is and what was taken out"),
        "versions.json": _("Versions, processor, memory, graphics cards"),
        "checks.json": _("Results of the health checks"),
        "settings.json": _("Settings that differ from the defaults"),
        "requests.json": _("How many requests went to which host"),
        "metrics.json": _("Averages of replies of the last day"),
        "metrics.csv": _("Figures of the last day in steps of five minutes"),
    }
    return _("Log of one process") if name.startswith("logs/") else described.get(name, "")


def taken_out() -> str:
    """What no report holds."""
    return _(
        "Taken out: all text of chats, tokens and keys, your name and that of this computer, and every path"
        " and file name outside the folders with models. <path>, <user>, <host>, <model> and <token> stand"
        " for them; ~home is your home folder, ~models a folder with models, ~program the program's own."
    )


def whole(parts: Sequence[Part]) -> list[Part]:
    """The parts with the file on top that explains them."""
    lines = [
        _("Report of QwenDesk"),
        "",
        _("It is for finding out what is wrong. These files could be read before they were written."),
        "",
        *(f"{one.name:44} {figures.size(one.size):>9}  {about(one.name)}" for one in parts),
        "",
        taken_out(),
    ]
    return [Part(README, "\n".join(lines) + "\n"), *parts]
