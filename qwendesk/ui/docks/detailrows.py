"""What is known about a reply, as titled rows: usage, timings with their definitions, settings, runtime."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qwendesk.api.engine import LoadReport
from qwendesk.api.options import describe
from qwendesk.api.reply import Finished
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Turn
from qwendesk.ui.widgets.optionfields import said
from qwendesk.words import _, figures, usage
from qwendesk.words.problems import word


@dataclass(frozen=True, slots=True)
class Row:
    """A name, a value and what the value means."""

    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; `notes` are sentences below them."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def groups(turn: Turn, report: LoadReport | None) -> Iterator[Group]:
    """Everything there is to tell about one reply."""
    if turn.finished is not None:
        yield Group(
            _("Reply"), _reply(turn, turn.finished), tuple(str(word(note)) for note in turn.finished.notes)
        )
        yield Group(_("Timings"), _timings(turn.finished))
        yield Group(_("Tokens"), _usage(turn.finished))
        yield Group(_("Sampling"), _sampling(turn.finished.sampling))
    elif turn.problem is not None:
        yield Group(_("Reply"), (Row(_("Model"), turn.model),), (str(word(turn.problem)),))
    if report is not None:
        yield Group(_("Runtime"), _runtime(report), tuple(str(word(note)) for note in report.notes))


def _reply(turn: Turn, finished: Finished) -> tuple[Row, ...]:
    reasons = {
        "stop": _("the model finished"),
        "length": _("the longest reply was reached"),
        "context": _("the context is full"),
        "tool_calls": _("the model calls a tool"),
        "cancelled": _("stopped by you"),
    }
    return (Row(_("Model"), turn.model), Row(_("Ended because"), reasons[finished.reason]))


def _timings(finished: Finished) -> tuple[Row, ...]:
    times = finished.timings
    return (
        Row(
            _("Decode speed"),
            figures.rate(times.decode_tps),
            _("(tokens − 1) / (time of the last token − time of the first), as stamped in the worker."),
        ),
        Row(
            _("Time to first token"),
            figures.seconds(times.ttft_s),
            _("From the request leaving the window to the first token. Reasoning counts, loading does not."),
        ),
        Row(
            _("Prompt speed"),
            figures.rate(times.prompt_tps),
            _("Prompt tokens not served from the cache, divided by the time the prompt took."),
        ),
        Row(
            _("Reasoning"),
            figures.seconds(times.reasoning_s),
            _("From the first to the last token of the reasoning."),
        ),
        Row(_("In all"), figures.seconds(times.total_s), _("From the request to the end of the reply.")),
    )


def _usage(finished: Finished) -> tuple[Row, ...]:
    used = finished.usage
    rows = [
        Row(
            _("Prompt"),
            f"{used.prompt_tokens:,}",
            _("Tokens sent to the model: the conversation in its template."),
        ),
        Row(_("Reused"), f"{used.reused_tokens:,}", _("Prompt tokens that were in the cache already.")),
        *([Row(_("Why no more"), *usage.reuse(used))] if used.reuse != "unknown" else []),
        Row(_("Generated"), f"{used.completion_tokens:,}", _("Reasoning and answer together.")),
        Row(_("Reasoning"), f"{used.reasoning_tokens:,}", _("Generated tokens before </think>.")),
    ]
    if used.injected_tokens:
        meaning = _("Tokens put in to close the reasoning when its budget was used up.")
        rows.append(Row(_("Put in"), f"{used.injected_tokens:,}", meaning))
    if accepted := usage.accepted(used):
        meaning = _("Tokens that were guessed ahead and found right, of all that were guessed.")
        rows.append(Row(_("Drafts accepted"), accepted, meaning))
    return tuple(rows)


def _sampling(sampling: Sampling) -> tuple[Row, ...]:
    rows = []
    for one in describe(Sampling):
        value = getattr(sampling, one.name)
        if one.advanced and value == one.default:
            continue
        shown = (
            said(one.unset) if value is None else f"{value:.6g}" if isinstance(value, float) else f"{value}"
        )
        rows.append(Row(said(one.title), shown, said(one.help)))
    return tuple(rows)


def _runtime(report: LoadReport) -> tuple[Row, ...]:
    return (
        Row(_("Engine"), f"{report.engine} {report.version}".strip()),
        Row(_("Architecture"), report.architecture or "–"),
        Row(_("Context"), f"{report.context:,}", _("Tokens per request that were really set aside.")),
        Row(_("Parallel requests"), f"{report.slots}"),
    )
