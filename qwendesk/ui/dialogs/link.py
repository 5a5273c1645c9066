"""A link in a reply: its host and its true address are shown, and it opens only after a yes."""

from __future__ import annotations

from PySide6.QtCore import QUrl, QUrlQuery
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.widgets.parts import button
from qwendesk.words import _

SCHEMES = ("http", "https", "mailto")
_LONGEST = 400
"""Characters of an address that are shown."""


def link(address: str, parent: QWidget) -> Dialog:
    """The dialog, not yet shown; other schemes than SCHEMES are only shown."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    opens = _opens(url)
    dialog = Dialog(_("Open this address?") if opens else _("This address is not opened"), parent)
    if not opens:
        dialog.add_text(
            _("Only web and mail addresses are opened from a conversation. The model wrote:"), "dim"
        )
        dialog.add_text(_shown(address), "strong")
        dialog.add_buttons(dialog.close_button(_("Close")))
        return dialog
    _tell(dialog, url)

    def go() -> None:
        dialog.accept()
        QDesktopServices.openUrl(url)

    dialog.add_buttons(dialog.close_button(_("Cancel")), button(_("Open in browser"), "primary", go))
    return dialog


def _opens(url: QUrl) -> bool:
    """A web address without a host is none; a mail that attaches a file of this computer is none of ours."""
    scheme = url.scheme().lower()
    if not url.isValid() or scheme not in SCHEMES:
        return False
    if scheme == "mailto":
        return not any(key.lower().startswith("attach") for key, _value in QUrlQuery(url).queryItems())
    return bool(url.host())


def _tell(dialog: Dialog, url: QUrl) -> None:
    # Encoded: look-alike characters of a host become visible, nothing can turn the text around.
    encoded = QUrl.ComponentFormattingOption.FullyEncoded
    host = url.host(encoded)
    if host:
        dialog.add_text(_("The model wrote this link. It leads to this host:"), "dim")
        dialog.add_text(_shown(host), "strong")
        for warning in _warnings(url, host):
            dialog.add_text(warning).setProperty("state", "warn")
    dialog.add_text(_("Your browser or mail program would open exactly this address:"), "dim")
    dialog.add_text(_shown(url.toString(encoded)), "" if host else "strong")


def _warnings(url: QUrl, host: str) -> list[str]:
    found: list[str] = []
    if url.userInfo():
        found.append(_("What stands before the @ is a name to log in with, not the host: it may mislead."))
    if "xn--" in host:
        found.append(
            _("The host is spelt with letters of other scripts, which may look like ones that you know.")
        )
    return found


def _shown(address: str) -> str:
    """Invisible characters and those that turn text around are written as their codes; a long one is cut."""
    cut = address if len(address) <= _LONGEST else address[:_LONGEST] + "…"
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in cut)
