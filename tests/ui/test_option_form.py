"""Forms from descriptions: every kind goes in and comes out, changes are marked and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from qwendesk.api.options import Option, check, describe, option
from qwendesk.api.sampling import Sampling
from qwendesk.ui.slices import Slices
from qwendesk.ui.widgets.numberedit import NumberEdit, parse
from qwendesk.ui.widgets.optionfields import NumberField, PathField
from qwendesk.ui.widgets.optionform import OptionForm
from qwendesk.ui.widgets.scale import POSITIONS, Scale


@dataclass(frozen=True, slots=True)
class Every:
    """One of each kind."""

    context: int = option(
        8192, "Context", "How much.", minimum=256, maximum=1_048_576, step=256, unit="tokens"
    )
    layers: int | None = option(None, "Layers", minimum=0, maximum=1000, unset="as many as fit")
    share: float = option(0.5, "Share", minimum=0, maximum=1, step=0.01)
    map: bool = option(True, "Map")
    cache: str = option("f16", "Cache", choices=("f16", "q8_0", "q4_0"))
    note: str = option("", "Note")
    binary: str = option("", "Binary", kind="path", advanced=True)
    seed: int | None = option(None, "Seed", minimum=0, maximum=2**32 - 2, unset="random")


VALUES = st.fixed_dictionaries(
    {
        "context": st.integers(256, 1_048_576),
        "layers": st.none() | st.integers(0, 1000),
        "share": st.floats(0, 1).map(lambda value: float(f"{value:.6g}")),
        "map": st.booleans(),
        "cache": st.sampled_from(("f16", "q8_0", "q4_0")),
        "note": st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20),
        "binary": st.just("/usr/bin/x"),
        "seed": st.none() | st.integers(0, 2**32 - 2),
    }
)


@given(values=VALUES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(dressed: QApplication, values: dict[str, Any]) -> None:
    form = OptionForm(Every)
    form.set_values(values)
    assert form.values() == values
    assert form.built() == Every(**values)
    assert set(form.changes()) == {one.name for one in describe(Every) if values[one.name] != one.default}


@given(values=VALUES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_are_right_before_the_fields_are_there(dressed: QApplication, values: dict[str, Any]) -> None:
    form = OptionForm(Every, Slices())
    assert form.building
    assert form.built() == Every()
    form.set_values(values)
    assert form.values() == values
    assert form.built() == Every(**values)
    before = form.changes()
    assert form.fields.keys() == values.keys()
    assert not form.building
    assert (form.values(), form.changes()) == (values, before)


@given(values=VALUES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_typing_what_is_shown_means_the_same(dressed: QApplication, values: dict[str, Any]) -> None:
    for one in describe(Every):
        if one.kind in ("integer", "number"):
            assert check(one, parse(one, NumberEdit(one).shown(values[one.name]))) == values[one.name]


def test_defaults_that_come_while_the_form_is_built_reach_every_field(
    qtbot: QtBot, dressed: QApplication
) -> None:
    slices = Slices()
    form = OptionForm(Every, slices)
    qtbot.addWidget(form)
    form.show()
    form.set_values({"seed": 3})
    form.set_defaults({"context": 1024, "seed": 7, "binary": "/usr/bin/llama"})
    wanted = {"context": 1024, "seed": 3, "binary": "/usr/bin/llama"}
    with qtbot.waitSignal(form.completed):
        assert form.values() | wanted == form.values()
    assert form.values() | wanted == form.values()
    assert form.changes() == {"seed": 3}
    assert {name: form.fields[name].default for name in wanted} == wanted | {"seed": 7}


def test_a_value_set_before_its_field_is_there_is_told(dressed: QApplication) -> None:
    form, told = OptionForm(Every, Slices()), []
    form.changed.connect(lambda: told.append(form.values()["context"]))
    form.set_values({"context": 512})
    form.set_values({"context": 512})
    assert told == [512]


def test_a_form_that_is_deleted_while_it_is_built_is_left_alone(qtbot: QtBot, dressed: QApplication) -> None:
    slices = Slices()
    form = OptionForm(Every, slices)
    form.show()
    form.deleteLater()
    qtbot.waitUntil(lambda: not slices.busy)


def test_more_options_are_made_when_they_are_looked_at(qtbot: QtBot, dressed: QApplication) -> None:
    slices = Slices()
    form = OptionForm(Every, slices)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitUntil(lambda: not slices.busy)
    assert not form.findChildren(PathField)
    fold = next(one for one in form.findChildren(QToolButton) if one.text() == "More options")
    fold.click()
    qtbot.waitUntil(lambda: bool(form.findChildren(PathField)))
    fold.click()
    fold.click()
    qtbot.waitUntil(lambda: not slices.busy)
    assert len(form.findChildren(PathField)) == 1


def test_a_change_is_marked_and_taken_back(qtbot: QtBot, dressed: QApplication) -> None:
    form = OptionForm(Every)
    qtbot.addWidget(form)
    form.show()
    for name, value in {
        "context": 512,
        "share": 0.1,
        "map": False,
        "cache": "q8_0",
        "note": "x",
        "seed": 3,
    }.items():
        field = form.fields[name]
        assert not field.reset.isVisible()
        field.set_value(value)
        assert field.reset.isVisible()
        field.reset.click()
        assert not field.is_changed()
    assert form.changes() == {}


def test_a_wrong_text_is_marked_and_not_taken(qtbot: QtBot, dressed: QApplication) -> None:
    form = OptionForm(Every)
    qtbot.addWidget(form)
    field = form.fields["share"]
    assert isinstance(field, NumberField)
    for text in ("7", "abc", "nan"):
        field.edit.clear()
        qtbot.keyClicks(field.edit, text)
        assert field.edit.problem is not None
        assert field.edit.property("wrong") == "yes"
        assert field.value() == 0.5
    field.edit.editingFinished.emit()
    assert field.edit.text() == "0.5"


def test_empty_means_unset_only_where_it_may(qtbot: QtBot, dressed: QApplication) -> None:
    form = OptionForm(Every)
    qtbot.addWidget(form)
    seed, context = form.fields["seed"], form.fields["context"]
    assert isinstance(seed, NumberField)
    assert isinstance(context, NumberField)
    seed.set_value(5)
    seed.edit.clear()
    seed.edit.textEdited.emit("")
    assert seed.value() is None
    context.edit.clear()
    context.edit.textEdited.emit("")
    assert context.value() == 8192


def test_arrow_keys_step(qtbot: QtBot, dressed: QApplication) -> None:
    form = OptionForm(Every)
    qtbot.addWidget(form)
    field = form.fields["share"]
    assert isinstance(field, NumberField)
    qtbot.keyClick(field.edit, Qt.Key.Key_Up)
    assert field.value() == 0.51
    for _ in range(10):
        qtbot.keyClick(field.edit, Qt.Key.Key_PageDown)
    assert field.value() == 0


def test_the_slider_moves_the_number(qtbot: QtBot, dressed: QApplication) -> None:
    form = OptionForm(Every)
    qtbot.addWidget(form)
    field = form.fields["context"]
    assert isinstance(field, NumberField)
    field.slider.setValue(POSITIONS)
    assert field.value() == 1_048_576
    field.slider.setValue(0)
    assert field.value() == 256


def test_the_recommended_is_the_default(qtbot: QtBot, dressed: QApplication) -> None:
    form = OptionForm(Sampling)
    qtbot.addWidget(form)
    form.set_values({"top_k": 5})
    form.set_defaults({"temperature": 0.0, "top_p": 1.0, "top_k": 0})
    assert form.values()["temperature"] == 0.0
    assert form.changes() == {"top_k": 5}


@given(position=st.integers(0, POSITIONS), low=st.integers(1, 512), span=st.integers(1, 10_000_000))
def test_a_scale_stays_inside_and_goes_back(position: int, low: int, span: int) -> None:
    scale = Scale(low, low + span, 32)
    value = scale.value(position)
    assert low <= value <= low + span
    assert 0 <= scale.position(value) <= POSITIONS
    assert scale.value(0) == low
    assert scale.value(POSITIONS) == low + span


@pytest.mark.parametrize("one", [*describe(Every), *describe(Sampling)], ids=lambda one: one.name)
def test_each_field_says_its_default(dressed: QApplication, one: Option) -> None:
    form = OptionForm(Every if one.name in Every.__dataclass_fields__ else Sampling)
    field = form.fields[one.name]
    assert "Default: " in field.toolTip()
    assert any(one.title in label.text() for label in field.findChildren(QLabel)) or one.kind == "switch"
