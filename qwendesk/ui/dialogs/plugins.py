"""The plugins: what each one gives, or why it is off or blocked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QWidget

from qwendesk.plugins import PluginReport
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.parts import column, framed, label, row
from qwendesk.words import _
from qwendesk.words.problems import word

_STATES = {"active": ("✓", "good"), "off": ("○", ""), "blocked": ("✕", "bad")}


def plugins(reports: Sequence[PluginReport], parent: QWidget) -> Dialog:
    """The dialog, not yet shown."""
    dialog = Dialog(_("Plugins"), parent, width=560)
    dialog.add_text(
        _("Plugins bring runtimes and health checks. Others' plugins are off until allowed."),
        "dim",
    )
    page = QWidget()
    cards = [_card(one) for one in reports] or [label(_("No plugin is installed."), "dim")]
    page.setLayout(column(*cards, 1, space=SPACE, margins=(0, 0, TIGHT, 0)))
    dialog.add_scrolled(page, _("Plugins"), 240)
    dialog.add_buttons(dialog.close_button(_("Close")))
    return dialog


def _card(report: PluginReport) -> QFrame:
    words = {"active": _("Active"), "off": _("Off"), "blocked": _("Blocked")}
    shape, mark = _STATES[report.state]
    sign = label(f"{shape}  {words[report.state]}", "strong")
    sign.setProperty("state", mark)
    lines: list[QWidget] = []
    if report.hooks:
        gives = ", ".join(one.removeprefix("register_").replace("_", " ") for one in report.hooks)
        lines.append(label(_("Gives: {what}").format(what=gives), "dim", wrap=True))
    if report.problem is not None:
        lines.append(label(str(word(report.problem)), "dim", wrap=True, selectable=True))
    origin = label(f"{report.package} {report.version}".strip(), "faint")
    head = row(label(report.name, "strong"), origin, 1, sign)
    card = framed(column(head, *lines, space=TIGHT, margins=(ROOMY, SPACE, ROOMY, SPACE)))
    card.setAccessibleName(f"{report.name}: {words[report.state]}")
    return card
