"""Before an engine is installed: what it takes, and a yes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from qwendesk.runtimes.engines.plan import Plan
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.widgets.optionfields import said
from qwendesk.ui.widgets.parts import button
from qwendesk.words import _, engines


def equip_dialog(runtime: str, plan: Plan, parent: QWidget) -> Dialog:
    """The dialog, not yet shown; accepted means yes."""
    dialog = Dialog(_("Install {runtime} {name}?").format(runtime=runtime, name=plan.name), parent)
    dialog.add_text(engines.plan(plan))
    if plan.wish.variant.compiled:
        dialog.add_text(said(plan.wish.variant.summary), "dim")
    where = _("From {hosts}. It is tested with Seedling before it is used; what is in use now stays.")
    here = _("From your folder. It is tested with Seedling before it is used; what is in use now stays.")
    dialog.add_text(where.format(hosts=", ".join(plan.hosts)) if plan.hosts else here, "dim")
    yes = button(_("Install"), "primary", dialog.accept)
    dialog.add_buttons(button(_("Cancel"), "", dialog.reject), yes)
    yes.setDefault(True)
    yes.setFocus()  # the first button would have it, and be the one that Enter presses
    return dialog
