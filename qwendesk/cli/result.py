"""A finished reply as data and as one line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qwendesk.api.reply import Finished
from qwendesk.chat.talk import Talk
from qwendesk.words import _, figures, usage
from qwendesk.words.problems import word


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


def footer(finished: Finished) -> str:
    """One line of figures."""
    spent, timings = finished.usage, finished.timings
    parts = [
        figures.rate(timings.decode_tps),
        _("{s} to first token").format(s=figures.seconds(timings.ttft_s)),
        usage.reused(spent),
    ]
    if accepted := usage.accepted(spent):
        parts.append(_("drafts accepted: {accepted}").format(accepted=accepted))
    return " · ".join(parts)
