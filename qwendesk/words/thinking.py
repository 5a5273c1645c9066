"""What a template offers of reasoning, and what became of a test of its switch, in sentences."""

from __future__ import annotations

from qwendesk.chat.selftest import SwitchTest
from qwendesk.models.facts import Template
from qwendesk.words import _, figures


def offered(template: Template) -> str:
    """One sentence about the switch, one about what the model does without it."""
    told = {
        "switch": _("Its template can turn reasoning on and off."),
        "always": _("This model always reasons first; its template has no switch."),
        "none": _("Its template has no switch for reasoning."),
    }[template.thinking]
    default = {True: _("Unset, it reasons."), False: _("Unset, it does not."), None: ""}
    return " ".join(one for one in (told, default[template.thinks_by_default]) if one)


def tested(found: SwitchTest) -> str:
    """Whether the switch does what it says."""
    took = figures.seconds(found.seconds)
    if found.works:
        return _("The switch works: it reasoned when on and did not when off ({time}).").format(time=took)
    if found.on and found.off:
        return _("The switch does nothing: the model reasoned both times ({time}).").format(time=took)
    if found.off:
        return _("The switch is the wrong way round: it reasoned only when off ({time}).").format(time=took)
    return _("The model did not reason either time ({time}).").format(time=took)
