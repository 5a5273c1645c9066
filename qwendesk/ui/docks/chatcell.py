"""A conversation, or a message that was found in one, as a row."""

from __future__ import annotations

from qwendesk.chat.history import Entry, Hit
from qwendesk.ui.lists.cell import Cell, Deed
from qwendesk.words import _, ngettext
from qwendesk.words.moments import ago

_OPEN = Deed("open", _("Open"), shown=False)
_DELETE = Deed("delete", _("Delete"), shown=False)
_RESTORE = Deed("restore", _("Bring back"))


def chat_cell(row: Entry | Hit) -> Cell:
    """Two lines: the title, and what it is about."""
    return _hit(row) if isinstance(row, Hit) else _entry(row)


def _hit(hit: Hit) -> Cell:
    return Cell(
        hit.title or _("New chat"),
        right=ago(hit.created),
        detail=hit.excerpt,
        deeds=(_OPEN,),
        tip=hit.excerpt,
    )


def _entry(entry: Entry) -> Cell:
    about = entry.about
    count = ngettext("{n:,} message", "{n:,} messages", entry.messages).format(n=entry.messages)
    pinned = _("pinned") if about.pinned else ""
    parts = (pinned, about.folder, count if entry.messages else _("draft"), about.model.rpartition("/")[2])
    return Cell(
        about.title or _("New chat"),
        right=ago(about.updated),
        detail=" · ".join(one for one in parts if one),
        deeds=_deeds(entry),
        tip=about.title,
    )


def _deeds(entry: Entry) -> tuple[Deed, ...]:
    about = entry.about
    if about.trashed is not None:
        return (_RESTORE, Deed("remove", _("Delete for good…"), shown=False))
    return (
        _OPEN,
        Deed("rename", _("Rename…"), shown=False),
        Deed("unpin" if about.pinned else "pin", _("Unpin") if about.pinned else _("Pin"), shown=False),
        Deed("folder", _("Move to a folder…"), shown=False),
        Deed("unarchive", _("Take out of the archive"), shown=False)
        if about.archived
        else Deed("archive", _("Archive"), shown=False),
        Deed("export", _("Export…"), shown=False),
        _DELETE,
    )
