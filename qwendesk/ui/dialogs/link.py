"""A link in a reply: its true address is shown, and it opens only after a yes."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.widgets.parts import button
from qwendesk.words import _

SCHEMES = ("http", "https", "mailto")


def link(address: str, parent: QWidget) -> Dialog:
    """The dialog, not yet shown; other schemes than SCHEMES are only shown."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    opens = url.isValid() and url.scheme().lower() in SCHEMES
    dialog = Dialog(_("Open this address?") if opens else _("This address is not opened"), parent)
    told = _("The model wrote this link. Your browser would open exactly this address:")
    refused = _("Only web and mail addresses are opened from a conversation. The model wrote:")
    dialog.add_text(told if opens else refused, "dim")
    # The encoded form: look-alike characters of a host become visible.
    dialog.add_text(url.toString(QUrl.ComponentFormattingOption.FullyEncoded) if opens else address, "strong")
    if not opens:
        dialog.add_buttons(dialog.close_button(_("Close")))
        return dialog

    def go() -> None:
        dialog.accept()
        QDesktopServices.openUrl(url)

    dialog.add_buttons(dialog.close_button(_("Cancel")), button(_("Open in browser"), "primary", go))
    return dialog
