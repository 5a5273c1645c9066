"""What a system message is called, and prompts made from what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PromptTemplate, Variable
from qwendesk.chat.prompts.assistants import Assistant, Assistants
from qwendesk.chat.prompts.drafting import drafted, id_of
from qwendesk.chat.prompts.filling import fill
from qwendesk.chat.prompts.library import PromptLibrary
from qwendesk.chat.prompts.shelf import Shelf, read_shelf
from qwendesk.system.paths import resources

SAFE = st.text(st.characters(exclude_categories=["C"]), max_size=40)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    home = tmp_path_factory.mktemp("home")
    return read_shelf(PromptLibrary(resources() / "prompts", home / "own"), Assistants(home / "assistants"))


def test_every_bundled_prompt_is_known_by_its_text(bundled: Shelf) -> None:
    for one in bundled.prompts:
        if one.kind == "system":
            assert bundled.name_of(fill(one, {})) == one.title


@given(value=SAFE.filter(lambda text: text.strip() != ""), tests=st.booleans())
def test_whatever_it_is_filled_with(bundled: Shelf, value: str, tests: bool) -> None:
    coding = next(one for one in bundled.prompts if one.id == "coding")
    text = fill(coding, {"language": value, "constraints": value, "tests": tests})
    assert bundled.name_of(text) == "Programming"


@given(text=st.text(max_size=200))
def test_other_texts_are_nobodys(bundled: Shelf, text: str) -> None:
    assert bundled.name_of(text) == ""


def test_changed_by_hand_is_nobodys(bundled: Shelf) -> None:
    coding = next(one for one in bundled.prompts if one.id == "coding")
    text = fill(coding, {})
    assert bundled.name_of(f"Hi. {text}") == ""
    assert bundled.name_of(text[: len(text) // 2]) == ""


def test_the_more_it_has_in_common_the_better() -> None:
    short = PromptTemplate("a", "Short", "system", "Be {{how}}", variables=(Variable("how", "How"),))
    long = PromptTemplate("b", "Long", "system", "Be kind to {{who}}", variables=(Variable("who", "Who"),))
    only = PromptTemplate("c", "Only", "system", "{{all}}", variables=(Variable("all", "All"),))
    message = PromptTemplate("d", "Message", "message", "Be kind to all")
    shelf = Shelf((short, long, only, message), assistants=(Assistant("Ada", "Be quick"),))
    assert shelf.name_of("Be kind to animals") == "Long"
    assert shelf.name_of("Be brave") == "Short"
    assert shelf.name_of("Be quick") == "Ada"
    assert shelf.name_of("Anything") == ""
    assert shelf.name_of("") == ""


def test_own_ones_and_broken_files_are_told(tmp_path: Path) -> None:
    prompts = PromptLibrary(resources() / "prompts", tmp_path)
    prompts.save(drafted("Coding", "system", "Code."))
    (tmp_path / "broken.toml").write_text("id = 1")
    shelf = read_shelf(prompts, Assistants(tmp_path / "assistants"))
    assert shelf.own == {"coding"}
    assert [one.id for one in shelf.problems] == ["prompt_file_broken"]


@given(title=st.text(max_size=60))
def test_every_title_makes_an_id_that_a_prompt_can_have(title: str) -> None:
    id = id_of(title)
    assert PromptTemplate(id, "Title", "message", "Text").id == id
    assert id_of(id) == id


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Weekly report!", "weekly-report"),
        ("周报", "周报"),
        ("CON", "con-prompt"),
        ("…", "prompt"),
        ("a_b", "a-b"),
    ],
)
def test_ids_can_be_read(title: str, id: str) -> None:
    assert id_of(title) == id


def test_places_keep_their_variables_and_new_ones_become_texts() -> None:
    base = PromptTemplate(
        "x",
        "X",
        "system",
        "{{a}} {{b}}",
        "",
        (Variable("a", "A", "switch", on="yes"), Variable("b", "B")),
        {},
        True,
    )
    made = drafted(" New one ", "message", "{{c}} then {{a}} and {{c}}", " does ", base)
    assert [one.name for one in made.variables] == ["c", "a"]
    assert made.variables[1] == base.variables[0]
    assert (made.id, made.title, made.summary, made.kind, made.thinking) == (
        "new-one",
        "New one",
        "does",
        "message",
        True,
    )
    assert fill(made, {"c": "X", "a": True}) == "X then yes and X"


def test_without_a_name_or_a_text_there_is_no_prompt() -> None:
    for title, text in (("", "text"), ("title", " ")):
        with pytest.raises(Problem) as told:
            drafted(title, "system", text)
        assert told.value.id == "prompt_malformed"
