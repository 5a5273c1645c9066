"""A finished reply as data and as one line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished
from qwendesk.api.words import N_
from qwendesk.chat.talk import Talk
from qwendesk.words import _, figures, usage
from qwendesk.words.problems import word

_FLAGS = {
    "prompt_too_long": N_(
        "A larger --ctx holds it, or --make-room leaves out the oldest messages. Nothing was cut."
    ),
    "context_full": N_("What had come in is kept. A larger --ctx makes room."),
}
"""Next steps that are flags here and buttons in the window."""


def as_data(talk: Talk, finished: Finished) -> dict[str, Any]:
    """What `--json` prints; the notes are worded, everything else is plain data."""
    session = talk.session
    assert session is not None
    assert session.state.report is not None
    timings = asdict(finished.timings)
    return {
        "text": finished.answer,
        "reasoning": finished.reasoning,
        "tool_calls": [asdict(one) for one in finished.tool_calls],
        "finish_reason": finished.reason,
        "usage": asdict(finished.usage),
        "timings": {"load_s": session.state.load_s, **timings},
        "model": {"path": str(talk.choice.model.path), "sha256": talk.choice.model.sha256()},
        "runtime": {"id": session.recipe.spec.id, "version": session.state.report.version},
        "settings": {**asdict(finished.sampling), "options": session.state.report.options},
        "notes": [str(word(note)) for note in (*session.state.report.notes, *finished.notes)],
    }


def why_not(problem: Note) -> str:
    """Why there is no reply, and what to do on the command line."""
    sentence = word(problem)
    return f"{sentence.what} {_(_FLAGS[problem.id])}" if problem.id in _FLAGS else str(sentence)


def endings(finished: Finished) -> list[str]:
    """What is to be said below a reply: its notes, and what cut it."""
    said = [str(word(note)) for note in finished.notes]
    if finished.reason == "length":
        said.append(_("The reply was cut at the limit that --max-tokens sets."))
    if finished.reason == "context":
        said.append(_("The reply was cut because the context is full. A larger --ctx makes room."))
    return said


def footer(finished: Finished) -> str:
    """One line of figures."""
    spent, timings = finished.usage, finished.timings
    parts = [
        figures.tokens(spent.completion_tokens),
        figures.rate(timings.decode_tps),
        _("{s} to first token").format(s=figures.seconds(timings.ttft_s)),
        usage.reused(spent),
    ]
    if accepted := usage.accepted(spent):
        parts.append(_("drafts accepted: {accepted}").format(accepted=accepted))
    return " · ".join(parts)
