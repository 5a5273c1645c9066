"""The model switcher: every model on this computer by a few typed letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from qwendesk.models.library import Model
from qwendesk.ui.dialogs.picker import Entry, Picker
from qwendesk.words import _, figures


def switcher(models: Sequence[Model], choose: Callable[[Model], None], parent: QWidget) -> Picker:
    """A picker over the models; Enter talks with the one picked."""
    entries = [
        Entry(
            str(one.path),
            f"{one.title} {one.quantization}".strip(),
            partial(choose, one),
            figures.size(one.size_bytes),
        )
        for one in models
    ]
    return Picker(_("Switch model"), _("Type the name of a model"), entries, parent)
