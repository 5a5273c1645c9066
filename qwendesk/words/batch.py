"""How far a batch is, in words: the same in the terminal and in the window."""

from __future__ import annotations

from pathlib import Path

from qwendesk.api.problem import Note
from qwendesk.chat.batch.progress import Phase, Progress
from qwendesk.words import _, figures, ngettext
from qwendesk.words.problems import Sentence, word


def phase(phase: Phase) -> str:
    """What happens now, where that is not the asking itself."""
    return {
        "counting": _("Counting the rows…"),
        "loading": _("Loading the model…"),
        "asking": _("Asking…"),
        "complete": _("Complete"),
    }[phase]


def rows(now: Progress) -> str:
    """How many rows are done: "450 of 1,000 rows", and how many of them failed."""
    if now.total is None:
        return phase(now.phase)
    counted = ngettext("{done:,} of {total:,} row", "{done:,} of {total:,} rows", now.total)
    told = counted.format(done=now.done, total=now.total)
    if not now.failed:
        return told
    return _("{told}, {failed} failed").format(told=told, failed=f"{now.failed:,}")


def pace(now: Progress) -> list[str]:
    """Rows a second, tokens a second and the time that is left, as far as they are known."""
    told = []
    if now.rate is not None:
        told.append(_rate(now.rate))
    if now.tokens_per_s is not None:
        told.append(figures.rate(now.tokens_per_s))
    if now.left_s is not None and now.phase == "asking":
        told.append(_("{time} left").format(time=duration(now.left_s)))
    return told


def _rate(rate: float) -> str:
    if rate >= 1:
        return _("{rate:.1f} rows/s").format(rate=rate)
    return _("{rate:.1f} rows/min").format(rate=rate * 60)


def duration(seconds: float) -> str:
    """How long it takes still: "12 s", "3 min", "5 h 10 min"."""
    if seconds < 90:
        return _("{s:.0f} s").format(s=seconds)
    minutes = round(seconds / 60)
    if minutes < 90:
        return _("{m} min").format(m=minutes)
    return _("{h} h {m:02} min").format(h=f"{minutes // 60:,}", m=minutes % 60)


def failure(row: int, problem: Note) -> str:
    """A row that failed, and why."""
    return _("Row {row}: {why}").format(row=f"{row:,}", why=word(problem))


def ended(now: Progress, target: Path) -> Sentence:
    """What came of it, and where that is."""
    answered = now.done - now.failed
    told = ngettext("{n} row is answered: {path}", "{n} rows are answered: {path}", answered).format(
        n=f"{answered:,}", path=target
    )
    if not now.failed:
        return Sentence(told)
    lost = ngettext(
        "{n} row failed and has its error there.", "{n} rows failed and have their errors there.", now.failed
    ).format(n=f"{now.failed:,}")
    why = failure(now.row, now.problem) if now.row is not None and now.problem is not None else ""
    return Sentence(f"{told}. {lost}", _("The last one: {why}").format(why=why) if why else "")
