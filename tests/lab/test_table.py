"""The lab's table: what stands side by side can be compared, and what nobody measured is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.lab_rows import (
    FORMS,
    MACHINE,
    REFERENCE,
    SETTINGS,
    TEXTS,
    quality,
    row,
    speed,
    subject,
    tasks,
    whole_lab,
)
from qwendesk.api.problem import Note
from qwendesk.lab.line import Line, Memory
from qwendesk.lab.measured import Row, Subject
from qwendesk.lab.selection import Selection
from qwendesk.lab.table import Table, table
from qwendesk.words.problems import word

BASE, FOUR, TWO = subject("BF16"), subject("Q4_K_M"), subject("Q2_K")


def line(found: Table, label: str) -> Line:
    return next(one for one in found.lines if one.label == label)


def test_one_line_for_each_model_the_largest_first() -> None:
    found = table(whole_lab())
    assert [one.label for one in found.lines] == list(FORMS)
    assert found.reference == BASE.name
    assert [one.is_reference for one in found.lines] == [True] + [False] * 6
    assert [one.name for one in found.texts] == ["chinese", "code", "english"]
    assert found.notes == ()
    assert found.selection == Selection(REFERENCE, 512, None, "f" * 64, MACHINE, SETTINGS)


def test_the_drift_weighs_each_text_by_its_tokens() -> None:
    rows = [
        quality(FOUR, "english", 0.02, scored=3000, error=0.001),
        quality(FOUR, "code", 0.01, scored=1000, error=0.002),
    ]
    only = table(rows).lines[0]
    error = ((3000 * 0.001) ** 2 + (1000 * 0.002) ** 2) ** 0.5 / 4000
    assert only.scored == 4000
    assert only.drift is not None
    assert only.drift.value == pytest.approx(0.0175)
    assert (only.drift.low, only.drift.high) == pytest.approx((0.0175 - 1.96 * error, 0.0175 + 1.96 * error))


def test_only_texts_that_all_have_read_make_the_drift() -> None:
    rows = [quality(FOUR, "english", 0.02), quality(FOUR, "code", 0.5), quality(TWO, "english", 0.2)]
    found = table(rows)
    assert found.shared == (TEXTS["english"],)
    drift = line(found, "Q4_K_M").drift
    assert drift is not None
    assert drift.value == pytest.approx(0.02)
    code = line(found, "Q4_K_M").readings[TEXTS["code"]].drift
    assert code is not None
    assert code.value == pytest.approx(0.5)


def test_who_lacks_a_chosen_text_has_no_drift() -> None:
    rows = [quality(FOUR, "english", 0.02), quality(FOUR, "code", 0.5), quality(TWO, "english", 0.2)]
    found = table(rows, Selection(texts=(TEXTS["english"], TEXTS["code"])))
    assert line(found, "Q4_K_M").drift is not None
    assert line(found, "Q2_K").drift is None
    assert line(found, "Q2_K").scored == 0


def test_what_was_not_measured_is_missing_and_not_zero() -> None:
    bare = table([quality(BASE)]).lines[0]
    assert (bare.drift, bare.same_top, bare.speed, bare.memory, bare.tasks) == (None, None, None, None, None)
    slow = table([row("speed", FOUR, SETTINGS, {"decode_tps": [], "peak_bytes": 0})]).lines[0]
    assert slow.speed is not None
    assert (slow.speed.decode, slow.speed.prompt, slow.speed.joules, slow.memory) == (None, None, None, None)


def test_memory_is_estimated_where_it_was_not_measured() -> None:
    rows = [speed(FOUR, 18.0, 3_000), speed(TWO, 20.0)]
    found = table(rows, estimated=lambda of: 2_000 if of == TWO else 9_999)
    assert line(found, "Q4_K_M").memory == Memory(3_000, True)
    assert line(found, "Q2_K").memory == Memory(2_000, False)


def test_speeds_are_medians_with_quartiles_of_this_machine_and_these_settings() -> None:
    elsewhere = replace(speed(FOUR, 99.0), machine="another computer")
    rows = [speed(FOUR, 18.0), speed(FOUR, 12.0, depth=4096), elsewhere, speed(TWO, 20.0)]
    found = line(table(rows), "Q4_K_M")
    assert found.speed is not None
    assert found.speed.decode is not None
    assert found.speed.decode.value == 18.0
    assert found.speed.decode.low == pytest.approx(18 * 0.9925)
    assert len(found.speeds) == 2
    deep = line(table(rows, Selection(speed={**SETTINGS, "depth": 4096})), "Q4_K_M").speed
    assert deep is not None
    assert deep.decode is not None
    assert deep.decode.value == 12.0
    there = table(rows, Selection(machine="another computer"))
    assert line(there, "Q2_K").speed is None


def test_the_plainest_settings_stand_in_the_line() -> None:
    rows = [speed(FOUR, 12.0, depth=4096), speed(FOUR, 18.0), speed(FOUR, 30.0, batch=4)]
    assert table(rows).selection.speed == SETTINGS


def test_a_comparison_with_another_reference_or_window_does_not_count() -> None:
    other = quality(TWO, "english", 0.5, settings={"reference": "7" * 64})
    short = quality(TWO, "english", 0.6, settings={"window": 128})
    found = table([quality(FOUR, "english", 0.02), quality(subject("Q6_K"), "english", 0.01), other, short])
    assert line(found, "Q2_K").drift is None
    reading = line(found, "Q2_K").readings[TEXTS["english"]]
    assert reading.perplexity is not None
    assert table([other, short]).lines[0].drift is not None
    assert table([other, short], Selection(reference="7" * 64, window=128)).lines[0].drift is None


def test_a_later_reading_without_a_reference_hides_no_comparison() -> None:
    rows = [quality(FOUR, "english", 0.02, at=1.0), quality(FOUR, "english", at=2.0)]
    assert table(rows).lines[0].drift is not None
    again = [
        quality(FOUR, "english", 0.02, at=1.0),
        replace(quality(FOUR, "english", 0.03, at=2.0), machine="another"),
    ]
    drift = table(again).lines[0].drift
    assert drift is not None
    assert drift.value == pytest.approx(0.03)


def test_why_something_is_missing_is_told() -> None:
    refused = quality(TWO, no_comparison=["score_reference", {"path": "x", "detail": "another vocabulary"}])
    found = table([*whole_lab(), replace(refused, settings={**refused.settings, "text": "8" * 64})])
    two = line(found, "Q2_K")
    assert two.readings["8" * 64].refused == Note(
        "score_reference", {"path": "x", "detail": "another vocabulary"}
    )
    assert [(one.kind, one.about, one.note.id) for one in two.failures] == [
        ("quality", "maths", "model_missing")
    ]


def test_perplexity_is_no_guide_for_seedling() -> None:
    small = subject("Q8_0", name="seedling:Q8_0")
    (note,) = table([quality(small)]).notes
    assert "trained on answers only" in str(word(note))
    assert table([speed(small, 900.0)]).notes == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"quantization": "Q2_K", "name": "a:Q2_K", "sha256": "2"}, ["Q2_K", "Q4_K_M"]),
        ({"name": "org/b:Q4_K_M", "sha256": "2"}, ["Qwen3-4B-Instruct-2507:Q4_K_M", "b:Q4_K_M"]),
        (
            {"name": "org/Qwen3-4B-Instruct-2507:Q4_K_M", "sha256": "2"},
            ["Qwen3-4B-Instruct-2507:Q4_K_M", "org/Qwen3-4B-Instruct-2507:Q4_K_M"],
        ),
        ({"name": "b:Q4_K_M", "sha256": "2"}, ["Qwen3-4B-Instruct-2507:Q4_K_M", "b:Q4_K_M"]),
        (
            {"runtime": "llamaserver"},
            ["Qwen3-4B-Instruct-2507:Q4_K_M (llamacpp)", "Qwen3-4B-Instruct-2507:Q4_K_M (llamaserver)"],
        ),
        (
            {"engine": "9"},
            ["Qwen3-4B-Instruct-2507:Q4_K_M (llamacpp 0.3.36)", "Qwen3-4B-Instruct-2507:Q4_K_M (llamacpp 9)"],
        ),
        (
            {"sha256": "2"},
            [
                "Qwen3-4B-Instruct-2507:Q4_K_M (llamacpp 0.3.36)",
                "Qwen3-4B-Instruct-2507:Q4_K_M (llamacpp 0.3.36) #2",
            ],
        ),
    ],
)
def test_labels_are_short_and_tell_models_apart(changes: dict[str, Any], expected: list[str]) -> None:
    found = table([quality(FOUR), quality(replace(FOUR, **changes))])
    assert sorted(one.label for one in found.lines) == expected


def test_a_renamed_file_joins_its_line() -> None:
    found = table([quality(FOUR), replace(tasks(replace(FOUR, name="mine"), 0.9), happened=2e9)])
    assert [(one.subject.name, one.tasks is not None) for one in found.lines] == [("mine", True)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["comparison", "kl_mean", "count", "perplexity", "logprob", "decode_tps", "score", "answers", "by_kind"]
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["quality", "speed", "tasks"]), st.dictionaries(NAMES, JSON), JSON),
        max_size=5,
    )
)
def test_whatever_a_row_holds_makes_a_table(found: list[tuple[Any, dict[str, Any], Any]]) -> None:
    rows = [
        Row(kind, FOUR, {"text": value, "tasks": value, "reference": value}, MACHINE, 1.0, told)
        for kind, told, value in found
    ]
    assert len(table(rows).lines) == bool(rows)


@given(st.permutations(whole_lab()))
def test_the_order_of_rows_changes_nothing(rows: list[Row]) -> None:
    assert table(rows) == table(whole_lab())


def test_no_rows_make_no_lines() -> None:
    assert table([]) == Table()
    assert isinstance(FOUR, Subject)
