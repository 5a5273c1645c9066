"""What can be set about the library, downloads and sources of models; each group is a generated form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwendesk.system.preferences import Group
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.token import TokenRow
from qwendesk.ui.slices import Slices
from qwendesk.ui.theme.tokens import GAP, ROOMY, TIGHT
from qwendesk.ui.widgets.optionform import OptionForm
from qwendesk.ui.widgets.parts import button, column, heading, label, look_again
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_HEIGHT = 460


class SettingsDialog(Dialog):
    """`save_requested` with the changed values by their whole names. It stays until it is told to close."""

    save_requested = Signal(object)

    def __init__(
        self,
        groups: Iterable[Group],
        values: Mapping[str, Mapping[str, Any]],
        tokens: Mapping[str, TokenRow],
        parent: QWidget,
        slices: Slices | None = None,
    ) -> None:
        """`values` by prefix; `tokens` by the prefix of the group below which they stand."""
        super().__init__(_("Settings"), parent, width=560)
        self._kept, self.tokens = values, tuple(tokens.values())
        self.forms: dict[str, OptionForm] = {}
        page = QWidget()
        parts = [self._section(one, tokens.get(one.prefix), slices) for one in groups]
        page.setLayout(column(*parts, 1, space=GAP, margins=(0, 0, ROOMY, 0)))
        self.add_scrolled(page, _("Settings"), _HEIGHT)
        self.problem = label("", "small", wrap=True, selectable=True)
        self.problem.setAccessibleName(_("What is wrong"))
        look_again(self.problem, "state", "bad")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.save = button(_("Save"), "primary", self._on_save)
        self.add_buttons(button(_("Cancel"), "", self.reject), self.save)
        self.save.setDefault(True)

    def _section(self, group: Group, token: TokenRow | None, slices: Slices | None) -> QVBoxLayout:
        form = OptionForm(group.options, slices)
        form.set_values(self._kept[group.prefix])
        self.forms[group.prefix] = form
        return column(heading(_(group.title)), form, *([token] if token else []), space=TIGHT + 4)

    def changes(self) -> dict[str, Any]:
        """Values that are others than those that were shown first, by their whole names."""
        return {
            f"{prefix}.{name}": value
            for prefix, form in self.forms.items()
            for name, value in form.values().items()
            if value != self._kept[prefix][name]
        }

    def _on_save(self) -> None:
        self.save.setEnabled(False)
        self.save_requested.emit(self.changes())

    def show_problem(self, sentence: Sentence) -> None:
        """Nothing was saved, for this reason."""
        self.problem.setText(str(sentence))
        self.problem.show()
        self.save.setEnabled(True)
