"""What to keep: within the budget beyond doubt, no larger than need be, and honest about what is not known."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.lab_rows import FORMS, quality, speed, subject, whole_lab
from qwendesk.lab.advice import BUDGET, Advice, Verdict, Wanted, advise
from qwendesk.lab.line import Line
from qwendesk.lab.pareto import Axis
from qwendesk.lab.table import Table, table
from qwendesk.words import advising


def line(found: Table, key: str) -> Line:
    return next(one for one in found.lines if one.key == key)


def lab(*forms: tuple[str, float, float]) -> Table:
    """Forms with their drift and its standard error, beside BF16."""
    rows = [quality(subject(form), "english", kl, error=error) for form, kl, error in forms]
    return table([quality(subject("BF16")), *rows])


def test_the_smallest_within_the_budget_is_kept() -> None:
    found = table(whole_lab())
    most = {one.key: 32_768 for one in found.lines}
    told = advise(found, most)
    assert (told.verdict, told.label, told.than) == ("within", "Q5_K_M", "BF16")
    assert (
        advising.advice(told)
        == "Keep Q5_K_M: 63 % of the drift budget, 64 % smaller than BF16, fits with 32k context."
    )
    assert advising.doubts(told) == []


def test_what_does_not_fit_is_not_kept() -> None:
    found = table(whole_lab())
    most = {one.key: 0 if one.label in ("Q5_K_M", "Q6_K", "Q8_0", "BF16") else 8192 for one in found.lines}
    told = advise(found, most)
    assert (told.verdict, told.label) == ("least", "Q4_K_M")
    assert advising.advice(told) == (
        "Nothing that fits surely stays within the drift budget; Q4_K_M drifts least: 171 % of the drift budget, "
        "69 % smaller than BF16, fits with 8k context."
    )
    told = advise(found, dict.fromkeys(most, 512))
    assert (told.verdict, told.label) == ("none_fits", "")
    assert "4k tokens" in advising.advice(told)


def test_where_nothing_keeps_to_the_budget_the_reference_is_kept() -> None:
    told = advise(lab(("Q2_K", 0.2, 0.001)))
    assert (told.verdict, told.label, told.drift) == ("reference", "BF16", None)
    assert (
        advising.advice(told)
        == "Keep BF16, the reference: nothing smaller surely stays within the drift budget."
    )


def test_without_a_comparison_there_is_no_advice() -> None:
    told = advise(table([quality(subject("Q4_K_M")), quality(subject("Q2_K"))]))
    assert told.verdict == "unknown"
    assert not told.is_thin
    assert "No advice yet" in advising.advice(told)
    assert advise(Table()).verdict == "unknown"


def test_who_may_be_within_the_budget_is_told() -> None:
    told = advise(lab(("Q5_K_M", 0.005, 0.0001), ("Q4_K_M", 0.0105, 0.001), ("Q2_K", 0.3, 0.01)))
    assert (told.label, told.undecided, told.equal) == ("Q5_K_M", ("Q4_K_M",), ())
    assert advising.doubts(told) == ["Q4_K_M may be within the drift budget: a longer text would tell."]


def test_what_is_kept_may_itself_be_undecided() -> None:
    told = advise(table([quality(subject("Q5_K_M"), "english", 0.01, error=0.001)]))
    assert (told.verdict, told.undecided) == ("least", ("Q5_K_M",))


def test_ties_within_the_intervals_are_equal() -> None:
    told = advise(
        lab(("Q6_K", 0.019, 0.001), ("Q5_K_M", 0.02, 0.001), ("Q4_K_M", 0.03, 0.001)), _no_reference()
    )
    assert (told.verdict, told.label, told.equal) == ("least", "Q5_K_M", ("Q6_K",))
    assert advising.doubts(told) == ["By these texts the drift of Q6_K cannot be told from it."]


def _no_reference() -> dict[str, int]:
    reference = next(one for one in lab(("Q2_K", 0.2, 0.001)).lines if one.is_reference)
    return {reference.key: 0}


def test_speeds_that_cannot_be_told_apart_are_equal() -> None:
    rows = [
        quality(subject("Q6_K"), "english", 0.001), speed(subject("Q6_K"), 19.9),
        quality(subject("Q5_K_M"), "english", 0.008), speed(subject("Q5_K_M"), 20.0),
    ]  # fmt: skip
    assert advise(table(rows), wanted=Wanted("speed")).label == "Q6_K"
    assert advise(table([*rows, speed(subject("Q5_K_M"), 25.0)]), wanted=Wanted("speed")).label == "Q5_K_M"


def test_little_text_is_told() -> None:
    told = advise(table([quality(subject("Q8_0"), "english", 0.001, scored=510)]))
    assert told.is_thin
    assert advising.doubts(told) == ["Only 510 tokens were scored, too few to rely on: give a longer text."]
    assert advising.advice(told) == "Keep Q8_0: 10 % of the drift budget."


FORM_SETS = st.lists(
    st.tuples(st.sampled_from(list(FORMS)[1:]), st.floats(0, 0.1), st.floats(0, 0.01)),
    max_size=6,
    unique_by=lambda one: one[0],
)


@given(
    FORM_SETS, st.sampled_from(get_args(Axis)), st.dictionaries(st.integers(0, 6), st.sampled_from([0, 4096]))
)
def test_advice_keeps_its_word(
    forms: list[tuple[str, float, float]], axis: Axis, room: dict[int, int]
) -> None:
    found = lab(*forms)
    most = {one.key: room.get(at, 8192) for at, one in enumerate(found.lines)}
    told = advise(found, most, Wanted(axis))
    assert advising.advice(told).endswith(".")
    if not told.key:
        return
    kept = line(found, told.key)
    assert most[told.key] >= 4096
    if told.verdict == "within":
        assert kept.drift is not None
        assert kept.drift.high <= BUDGET
    for other in found.lines:
        is_within = other.drift is not None and other.drift.high <= BUDGET and most[other.key] >= 4096
        if axis == "size" and is_within:
            assert told.verdict == "within"
            assert other.subject.size_bytes >= kept.subject.size_bytes


@given(FORM_SETS, st.tuples(st.just("IQ1_S"), st.floats(0.011, 9.0), st.just(0.0)))
def test_a_bad_candidate_changes_nothing(
    forms: list[tuple[str, float, float]], bad: tuple[str, float, float]
) -> None:
    before, after = advise(lab(*forms)), advise(lab(*forms, bad))
    if forms:
        assert (before.label, before.share) == (after.label, after.share)


@pytest.mark.parametrize(
    ("share", "text"), [(0.0042, "0.42 %"), (0.631, "63 %"), (0.0996, "10 %"), (12.3, "1,230 %")]
)
def test_shares(share: float, text: str) -> None:
    assert advising.percent(share) == text


@pytest.mark.parametrize("verdict", get_args(Verdict))
@pytest.mark.parametrize("axis", get_args(Axis))
def test_every_verdict_has_a_sentence(verdict: Verdict, axis: Axis) -> None:
    assert advising.advice(Advice(verdict, Wanted(axis), label="X")).endswith(".")
