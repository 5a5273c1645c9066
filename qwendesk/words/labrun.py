"""What the lab is asked to measure, and how far that is, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qwendesk.api.words import N_
from qwendesk.lab.asked import Asked, Run, Step
from qwendesk.lab.tasks.reading import BUILT_IN
from qwendesk.lab.texts import TITLES
from qwendesk.words import _, figures, ngettext
from qwendesk.words.problems import Sentence, word

_MOST = 3
_STAGES = {
    "hash": N_("hashing {model}"),
    "load": N_("loading {model}"),
    "write": N_("{model} reads “{text}” and leaves {size} for the others to be compared with"),
    "read": N_("{model} reads “{text}”"),
    "ask": N_("{model} answers the tasks"),
    "measure": N_("measuring the speed of {model}"),
    "done": N_("done"),
}


def title(asked: Asked) -> str:
    """ "seedling:F16, seedling:Q8_0 · English, Chinese · speed"."""
    parts = [_listed(asked.models)]
    if asked.texts:
        parts.append(_listed([text(one) for one in asked.texts]))
    if asked.tasks:
        own = "" if asked.tasks == BUILT_IN else f" ({Path(asked.tasks).name})"
        parts.append(_("tasks") + own)
    if asked.speed:
        parts.append(_("speed"))
    return " · ".join(parts)


def text(name: str) -> str:
    """A bundled text's title, or a file's name."""
    return _(TITLES[name]) if name in TITLES else Path(name).name


def state(run: Run) -> str:
    """How far it is, or how it ended."""
    if run.state == "running":
        return _step(run.step)
    if run.state == "done" and run.notes:
        told = ngettext(
            "Done, but {n} thing could not be measured",
            "Done, but {n} things could not be measured",
            len(run.notes),
        )
        return told.format(n=len(run.notes))
    return {
        "waiting": _("Waits for its turn"),
        "stopped": _("Not finished: what was measured is kept"),
        "failed": _("Failed"),
        "done": _("Done"),
    }[run.state]


def left(run: Run) -> str:
    """ "about 4 min 05 s left"; nothing where nobody can tell."""
    seconds = run.step.seconds_left
    if run.state != "running" or seconds is None:
        return ""
    # Whole seconds: tenths would not be read, and are not known.
    return _("about {time} left").format(time=figures.seconds(max(10.0, round(seconds))))


def trouble(run: Run) -> list[Sentence]:
    """Why it failed, or what could not be measured."""
    return [word(one) for one in ((run.problem,) if run.problem is not None else run.notes)]


def _step(step: Step) -> str:
    what = _STAGES.get(step.stage, "")
    told = _(what).format(
        model=step.entrant, text=text(step.text) if step.text else "", size=figures.size(step.bytes)
    )
    if step.count > 1 and told:
        return _("Step {n} of {count}: {what}").format(n=step.number, count=step.count, what=told)
    return told or _("Begins")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST])
    if len(names) <= _MOST:
        return shown
    more = ngettext("{names} and {n} more", "{names} and {n} more", len(names) - _MOST)
    return more.format(names=shown, n=len(names) - _MOST)
