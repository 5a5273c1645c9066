"""The thinking form shows what a template offers and nothing else."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from qwendesk.api.messages import Thinking
from qwendesk.models.facts import Template
from qwendesk.ui.docks.thinkingform import ThinkingForm


@pytest.fixture
def form(qtbot: QtBot) -> ThinkingForm:
    made = ThinkingForm()
    qtbot.addWidget(made)
    return made


def test_efforts_and_earlier_reasoning_where_the_template_has_them(form: ThinkingForm) -> None:
    assert form.value() == Thinking()
    form.show_template(
        Template(
            "", thinking="switch", thinks_by_default=True, efforts=("low", "high"), preserves_thinking=True
        )
    )
    assert form.value() == Thinking(on=True), "the template's own default is shown"
    form.effort.setCurrentIndex(form.effort.findData("high"))
    form.preserve.setChecked(True)
    assert form.value() == Thinking(True, None, "high", True)
    form.show_template(Template("", thinking="none"))
    assert (form.value().effort, form.value().preserve) == (None, None)
    assert not form.test.isVisibleTo(form)
    assert "no switch" in form.offered.text()


def test_what_was_chosen_is_not_overwritten_by_a_default(form: ThinkingForm) -> None:
    form.mode.setCurrentIndex(2)
    assert form.value().on is False
    for template in (
        Template("", thinking="switch", thinks_by_default=True),
        None,
        Template("", thinking="none"),
    ):
        form.show_template(template)
    form.show_template(Template("", thinking="switch", thinks_by_default=True))
    assert form.value().on is False, "also after another model was loaded, or this one again"
