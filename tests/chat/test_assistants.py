"""Assistants: kept by name, whatever the name is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.messages import Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.chat.prompts.assistants import Assistant, Assistants

TUTOR = Assistant(
    "Tutor",
    "You teach.\nBe patient.",
    "Qwen/Qwen3-4B-GGUF:Q4_K_M",
    {"temperature": 1, "top_k": 40},
    Thinking(True, 500),
)


@pytest.fixture
def assistants(tmp_path: Path) -> Assistants:
    return Assistants(tmp_path / "assistants")


def test_they_are_kept_and_go(assistants: Assistants, tmp_path: Path) -> None:
    assert assistants.list() == ()
    plain = Assistant("数学老师")
    for one in (TUTOR, plain):
        assistants.save(one)
    again = Assistants(tmp_path / "assistants")
    assert again.list() == (TUTOR, plain)
    assert again.get(" tutor") == TUTOR
    again.remove("TUTOR")
    assert assistants.list() == (plain,)
    with pytest.raises(Problem, match="assistant_unknown"):
        assistants.remove("Tutor")


def test_saving_replaces_the_one_of_that_name(assistants: Assistants, tmp_path: Path) -> None:
    assistants.save(TUTOR)
    assistants.save(Assistant("TUTOR", "Another."))
    assert [one.system for one in assistants.list()] == ["Another."]
    assert len(list((tmp_path / "assistants").iterdir())) == 1


def test_its_sampling_stands_over_the_model_s() -> None:
    made = TUTOR.sampling_over(Sampling(top_p=0.5))
    assert (made.temperature, made.top_k, made.top_p) == (1.0, 40, 0.5)
    assert isinstance(made.temperature, float)


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": " "},
        {"name": "a\nb"},
        {"name": "x" * 81},
        {"name": "a", "sampling": {"temperature": 9}},
        {"name": "a", "sampling": {"heat": 1}},
        {"name": "a", "thinking": Thinking(budget=-1)},
    ],
)
def test_what_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(Problem, match="assistant_malformed"):
        Assistant(**arguments)  # type: ignore[arg-type]


def test_a_broken_file_costs_only_itself(assistants: Assistants, tmp_path: Path) -> None:
    assistants.save(TUTOR)
    for number, text in enumerate(
        ("name = 3", "name = 'a'\nthinking = {of = 1}", "name = 'a\tb'", "system = 'x'")
    ):
        (tmp_path / "assistants" / f"{number}.toml").write_text(text, encoding="utf-8")
    assert assistants.list() == (TUTOR,)
    assert [one.id for one in assistants.problems] == ["prompt_file_broken"] * 4


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_name_is_kept_in_the_folder_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("names")
    assistants = Assistants(folder / "assistants")
    try:
        one = Assistant(name)
    except Problem:
        return
    assistants.save(one)
    assert assistants.get(name) == one
    assert [path.name for path in folder.iterdir()] == ["assistants"]
    assistants.remove(name)
    assert list((folder / "assistants").iterdir()) == []
