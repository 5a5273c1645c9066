"""A conversation from messages of another program: its tree, with ids of our own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qwendesk.api.messages import ToolCall
from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import About, Conversation, first_line
from qwendesk.chat.importing.imported import Attach
from qwendesk.chat.pictures import extension
from qwendesk.chat.turn import Attachment, Role, Turn, new_id

_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A message there.

    Args:
        key, parent: its id there and that of the message before it.
        created: seconds since the epoch; 0 where it is not told.
        name: of the tool whose result this is.
        images: encoded.
        finished: a reply's figures, where they are told.
    """

    key: str
    parent: str | None
    role: Role
    text: str
    reasoning: str = ""
    created: float = 0.0
    model: str = ""
    name: str = ""
    calls: tuple[ToolCall, ...] = ()
    images: tuple[bytes, ...] = ()
    stopped: bool = False
    finished: Finished | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A conversation there. `head` is the last message that is shown, None for the newest.

    `missing` counts files that go with it and could not be found.
    """

    about: About
    said: tuple[Said, ...]
    head: str | None = None
    missing: int = 0


def grown(tree: Tree, attach: Attach | None) -> Conversation:
    """The conversation; its times are those of the messages where it tells none.

    Without `attach` images stay in memory. Raises Problem `attachment_not_saved`.
    """
    said = {one.key: one for one in reversed(tree.said)}
    order = parents_first({one.key: one.parent for one in tree.said})
    ids: dict[str | None, int] = {key: new_id() for key in _by_time(order, said)}
    turns = [_turn(said[key], id, ids.get(order[key]), attach) for key, id in ids.items() if key is not None]
    return Conversation(about=_about(tree, ids), turns=turns)


def parents_first(parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """Every message with its parent, which comes before it; one whose parent is missing is a first one.

    A circle of parents is cut.
    """
    order: dict[str, str | None] = {}
    for start in parents:
        chain: dict[str, str | None] = {}
        here: str | None = start
        while here is not None and here not in order and here not in chain:
            above = parents[here]
            chain[here] = above if above in parents else None
            here = chain[here]
        for key, above in reversed(chain.items()):
            order[key] = above if above in order else None
    return order


def _by_time(order: Mapping[str, str | None], said: Mapping[str, Said]) -> list[str]:
    """In the order in which they were made, though clocks may have told otherwise."""
    moments: dict[str | None, float] = {None: 0.0}
    for key, parent in order.items():
        moments[key] = max(said[key].created, moments[parent])
    places = {key: place for place, key in enumerate(order)}
    return sorted(order, key=lambda key: (moments[key], places[key]))


def _turn(said: Said, id: int, parent: int | None, attach: Attach | None) -> Turn:
    finished = said.finished or (figureless() if said.calls else None)
    if finished is not None:
        reason = "tool_calls" if said.calls else finished.reason
        finished = replace(
            finished, reason=reason, answer=said.text, reasoning=said.reasoning, tool_calls=said.calls
        )
    return Turn(
        id,
        said.role,
        said.text,
        said.reasoning,
        "cancelled" if said.stopped else "finished",
        finished=finished,
        model=said.model,
        images=said.images if attach is None else (),
        attachments=_attached(said.images, attach) if attach is not None else (),
        parent=parent,
        created=said.created,
        name=said.name,
    )


def _attached(images: Sequence[bytes], attach: Attach) -> tuple[Attachment, ...]:
    named = ((f"image-{number}.{extension(one)}", one) for number, one in enumerate(images, 1))
    return tuple(attach(name, "image", one) for name, one in named)


def figureless() -> Finished:
    """The end of a reply that was never measured."""
    return Finished("stop", "", "", (), Usage(0, 0, 0), Timings(None, None, None), Sampling())


def _about(tree: Tree, ids: Mapping[str | None, int]) -> About:
    about = tree.about
    moments = [one.created for one in tree.said if one.created]
    created = about.created or min(moments, default=time.time())
    question = next((one.text for one in tree.said if one.role == "user" and one.text.strip()), "")
    return replace(
        about,
        id=new_id(),
        title=" ".join(about.title.split())[:_LONGEST_TITLE] or first_line(question),
        created=created,
        updated=about.updated or max(moments, default=created),
        head=ids.get(tree.head) if tree.head is not None else None,
    )


def skipped(title: str, detail: str) -> Note:
    """Why one conversation of many is left out."""
    return Note("import_skipped", {"title": title[:80], "detail": detail[:200]})
