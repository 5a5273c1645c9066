"""A download as a row: how far, how fast, how long still; what went wrong and what to do."""

from __future__ import annotations

from qwendesk.models.downloads.pull import Pull
from qwendesk.ui.lists.cell import Cell, Deed, Mark
from qwendesk.words import _, figures
from qwendesk.words.problems import word

PAUSE, CANCEL = Deed("pause", _("Pause")), Deed("cancel", _("Cancel"))
RESUME, RETRY = Deed("resume", _("Resume")), Deed("resume", _("Try again"))
TALK, FORGET = Deed("talk", _("Talk")), Deed("forget", _("Clear"))
_MOVES = (Deed("first", _("Fetch it first"), shown=False), Deed("last", _("Fetch it last"), shown=False))
_FOLDER = Deed("folder", _("Show its folder"), shown=False)
_DEEDS = {
    "queued": (PAUSE, CANCEL, *_MOVES, _FOLDER),
    "running": (PAUSE, CANCEL, *_MOVES, _FOLDER),
    "paused": (RESUME, CANCEL, *_MOVES, _FOLDER),
    "failed": (RETRY, CANCEL, _FOLDER),
    "done": (TALK, FORGET, _FOLDER),
}


def pull_cell(pull: Pull) -> Cell:
    """The row of a download."""
    share = 100 * pull.done // pull.size if pull.size else 100
    return Cell(
        pull.name.partition("/")[2].replace("-GGUF", "", 1),
        right=figures.size(pull.size) if pull.state == "done" else f"{share} %",
        mark=_mark(pull),
        progress=pull.done / pull.size if pull.size else 1.0,
        deeds=_DEEDS[pull.state],
        tip=_tip(pull),
    )


def _amount(pull: Pull) -> str:
    """ "3.5 of 5.7 GB"."""
    done, size = figures.size(pull.done), figures.size(pull.size)
    if done.rpartition(" ")[2] == size.rpartition(" ")[2]:
        done = done.rpartition(" ")[0]
    return _("{done} of {size}").format(done=done, size=size)


def _mark(pull: Pull) -> Mark:
    why = str(word(pull.problem)) if pull.problem is not None else ""
    if pull.state == "done":
        return _arrived(pull)
    amount = _amount(pull)
    return {
        "running": Mark(_("Fetching"), "", f"{amount} · {_pace(pull)}"),
        "queued": Mark(_("Waiting"), "warn" if why else "", why or amount),
        "paused": Mark(_("Paused"), "", amount),
        "failed": Mark(_("Failed"), "bad", why),
    }[pull.state]


def _arrived(pull: Pull) -> Mark:
    notes = [str(word(note)) for one in pull.files for note in one.notes]
    told = notes[-1] if notes else ""
    if all(one.remote.sha256 or one.remote.git_sha1 for one in pull.files):
        return Mark(_("Here and checked"), "good", told)
    return Mark(_("Here; the hub told no hash to check"), "warn", told)


def _pace(pull: Pull) -> str:
    if not pull.speed:
        return _("connecting…") if pull.speed is None or not pull.done else _("no byte for ten seconds")
    parts = [speed(pull.speed)]
    if pull.left_s is not None:
        parts.append(left(pull.left_s))
    return " · ".join(parts)


def _tip(pull: Pull) -> str:
    lines = [
        pull.name,
        _("From {source}, revision {revision}").format(source=pull.source, revision=pull.revision[:12]),
        _("To {folder}").format(folder=pull.folder),
        _("Speed is the mean of the last ten seconds; the time left follows from it."),
    ]
    lines += [str(word(note)) for one in pull.files for note in one.notes]
    if pull.problem is not None:
        lines.insert(0, str(word(pull.problem)))
    return "\n".join(lines)


def speed(bytes_per_second: float) -> str:
    """ "14.2 MB/s"."""
    return _("{size}/s").format(size=figures.size(bytes_per_second))


def left(seconds: float) -> str:
    """Time left, no more exact than it is known."""
    if seconds < 60:
        return _("less than a minute left")
    if seconds < 5400:
        return _("about {n:.0f} min left").format(n=seconds / 60)
    return _("about {n:.1f} h left").format(n=seconds / 3600)


def summary(pulls: list[Pull]) -> str:
    """The queue in a line: what is on its way, how fast, how long."""
    going = [one for one in pulls if one.state in ("running", "queued")]
    if not going:
        waiting = sum(one.state in ("paused", "failed") for one in pulls)
        return _("{n} not finished").format(n=waiting) if waiting else _("Everything is here")
    rate = sum(one.speed or 0.0 for one in going)
    missing = sum(one.size - one.done for one in going)
    parts = [_("{n} on the way, {size} to go").format(n=len(going), size=figures.size(missing))]
    if rate:
        parts += [speed(rate), left(missing / rate)]
    return " · ".join(parts)
