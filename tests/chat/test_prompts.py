"""The prompt library: what comes with it is good, what strangers write is harmless."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.api.options import check
from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PLACE, PromptTemplate, Variable, VariableType, variable_option
from qwendesk.chat.prompts import tables
from qwendesk.chat.prompts.filling import fill
from qwendesk.chat.prompts.library import PromptLibrary
from qwendesk.chat.prompts.slash import command, completions
from qwendesk.system.paths import resources

BUNDLED = resources() / "prompts"
SUBJECTS = {
    *("step-by-step", "coding", "multilingual", "mathematics", "translation", "summarising"),
    *("image-description", "business-analysis", "tutoring"),
}
COMMANDS = {"summarise", "translate", "explain", "review", "rewrite", "table"}
HELLO = PromptTemplate(
    "hello", "Hello", "message", "Say hello to {{who}}.", variables=(Variable("who", "Who"),)
)


def prompt(text: str, *variables: Variable, **more: Any) -> PromptTemplate:
    return PromptTemplate("p", "P", more.pop("kind", "system"), text, variables=variables, **more)


def refused(work: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as caught:
        work()
    return caught.value


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "prompts"


@pytest.fixture
def library(own: Path) -> PromptLibrary:
    return PromptLibrary(BUNDLED, own)


# What comes with QwenDesk


def test_every_subject_and_command_is_there(library: PromptLibrary) -> None:
    assert library.problems == ()
    assert {one.id for one in library.list("system")} == SUBJECTS
    assert {one.id for one in library.list("message")} == COMMANDS
    assert {path.stem for path in BUNDLED.iterdir()} == SUBJECTS | COMMANDS


@pytest.mark.parametrize("id", sorted(SUBJECTS | COMMANDS))
def test_a_bundled_prompt_fills(id: str, library: PromptLibrary) -> None:
    one = library.get(id)
    assert library.origin(id) == "bundled"
    assert one.summary.endswith(".")
    asked = [v.name for v in one.variables if v.default is None and v.type != "switch"]
    # A system prompt holds as it is; a message asks for the one thing that it is about.
    assert len(asked) == (0 if one.kind == "system" else 1)
    text = library.fill(id, dict.fromkeys(asked, "the given thing"))
    assert PLACE.search(text) is None
    assert "the given thing" in text or not asked
    assert "\n\n\n" not in text
    for variable in one.variables:
        changed = fill(one, {**dict.fromkeys(asked, "the given thing"), variable.name: another(variable)})
        assert changed != text, variable.name


def another(variable: Variable) -> object:
    """An answer that is not the default."""
    match variable.type:
        case "switch":
            return True
        case "number":
            assert isinstance(variable.default, int)
            return variable.default + 1
        case "choice" | "choices":
            return variable.choices[-1]
        case _:
            return "something else"


def test_the_mathematics_prompt_is_that_of_the_model_card(library: PromptLibrary) -> None:
    start = r"Please reason step by step, and put your final answer within \boxed{}."
    assert library.fill("mathematics", {}).startswith(start)


# Filling


def test_values_of_every_type() -> None:
    one = prompt(
        "{{a}}|{{ b }}|{{c}}|{{d}}|{{e}}|{{f}}",
        Variable("a", "A"),
        Variable("b", "B", "choice", choices=("x", "y")),
        Variable("c", "C", "choices", choices=("x", "y"), others=True),
        Variable("d", "D", "number", default=2, minimum=1, maximum=3),
        Variable("e", "E", "number", default=0.5),
        Variable("f", "F", "switch", on="yes", off="no"),
    )
    assert fill(one, {"a": "t", "b": "y", "c": ["x", "z"]}) == "t|y|x, z|2|0.5|no"
    assert fill(one, {"a": "t", "b": "x", "c": " x , y,", "d": 3, "e": 1, "f": True}) == "t|x|x, y|3|1|yes"


@pytest.mark.parametrize(
    ("values", "id", "named"),
    [
        ({}, "prompt_variable_missing", "text, kind, some"),
        ({"text": " ", "kind": "", "some": []}, "prompt_variable_missing", "text, kind, some"),
        ({"nope": 1}, "prompt_variable_unknown", "nope"),
        ({"kind": "c"}, "prompt_choice_unknown", "kind"),
        ({"kind": 3}, "option_type", "kind"),
        ({"some": "a, c"}, "prompt_choice_unknown", "some"),
        ({"some": 3}, "option_type", "some"),
        ({"some": [3]}, "option_type", "some"),
        ({"count": 11}, "option_range", "count"),
        ({"count": "x"}, "option_type", "count"),
        ({"count": 1.5}, "option_type", "count"),
        ({"count": float("inf")}, "option_type", "count"),
        ({"flag": "x"}, "option_type", "flag"),
        ({"text": 3}, "option_type", "text"),
    ],
)
def test_wrong_values_are_refused_by_name(values: dict[str, object], id: str, named: str) -> None:
    one = prompt(
        "{{text}}{{kind}}{{some}}{{count}}{{flag}}",
        Variable("text", "T"),
        Variable("kind", "K", "choice", choices=("a", "b")),
        Variable("some", "S", "choices", choices=("a", "b")),
        Variable("count", "C", "number", default=1, minimum=0, maximum=10),
        Variable("flag", "F", "switch"),
    )
    right = {"text": "t", "kind": "a", "some": "a"} if values and id != "prompt_variable_missing" else {}
    problem = refused(lambda: fill(one, right | values))
    assert problem.id == id
    assert named in problem.arguments.values()


@given(st.text(), st.text())
def test_values_are_plain_text(first: str, second: str) -> None:
    one = prompt("<{{a}}{{b}}>", Variable("a", "A", default=""), Variable("b", "B", default=""))
    assert fill(one, {"a": first, "b": second}) == f"<{first}{second}>"


def test_there_is_no_recursion() -> None:
    one = prompt("{{a}} {{b}}", Variable("a", "A"), Variable("b", "B"))
    assert fill(one, {"a": "{{b}}", "b": r"\1 {{a}} {% raw %}"}) == r"{{b}} \1 {{a}} {% raw %}"


def test_a_line_of_empty_places_is_left_out() -> None:
    one = prompt(
        "a\n{{s}}{{s}}\n- {{s}}\n\n{{t}}", Variable("s", "S", "switch"), Variable("t", "T", default="t")
    )
    assert fill(one, {}) == "a\n- \n\nt"


# Prompts that are refused


@pytest.mark.parametrize(
    "id", ["", "A", "a b", "../x", "a/b", "a\\b", "a.b", ".", "-a", "nul", "com1", "x" * 41, "a\n"]
)
def test_ids_that_are_refused(id: str) -> None:
    assert refused(lambda: PromptTemplate(id, "T", "system", "x")).id == "prompt_malformed"


@pytest.mark.parametrize("id", ["a", "a-b", "2024", "翻译", "übersetzen", "null"])
def test_ids_that_are_taken(id: str, library: PromptLibrary) -> None:
    library.save(PromptTemplate(id, "T", "system", "x"))
    assert library.get(id).text == "x"


@pytest.mark.parametrize(
    "make",
    [
        lambda: prompt("{{a}}"),
        lambda: prompt("a", Variable("a", "A")),
        lambda: prompt("{{a}}", Variable("a", "A"), Variable("a", "A")),
        lambda: prompt(" "),
        lambda: prompt("x", kind="other"),
        lambda: prompt("x", needs=("legs",)),
        lambda: prompt("x", summary="two\nlines"),
        lambda: prompt("x", sampling={"temperature": 9}),
        lambda: prompt("x", sampling={"heat": 1}),
        lambda: prompt("x", sampling={"samplers": "nonsense"}),
        lambda: prompt("{{a}}", Variable("a", "")),
        lambda: prompt("{{a}}", Variable("a", "A", "colour")),  # type: ignore[arg-type]
        lambda: prompt("{{a}}", Variable("a", "A", "choice")),
        lambda: prompt("{{a}}", Variable("a", "A", "choice", default="z", choices=("x",))),
        lambda: prompt("{{a}}", Variable("a", "A", "choices", choices=("x, y",))),
        lambda: prompt("{{a}}", Variable("a", "A", "number", default=True)),
        lambda: prompt("{{a}}", Variable("a", "A", "number", default=5, maximum=4)),
        lambda: prompt("{{a}}", Variable("a", "A", "number", minimum=float("nan"))),
        lambda: prompt("{{a}}", Variable("a", "A", "switch", default="yes")),
        lambda: prompt("{{a}}", Variable("a", "A", default=3)),
    ],
)
def test_prompts_that_are_refused(make: Callable[[], PromptTemplate]) -> None:
    assert refused(make).id == "prompt_malformed"


# Options for forms


@pytest.mark.parametrize("type", ["text", "choice", "choices", "number", "switch"])
@pytest.mark.parametrize("with_default", [True, False])
def test_a_variable_as_an_option(type: VariableType, with_default: bool) -> None:
    defaults = {"text": "t", "choice": "x", "choices": ("x", "y"), "number": 3, "switch": True}
    default: Any = defaults[type] if with_default else None
    one = variable_option(Variable("a", "A", type, default, ("x", "y") if "choice" in type else (), help="H"))
    kinds = {"choices": "text", "number": "integer" if with_default else "number"}
    assert (one.name, one.title, one.help, one.kind) == ("a", "A", "H", kinds.get(type, type))
    assert check(one, one.default) == one.default
    if with_default:
        filled = fill(
            prompt("{{a}}", Variable("a", "A", type, default, ("x", "y") if "choice" in type else ())), {}
        )
        again = fill(
            prompt("{{a}}", Variable("a", "A", type, default, ("x", "y") if "choice" in type else ())),
            {"a": one.default},
        )
        assert filled == again


def test_a_choice_with_others_is_a_text_with_proposals() -> None:
    one = variable_option(Variable("a", "A", "choice", "x", ("x", "y"), others=True))
    assert (one.kind, one.choices) == ("text", ("x", "y"))


# The user's own


def test_own_prompts_are_kept_and_go(own: Path, library: PromptLibrary) -> None:
    library.save(HELLO)
    assert PromptLibrary(BUNDLED, own).get("hello") == HELLO
    assert library.origin("hello") == "own"
    library.remove("hello")
    assert refused(lambda: library.get("hello")).id == "prompt_unknown"
    assert list(own.iterdir()) == []


def test_an_own_prompt_stands_in_for_a_bundled_one(library: PromptLibrary) -> None:
    bundled = library.get("translate")
    mine = PromptTemplate("translate", "Mine", "message", "In German, please.")
    library.save(mine)
    assert library.get("translate") == mine
    library.remove("translate")
    assert library.get("translate") == bundled
    assert refused(lambda: library.remove("translate")).id == "prompt_not_own"
    assert refused(lambda: library.remove("nowhere")).id == "prompt_unknown"


def test_what_other_hands_change_is_noticed(own: Path, library: PromptLibrary) -> None:
    library.save(HELLO)
    path = own / "hello.toml"
    path.write_text(path.read_text().replace('title = "Hello"', 'title = "Good day"'))
    assert library.get("hello").title == "Good day"
    path.rename(own / "other name.toml")
    library.save(HELLO)
    assert [one.name for one in own.iterdir()] == ["other name.toml"]
    library.remove("hello")
    assert list(own.iterdir()) == []


def test_several_in_one_file_go_one_by_one(own: Path, library: PromptLibrary) -> None:
    library.export_file(["table", "review"], own / "both.toml")
    mine = PromptLibrary(own.parent / "none", own)
    assert [one.id for one in mine.list()] == ["review", "table"]
    mine.save(PromptTemplate("table", "Mine", "message", "x"))
    mine.remove("review")
    assert [one.title for one in mine.list()] == ["Mine"]
    assert [one.name for one in own.iterdir()] == ["both.toml"]


def test_a_broken_file_costs_only_itself(own: Path, library: PromptLibrary) -> None:
    library.save(HELLO)
    (own / "broken.toml").write_text("id = [", encoding="utf-8")
    (own / "folder.toml").mkdir()
    os.mkfifo(own / "pipe.toml") if hasattr(os, "mkfifo") else (own / "pipe.toml").mkdir()
    (own / "twice.toml").write_bytes((own / "hello.toml").read_bytes())
    (own / "notes.txt").write_text("not ours", encoding="utf-8")
    assert library.get("hello") == HELLO
    assert sorted(one.id for one in library.problems) == [*["prompt_file_broken"] * 3, "prompt_twice"]


def test_a_broken_file_is_kept_aside_and_not_overwritten(own: Path, library: PromptLibrary) -> None:
    own.mkdir()
    (own / "hello.toml").write_text("id = [", encoding="utf-8")
    library.save(HELLO)
    assert library.get("hello") == HELLO
    assert (own / "hello.broken").read_text(encoding="utf-8") == "id = ["
    assert library.problems == ()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    library = PromptLibrary(BUNDLED, tmp_path / "file")
    assert library.get("table").id == "table"
    assert refused(lambda: library.save(HELLO)).id == "prompt_not_saved"
    surrogate = PromptTemplate("p", "P", "system", "\ud800")
    assert refused(lambda: PromptLibrary(BUNDLED, tmp_path / "own").save(surrogate)).id == "prompt_not_saved"


def test_a_plugin_adds_but_does_not_replace(own: Path) -> None:
    theirs = PromptTemplate("table", "Theirs", "message", "x")
    library = PromptLibrary(BUNDLED, own, [HELLO, theirs])
    assert (library.get("hello"), library.origin("hello")) == (HELLO, "plugin")
    assert library.get("table").title == "Table"
    assert [(one.id, one.arguments["prompt"]) for one in library.problems] == [("prompt_id_taken", "table")]


# Import and export


def test_what_is_exported_is_imported_again(tmp_path: Path, library: PromptLibrary) -> None:
    for count, ids in ((1, ["tutoring"]), (15, sorted(SUBJECTS | COMMANDS))):
        path = tmp_path / f"{count}.toml"
        library.export_file([*ids, ids[0]], path)
        other = PromptLibrary(tmp_path / "none", tmp_path / f"own{count}")
        assert sorted(one.id for one in other.import_file(path)) == ids
        assert [other.get(id) for id in ids] == [library.get(id) for id in ids]


def test_an_import_replaces_only_when_asked(tmp_path: Path, own: Path, library: PromptLibrary) -> None:
    path = tmp_path / "given.toml"
    theirs = PromptTemplate("table", "Theirs", "message", "x")
    tables.write(path, (HELLO, theirs), "prompts")
    problem = refused(lambda: library.import_file(path))
    assert (problem.id, problem.arguments) == ("prompt_taken", {"prompts": "table"})
    assert not own.exists()
    library.import_file(path, replace=True)
    assert (library.get("table"), library.get("hello")) == (theirs, HELLO)
    assert library.import_file(path) == (HELLO, theirs)


@pytest.mark.parametrize("id", ["../../evil", "/tmp/evil", "..\\evil", "con", "a\\u0000b", "."])
def test_nothing_is_written_outside_the_folder(id: str, tmp_path: Path, library: PromptLibrary) -> None:
    path = tmp_path / "given.toml"
    path.write_text(f"id = '{id}'\ntitle = 'T'\nkind = 'system'\ntext = 'x'\n", encoding="utf-8")
    assert refused(lambda: library.import_file(path)).id == "prompt_file_broken"
    assert [one.name for one in tmp_path.iterdir()] == ["given.toml"]


def test_a_missing_file_and_one_with_an_id_twice(tmp_path: Path, library: PromptLibrary) -> None:
    assert refused(lambda: library.import_file(tmp_path / "none.toml")).id == "file_unreadable"
    assert refused(lambda: library.import_file(tmp_path)).id == "prompt_file_broken"
    tables.write(tmp_path / "twice.toml", (HELLO, HELLO), "prompts")
    assert refused(lambda: library.import_file(tmp_path / "twice.toml")).id == "prompt_file_broken"


GOOD = "id='a'\ntitle='A'\nkind='system'\ntext='x'\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "prompts = 3",
        "prompts = [3]",
        GOOD + "colour = 1",
        GOOD + "[[variables]]\nname='b'\ntitle='B'\nsize=3",
        GOOD + "needs = 'images'",
        GOOD + "thinking = 1979-05-27",
        GOOD + "x = " + "[" * 100_000,
        GOOD + "x = " + "9" * 100_000,
        GOOD + "a." * 400_000 + "a = 1",
        "[" + "a . " * 200_000 + "a]",
        GOOD + '"a"."b".' * 100_000 + "a = 1",
        GOOD.replace("'x'", "'" + "x" * (1 << 20) + "'"),
    ],
    ids=lambda text: text[-20:],
)
def test_hostile_files(text: str, tmp_path: Path, library: PromptLibrary) -> None:
    path = tmp_path / "given.toml"
    path.write_text(text, encoding="utf-8")
    problem = refused(lambda: library.import_file(path))
    assert problem.id == "prompt_file_broken"
    assert len(str(problem.arguments["detail"])) <= 200


def test_notepad_s_files_are_read(tmp_path: Path, library: PromptLibrary) -> None:
    path = tmp_path / "given.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert library.import_file(path)[0].text == "x"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_prompts_or_one_problem(scratch: Path, data: st.DataObject) -> None:
    base = (BUNDLED / "tutoring.toml").read_bytes()
    begin = data.draw(st.integers(0, len(base)))
    end = data.draw(st.integers(begin, min(len(base), begin + 40)))
    middle = data.draw(
        st.one_of(
            st.binary(max_size=40), st.text(max_size=20).map(lambda one: one.encode("utf-8", "replace"))
        )
    )
    path = scratch / "given.toml"
    path.write_bytes(base[:begin] + middle + base[end:])
    with contextlib.suppress(Problem):
        tables.read(path, PromptTemplate, "prompts")


_plain = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "title", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
)
_FIELDS = [
    "id",
    "title",
    "kind",
    "text",
    "summary",
    "variables",
    "sampling",
    "thinking",
    "needs",
    "prompts",
    "x",
]


@given(st.dictionaries(st.sampled_from(_FIELDS), _plain))
@settings(max_examples=150, deadline=None)
def test_any_table_is_a_prompt_or_one_problem(scratch: Path, table: dict[str, Any]) -> None:
    path = scratch / "given.toml"
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    with contextlib.suppress(Problem):
        tables.read(path, PromptTemplate, "prompts")


_texts = st.text(st.characters(exclude_categories=["Cs"]))
_lines = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(
    _lines,
    _texts.filter(lambda one: bool(one.strip())),
    _texts,
    st.lists(_lines.filter(lambda one: "," not in one), min_size=1),
)
@settings(max_examples=100, deadline=None)
def test_a_round_trip_keeps_everything(
    scratch: Path, title: str, text: str, default: str, choices: list[str]
) -> None:
    text = re.sub(r"[{}]", "", text) + "x {{a}}{{b}}{{c}}"
    one = PromptTemplate(
        "p",
        title,
        "message",
        text.replace("\r\n", "\n"),
        variables=(
            Variable("a", title, default=default.replace("\r\n", "\n")),
            Variable("b", title, "choices", tuple(choices), tuple(choices), help=title),
            Variable("c", title, "number", 0.25, minimum=-1),
        ),
        sampling={"temperature": 0.5, "top_k": 3},
        thinking=False,
        needs=("images",),
    )
    path = scratch / "given.toml"
    tables.write(path, (one, HELLO), "prompts")
    assert tables.read(path, PromptTemplate, "prompts") == (one, HELLO)


def test_the_guide_s_prompts_work(tmp_path: Path) -> None:
    guide = (resources().parent / "docs" / "plugins.md").read_text(encoding="utf-8")
    section = guide.split("## Ready-made prompts")[1].split("\n## ")[0]
    python, toml = (re.findall(f"```{kind}\n(.*?)```", section, re.DOTALL)[0] for kind in ("python", "toml"))
    names: dict[str, Any] = {}
    exec(compile(python, "plugins.md", "exec", dont_inherit=True), names)
    (registered,) = names["register_prompt_templates"]()
    assert fill(registered, {"larder": "eggs", "sweet": True}).endswith("2 from: eggs.\nAdd a dessert.")
    (tmp_path / "recipe.toml").write_text(toml, encoding="utf-8")
    assert fill(tables.read(tmp_path / "recipe.toml", PromptTemplate, "prompts")[0], {"larder": "eggs"})


# Slash commands


def test_slash_commands(library: PromptLibrary) -> None:
    messages = library.list()
    found = command("/translate Guten Tag!\nWie geht es?", messages)
    assert found is not None
    assert (found.prompt.id, found.values) == ("translate", {"text": "Guten Tag!\nWie geht es?"})
    bare = command("/table", messages)
    assert bare is not None
    assert bare.values == {}
    for text in ("translate this", "/nothing", "/usr/bin/env", "/", "", " /table", "/tutoring", "/table/x y"):
        assert command(text, messages) is None, text
    fixed = PromptTemplate("now", "Now", "message", "What now?")
    assert command("/now", [fixed]) is not None
    assert command("/now or never", [fixed]) is None


def test_completions(library: PromptLibrary) -> None:
    assert [one.id for one in completions("/re", library.list())] == ["review", "rewrite"]
    assert [one.id for one in completions("/t", library.list())][:2] == ["table", "translate"]
    assert len(completions("/", library.list())) == len(COMMANDS)
    assert completions("/table x", library.list()) == completions("re", library.list()) == []
