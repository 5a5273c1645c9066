"""How a reply ends: notes, the failure if it failed, its footer."""

from __future__ import annotations

from collections.abc import Callable

from qwendesk.api.problem import Note
from qwendesk.chat.conversation import Turn
from qwendesk.ui.chat.callcard import CallItem
from qwendesk.ui.chat.deeds import reply_deeds
from qwendesk.ui.chat.failure import Action, FailureItem
from qwendesk.ui.chat.footer import FooterItem, figures_of
from qwendesk.ui.chat.host import Host
from qwendesk.ui.chat.item import Item
from qwendesk.ui.chat.lines import LineItem
from qwendesk.ui.chat.versions import Place
from qwendesk.words import _
from qwendesk.words.problems import word


def ending(turn: Turn, host: Host, place: Place, *, last: bool) -> list[Item]:
    """The items under an answer that is over. Only the last reply offers to try again."""
    items: list[Item] = [LineItem(words) for words in _notes(turn)]
    if (call := host.call_of(turn.id)) is not None:
        items.append(CallItem(call, lambda what: host.do(what, turn.id)))
    if turn.problem is not None:
        actions = _actions(turn, turn.problem, host) if last else ()
        items.append(FailureItem(word(turn.problem), turn.log, actions, host.settle))
        if not turn.answer.strip() and place[1] == 1:
            return items
    copy = _copier(turn.answer, host) if turn.answer.strip() else None
    retry = host.retry if last and turn.problem is None else None
    items.append(
        FooterItem(
            _figures(turn),
            copy,
            retry,
            place,
            lambda step: host.do("after" if step > 0 else "before", turn.id),
            reply_deeds(turn),
            lambda id: host.do(id, turn.id),
        )
    )
    return items


def _copier(text: str, host: Host) -> Callable[[], None]:
    return lambda: host.copy(text)


def _figures(turn: Turn) -> str:
    words = figures_of(turn.finished)
    if turn.state != "cancelled":
        return words
    return "  ·  ".join(one for one in (_("Stopped"), words) if one)


def _notes(turn: Turn) -> list[str]:
    finished = turn.finished
    if finished is None:
        return []
    found = [str(word(note)) for note in finished.notes]
    if finished.reason == "length":
        found.append(_("The reply ended at the longest length that is set."))
    if finished.reason == "context":
        found.append(
            _("The reply ended because the context is full. A new chat or a larger context makes room.")
        )
    offered = turn.record is not None and bool(turn.record.settings.tools)
    for call in finished.tool_calls:
        told = (
            _("The model called {name}.") if offered else _("The model asks to call {name}. Nothing was run.")
        )
        found.append(told.format(name=call.name))
    if turn.state == "finished" and not turn.answer.strip() and not finished.tool_calls:
        found.append(_("The model ended without an answer."))
    return found


def _actions(turn: Turn, problem: Note, host: Host) -> tuple[Action, ...]:
    """A worker that is gone is started again; a full context is made room in; the rest is tried again."""
    if remedies := host.remedies_of(turn.id):
        return remedies
    if problem.id.startswith(("worker_", "engine_", "session_")):
        return ((_("Start again"), host.restart),)
    if problem.id in ("prompt_too_long", "context_full"):
        return (
            (_("Leave out the oldest messages"), lambda: host.do("skip", turn.id)),
            (_("Sum them up"), lambda: host.do("sum_up", turn.id)),
        )
    return ((_("Try again"), host.retry),)
