"""ChatGPT's data export: conversations.json, a list of conversations.

OpenAI documents no format. This is what exports of 2023 to 2026 hold, as public parsers and samples show it
(mitkury/chatgpt-export-parser, docs/chatgpt-data-export-format.md; the web client's own JSON has the same
shape): `mapping` is a tree of nodes by id, `current_node` the last one that is shown. What a reasoning model
thinks, and each call of a tool, are nodes of their own. Any field may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qwendesk.api.messages import ToolCall
from qwendesk.chat.conversation import About
from qwendesk.chat.importing.chatgptcontent import is_hidden, text_of, thoughts_of
from qwendesk.chat.importing.growing import Said, Tree, parents_first
from qwendesk.chat.importing.jsondata import arguments, fields, moment
from qwendesk.chat.importing.lying import Lying
from qwendesk.models.jsonfile import Fields

_UNFINISHED = frozenset({"in_progress", "finished_partial_completion"})


def tree(value: Any, files: Lying) -> Tree | None:
    """The conversation in one element of the list, or None; images are looked for in `files`."""
    given = fields(value)
    if not isinstance(given.values.get("mapping"), dict):
        return None
    walk = _Walk(given.inner("mapping"), files)
    walk.all()
    about = About(
        0,
        given.text("title"),
        "\n\n".join(walk.system),
        archived=given.switch("is_archived"),
        pinned=given.switch("is_starred"),
        created=moment(given.values.get("create_time")),
        updated=moment(given.values.get("update_time")),
    )
    place = walk.places.get(given.text("current_node"))
    return Tree(about, tuple(walk.said.values()), place.anchor if place else None, walk.missing)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the tree of messages stands at a node: the last message, and thoughts that wait for one."""

    anchor: str | None = None
    thoughts: tuple[str, ...] = ()
    key: str = ""


@dataclass(slots=True)
class _Walk:
    """The nodes, parents first; those that nobody sees are left out, and what follows moves up."""

    mapping: Fields
    files: Lying
    said: dict[str, Said] = field(default_factory=dict)
    places: dict[str | None, _Place] = field(default_factory=dict)
    system: list[str] = field(default_factory=list)
    missing: int = 0

    def all(self) -> None:
        nodes = {key: self.mapping.inner(key) for key in self.mapping.values}
        order = parents_first({key: node.text("parent") or None for key, node in nodes.items()})
        self.places[None] = _Place()
        for key, parent in order.items():
            self.places[key] = self._place(key, nodes[key].inner("message"), self.places[parent])
        for key in set(order) - set(order.values()):
            self.places[key] = self._settled(self.places[key])

    def _place(self, key: str, message: Fields, above: _Place) -> _Place:
        content, author = message.inner("content"), message.inner("author")
        role = author.text("role")
        if not message.values or is_hidden(message):
            return above
        if thought := thoughts_of(content):
            return _Place(above.anchor, (*above.thoughts, thought), key)
        text, images = text_of(content), list(self._images(content))
        if role == "system":
            self.system += [text] if text.strip() else []
            return above
        if role not in ("user", "assistant", "tool") or not (text.strip() or images):
            return above
        if role != "assistant":
            above = self._settled(above)
        self.said[key] = _said(key, above, message, text, tuple(images))
        return _Place(key)

    def _settled(self, place: _Place) -> _Place:
        """Thoughts that no answer came after become a reply of their own."""
        if not place.thoughts:
            return place
        thought = "\n\n".join(place.thoughts)
        self.said[place.key] = Said(place.key, place.anchor, "assistant", "", thought, stopped=True)
        return _Place(place.key)

    def _images(self, content: Fields) -> Iterator[bytes]:
        for part in content.list("parts"):
            pointer = fields(part).text("asset_pointer")
            if not pointer:
                continue
            found = self.files.image(pointer.rpartition("/")[2])
            if found is None:
                self.missing += 1
            else:
                yield found


def _said(key: str, above: _Place, message: Fields, text: str, images: tuple[bytes, ...]) -> Said:
    role = message.inner("author").text("role")
    recipient = message.text("recipient")
    is_call = role == "assistant" and recipient not in ("", "all")
    return Said(
        key,
        above.anchor,
        "assistant" if role == "assistant" else "tool" if role == "tool" else "user",
        "" if is_call else text,
        "\n\n".join(above.thoughts),
        moment(message.values.get("create_time")),
        message.inner("metadata").text("model_slug") if role == "assistant" else "",
        message.inner("author").text("name") if role == "tool" else "",
        (ToolCall(recipient, arguments(message.inner("content").text("text") or text)),) if is_call else (),
        images,
        role == "assistant" and message.text("status") in _UNFINISHED,
    )
