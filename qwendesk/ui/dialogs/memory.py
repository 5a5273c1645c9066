"""What does not fit into memory: the reason, what would fit, and the way to load it all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from qwendesk.models.library import Model
from qwendesk.models.memory.fit import Fit
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.widgets.parts import button
from qwendesk.words import _, figures
from qwendesk.words import memory as words


def memory_dialog(
    model: Model, fit: Fit, take: Callable[[Mapping[str, Any]], None], parent: QWidget
) -> Dialog:
    """The dialog, not yet shown; `take` hears which options to change (none: load it as it is)."""
    dialog = Dialog(_("{model} will not fit into memory").format(model=model.title), parent)
    dialog.add_text(words.verdict(fit))
    dialog.add_text(
        _("Loading it can slow this computer down until other programs are closed, or end in an error."),
        "dim",
    )

    def choose(options: Mapping[str, Any]) -> None:
        dialog.accept()
        take(options)

    for one in fit.suggestions:
        text = _("Load with {change} ({size})").format(
            change=words.change(one.options), size=figures.size(one.needed)
        )
        dialog.body.addWidget(button(text, "example", partial(choose, one.options)))
    if not fit.suggestions:
        dialog.add_text(_("A smaller model or quantization would fit."))
    dialog.add_buttons(button(_("Load anyway"), "", partial(choose, {})), dialog.close_button(_("Cancel")))
    return dialog
