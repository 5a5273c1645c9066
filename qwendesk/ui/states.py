"""A session's state as people see it: a word, a mark (good, warn, bad or none), a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from qwendesk.models.library import Model
from qwendesk.runtimes.session import Session
from qwendesk.runtimes.state import SessionState
from qwendesk.ui.chat.pill import ModelState
from qwendesk.ui.widgets.optionfields import said
from qwendesk.words import _, figures
from qwendesk.words.problems import word


@dataclass(frozen=True, slots=True)
class Seen:
    """`mark` colours a dot that always stands beside the word."""

    pill: ModelState
    word: str
    mark: str
    tooltip: str = ""


def seen(state: SessionState | None, *, busy: bool = False) -> Seen:
    """What to say about a session; None is "nothing loaded"."""
    if state is None:
        return Seen(
            "none", _("Not loaded"), "", _("The model is loaded with the first message, or with Load.")
        )
    if state.phase == "ready" and busy:
        return Seen("busy", _("Replying"), "good", _ready(state))
    pill, word, mark = {
        "starting": ("loading", _("Loading"), "warn"),
        "loading": ("loading", _("Loading"), "warn"),
        "ready": ("ready", _("Ready"), "good"),
        "closing": ("none", _("Unloading"), "warn"),
        "closed": ("none", _("Unloaded"), ""),
        "failed": ("dead", _("Not loaded"), "bad"),
        "dead": ("dead", _("Died"), "bad"),
    }[state.phase]
    return Seen(cast("ModelState", pill), word, mark, _ready(state) or _problem(state))


def _problem(state: SessionState) -> str:
    return str(word(state.problem)) if state.problem else ""


def _ready(state: SessionState) -> str:
    if state.report is None or state.over:
        return ""
    report = state.report
    return _("{engine} {version}, context {context:,} tokens, loaded in {took}").format(
        engine=report.engine,
        version=report.version,
        context=report.context,
        took=figures.seconds(state.load_s),
    )


def pill(model: Model | None, session: Session | None) -> tuple[str, str]:
    """The pill's name and detail: quantization, runtime, context."""
    if model is None:
        return _("No model"), ""
    parts = [model.quantization]
    if session is not None:
        parts.append(said(session.recipe.spec.title))
        if session.state.report is not None:
            parts.append(short_count(session.state.report.context))
    return model.title, " · ".join(part for part in parts if part)


def short_count(tokens: int) -> str:
    """8192 → "8k", 1000 → "1,000": contexts are spoken of in units of 1,024."""
    return f"{tokens // 1024}k" if tokens >= 1024 and tokens % 1024 == 0 else f"{tokens:,}"
