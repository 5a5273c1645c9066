"""From settings to a request, from a session to a record, from an error to its note."""

from __future__ import annotations

import logging
from typing import Any

from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.chat.settings import Record, Settings
from qwendesk.runtimes.session import Session

_log = logging.getLogger(__name__)


def request(messages: Any, settings: Settings) -> ReplyRequest:
    """See `Settings`; `messages` are those to be sent."""
    return ReplyRequest(
        messages,
        sampling=settings.sampling,
        thinking=settings.thinking,
        tools=settings.tools,
        stop=settings.stop,
        json_schema=settings.json_schema,
        logit_bias=settings.logit_bias,
        context_full=settings.context_full,
        draft=settings.draft,
        fresh=settings.fresh,
    )


def record(session: Session, settings: Settings, sha256: str) -> Record:
    """How the reply is made; the session is ready."""
    recipe, report = session.recipe, session.state.report
    return Record(
        str(recipe.model.path),
        recipe.model.name,
        recipe.spec.id,
        report.engine if report is not None else "",
        report.version if report is not None else "",
        report.options if report is not None else {},
        settings,
        model_sha256=sha256,
        asked=dict(recipe.options),
    )


def reason(error: Exception) -> Note:
    """A Problem as it is; anything else is our bug, told all the same: a turn never waits for ever."""
    if isinstance(error, Problem):
        return error.note()
    if isinstance(error, OSError):
        return Note("attachment_gone", {"path": str(error.filename or ""), "detail": error.strerror or ""})
    _log.error("talk failed", exc_info=error)
    return Note("internal", {"detail": f"{type(error).__name__}: {error}"[:500]})
