"""Before a conversation is gone for good: which one, and that nothing brings it back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from qwendesk.chat.conversation import About
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.widgets.parts import button
from qwendesk.words import _


def remove_dialog(about: About, remove: Callable[[], None], parent: QWidget) -> Dialog:
    """The dialog, not yet shown; `remove` is called after a yes."""
    title = about.title or _("New chat")
    dialog = Dialog(_("Delete “{title}” for good?").format(title=title), parent)
    dialog.add_text(_("Its messages and attachments are removed from this computer. This cannot be undone."))

    def confirmed() -> None:
        dialog.accept()
        remove()

    yes, keep = button(_("Delete for good"), "", confirmed), dialog.close_button(_("Keep it"))
    yes.setAutoDefault(False)
    dialog.add_buttons(yes, keep)
    keep.setDefault(True)
    keep.setFocus()  # the first button would have it, and be the one that Enter presses
    return dialog
