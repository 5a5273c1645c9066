"""The ways to write a conversation."""

from __future__ import annotations

from typing import Literal, get_args

from qwendesk.api.exporting import ExportedConversation, ExportedMessage
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.document import document
from qwendesk.chat.exporting.labels import Labels
from qwendesk.chat.exporting.markdown import markdown
from qwendesk.chat.exporting.page import page
from qwendesk.chat.exporting.plain import plain
from qwendesk.chat.exporting.telling import attachment_names

Format = Literal["md", "html", "json", "txt"]
EXTENSIONS: dict[Format, str] = {one: f".{one}" for one in get_args(Format)}
_WRITERS = {"md": markdown, "html": page, "txt": plain}


def export(
    conversation: Conversation,
    format: Format,
    *,
    reasoning: bool = True,
    versions: bool = False,
    labels: Labels | None = None,
) -> str:
    """The text of a file, which UTF-8 has bytes for.

    Args:
        versions: also messages off the path that is shown. JSON always has them, and the reasoning.
        labels: headings and other words; in English where none are given.
    """
    if format == "json":
        text = document(conversation)
    else:
        text = _WRITERS[format](conversation, labels or Labels(), reasoning, versions)
    return encodable(text)


def exported(conversation: Conversation, *, reasoning: bool = True) -> ExportedConversation:
    """The path that is shown, as a plugin's exporter gets it."""
    about = conversation.about
    messages = tuple(
        ExportedMessage(
            one.role,
            one.answer,
            one.reasoning if reasoning else "",
            one.created,
            one.model,
            one.name,
            tuple(attachment_names(one)),
        )
        for one in conversation.turns
    )
    return ExportedConversation(about.title, about.created, about.system, messages)


def encodable(text: str) -> str:
    """Without lone surrogates, which a paste may hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
