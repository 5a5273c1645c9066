"""A form for the variables of a prompt."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.options import Option
from qwendesk.api.prompts import Variable, variable_option
from qwendesk.ui.dialogs.variablefields import variable_field
from qwendesk.ui.slices import Slices
from qwendesk.ui.widgets.optionfields import Field
from qwendesk.ui.widgets.optionform import Form


class VariableForm(Form):
    """Values by the names of the variables."""

    def __init__(self, variables: Sequence[Variable], slices: Slices | None = None) -> None:
        known = {one.name: one for one in variables}

        def make(one: Option) -> Field:
            return variable_field(known[one.name], one)

        super().__init__([variable_option(one) for one in variables], slices, make)
