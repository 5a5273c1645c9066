"""Checks of answers, and task sets as files: right ones, wrong ones and hostile ones."""

from __future__ import annotations

import json
import re
import string
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk.lab.tasks import reading, saying
from qwendesk.lab.tasks.check import Check, Chrf, Exact, Json, Numeral, OneOf, Pattern, Python
from qwendesk.lab.tasks.chrf import chrf
from qwendesk.lab.tasks.code import shape
from qwendesk.lab.tasks.patterns import Slow, matches, why_not
from qwendesk.lab.tasks.scoring import score
from qwendesk.lab.tasks.task import Task
from qwendesk.words.problems import word

YES_NO = OneOf(answers=("yes",), wrong=("no",))
NOT = OneOf(answers=("不是",), wrong=("是",))
DOUBLE = Python(answers=("def double(x): return 2 * x", "double = lambda x: 2 * x"))

JUDGED: list[tuple[Check, str, float]] = [
    (Exact(text="Blue"), "  Blue\n", 1),
    (Exact(text="Blue"), "blue", 0),
    (Exact(text="Blue", case=False), "BLUE", 1),
    (Exact(text="café"), "cafe\u0301", 1),
    (Exact(text="Blue"), "It is Blue", 0),
    (Numeral(value=42), "17 + 25 = 42.", 1),
    (Numeral(value=42), "42, or 43", 0),
    (Numeral(value=42), "", 0),
    (Numeral(value=42, alone=True), "It is 42.", 1),
    (Numeral(value=42, alone=True), "40, 41, 42", 0),
    (Numeral(value=1234.5), "about $1,234.50", 1),
    (Numeral(value=-3), "the result is −3", 1),
    (Numeral(value=25), "17-25", 1),
    (Numeral(value=42), "答案是４２。", 1),
    (Numeral(value=42), "모두 42개입니다", 1),
    (Numeral(value=0.1), "0.10", 1),
    (Numeral(value=3.14, tolerance=0.005), "3.1416", 1),
    (Numeral(value=3.14, tolerance=0.001), "3.1416", 0),
    (Numeral(value=2), "x2", 0),
    (Numeral(value=7), "9" * 5000, 0),
    (YES_NO, "Yes, it is.", 1),
    (YES_NO, "yes and no", 0),
    (YES_NO, "Yes, I know nothing against it.", 1),
    (YES_NO, "Eyes", 0),
    (NOT, "不是", 1),
    (NOT, "是", 0),
    (OneOf(answers=("서울",)), "서울입니다.", 1),
    (OneOf(answers=("6:40",)), "at 16:40", 0),
    (OneOf(answers=("6:40", "6.40")), "At 6.40, or 6:40.", 1),
    (Pattern(pattern=r"[A-Z]{3}-\d{2}"), " ABC-12 ", 1),
    (Pattern(pattern=r"[A-Z]{3}-\d{2}"), "ABC-123", 0),
    (Json(value={"a": [1, "x", None]}), '```json\n{"a": [1.0, "x", null]}\n```', 1),
    (Json(value={"a": 1}, bare=True), '```json\n{"a": 1}\n```', 0),
    (Json(value={"a": 1}), '{"a": true}', 0),
    (Json(value={"a": 1}), '{"a": 1, "b": 2}', 0),
    (Json(value=[1, 2]), "[1, 2", 0),
    (Json(value=[1, 2]), "[2, 1]", 0),
    (Json(value=[]), "[" * 20_000, 0),
    (DOUBLE, "```python\ndef double(number: int) -> int:\n    '''Twice.'''\n    return (2 * number)\n```", 1),
    (DOUBLE, "double = lambda n: 2*n", 1),
    (DOUBLE, "def double(x): return x * 3", 0),
    (DOUBLE, "def twice(x): return 2 * x", 0),
    (DOUBLE, "def double(x) return 2 * x", 0),
    (DOUBLE, "", 0),
    (DOUBLE, "-" * 3_000 + "1", 0),
    (DOUBLE, "(" * 3_000, 0),
    (Chrf(references=("the cat sat", "a cat sat")), "a cat sat", 1),
    (Chrf(references=("the cat sat",)), "", 0),
]


@pytest.mark.parametrize(("check", "answer", "worth"), JUDGED)
def test_answers_are_judged(check: Check, answer: str, worth: float) -> None:
    assert score(check, answer) == worth


# The first two are the example of NLTK's documentation; the figures are sacreBLEU 2.6.0's (chrF2) for all.
PARTY = "It is a guide to action that ensures that the military will forever heed Party commands"
CHRF = [
    (
        "It is a guide to action which ensures that the military always obeys the commands of the party",
        [PARTY],
        0.6305062104907189,
    ),
    (
        "It is to insure the troops forever hearing the activity guidebook that party direct",
        [PARTY],
        0.333959154324701,
    ),
    ("It wasn't surprising.", ["It was not unexpected.", "No one was surprised."], 0.3534635301425291),
    (
        "The man had just bitten him.",
        ["The man bit him first.", "The man had bitten the dog."],
        0.5187740799504779,
    ),
    ("我今天早上没有喝咖啡。", ["我今天早上没喝咖啡。"], 0.6087417311745673),
    (
        "오늘 아침에 커피를 안 마셨어요.",
        ["저는 오늘 아침에 커피를 마시지 않았습니다."],
        0.36544804638995937,
    ),
    ("cat", ["a small cat sat"], 0.21218715995647444),
    ("xyz", ["abc"], 0.0),
]


@pytest.mark.parametrize(("answer", "references", "worth"), CHRF)
def test_chrf_agrees_with_sacrebleu(answer: str, references: list[str], worth: float) -> None:
    assert chrf(answer, references) == pytest.approx(worth, abs=1e-12)


@given(st.text(), st.text(min_size=1))
def test_chrf_is_a_share(answer: str, reference: str) -> None:
    assert 0 <= chrf(answer, [reference]) <= 1 + 1e-12
    if reference.split():
        assert chrf(reference, [answer or "x", reference]) == pytest.approx(1)


@given(
    st.decimals(-(10**12), 10**12, places=3, allow_nan=False),
    st.sampled_from(["{:,}", "{}", "**{}**", "是{}。"]),
)
def test_a_number_is_found_as_it_was_written(number: Decimal, form: str) -> None:
    assert saying.numbers("7 and then " + form.format(number)) == [7, number]


@given(st.text())
def test_no_answer_breaks_a_check(answer: str) -> None:
    for check in (*(one[0] for one in JUDGED), Json(value=answer)):
        assert 0 <= score(check, answer) <= 1 + 1e-12


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_itself(value: Any) -> None:
    said = json.dumps(value)
    assert score(Json(value=json.loads(said)), f"```json\n{said}\n```") == 1
    assert score(Json(value=[value]), said) == 0


@given(st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(str.isidentifier), st.integers(0, 9))
def test_code_keeps_its_shape_under_other_names(name: str, number: int) -> None:
    code = f"def f(x):\n    y = x + {number}  # so\n    return [y * z for z in x]\n"
    if shape(f"{name} = 1") is not None and name not in ("f", "x", "y", "z"):
        assert shape(code.replace("x", name)) == shape(code)
    assert shape(code) != shape(code.replace("+", "-"))


def test_code_of_a_model_warns_nobody() -> None:
    assert shape("x = '\\d'; y = 1 is 1") is not None


REFUSED = [
    "x{999999999}",
    "(?:(?:(?:x{99}){99}){99}){99}",
    "(?:hello){e<=20}",
    r"\x{41}",
    "(?x)x{9 9 9}",
    "(?R)?a",
    "(a)(?1)*",
    "(?P<x>a(?&x)?)",
    "[",
    "a" * 501,
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_patterns_that_cannot_be_bounded_are_refused(pattern: str) -> None:
    assert why_not(pattern)


@pytest.mark.parametrize(
    "pattern", [r"\d{4}-\d{2}-\d{2}", r"\{\\\{x\}", r"\p{Hangul}+", r"(?i)(?:yes|no)\.?", "a{2,}b{,3}"]
)
def test_patterns_of_the_usual_kind_are_used(pattern: str) -> None:
    assert why_not(pattern) == ""


@given(st.text(string.printable, max_size=40), st.text(max_size=40))
def test_no_pattern_breaks_anything(pattern: str, text: str) -> None:
    if not why_not(pattern):
        try:
            matches(pattern, text)
        except Slow:
            return


def test_a_pattern_that_would_match_for_years_is_given_up() -> None:
    slow = "(a|b|ab)*c"
    assert why_not(slow) == ""
    with pytest.raises(Slow):
        matches(slow, "ab" * 500 + "c1")


def lines(path: Path, *rows: dict[str, Any] | str) -> Path:
    path.write_text(
        "\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows), encoding="utf-8"
    )
    return path


def row(**changed: Any) -> dict[str, Any]:
    return {"id": "a", "kind": "k", "prompt": "p", "check": {"type": "exact", "text": "x"}, **changed}


def test_a_user_s_set_is_read(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "mine.jsonl",
        "\ufeff" + json.dumps(row()),
        "",
        row(id="b", check={"type": "number", "value": 10**30}),
    )
    found = reading.find(str(path))
    assert (found.name, [one.id for one in found.tasks]) == ("mine.jsonl", ["a", "b"])
    assert score(found.tasks[1].check, "1" + "0" * 30) == 1
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert reading.find(str(path)).sha256 != found.sha256


MALFORMED: list[tuple[Any, str, str]] = [
    ("{", "task_malformed", "truncated"),
    ("[1]", "task_malformed", "object"),
    ("[" * 100_000, "task_malformed", ""),
    (b"\xff\xfe{}", "task_malformed", ""),
    (row(prompt=3), "task_malformed", "$.prompt"),
    (row(prompt=" "), "task_malformed", "prompt is empty"),
    (row(score=1), "task_malformed", "score"),
    ({"id": "b", "kind": "k", "prompt": "p"}, "task_malformed", "check"),
    (row(check={"type": "shell", "run": "true"}), "task_malformed", "shell"),
    (row(check={"type": "one_of", "answers": []}), "task_malformed", "$.check.answers"),
    (row(check={"type": "one_of", "answers": ["a" * 101]}), "task_malformed", "$.check.answers"),
    (row(check={"type": "chrf", "references": ["a"] * 21}), "task_malformed", "$.check.references"),
    (row(check={"type": "number", "value": "4"}), "task_malformed", "$.check.value"),
    (row(check={"type": "number", "value": 1, "tolerance": -1}), "task_malformed", "$.check.tolerance"),
    (row(check={"type": "python", "answers": ["def f(:"]}), "task_malformed", "no Python"),
    (row(check={"type": "regex", "pattern": "(a{99}){99}"}), "task_pattern_refused", "9801"),
    (row(check={"type": "regex", "pattern": "a+", "example": "b"}), "task_pattern_refused", "its example"),
    (
        row(check={"type": "regex", "pattern": "(a|b|ab)*c", "example": "ab" * 500 + "c1"}),
        "task_pattern_refused",
        "0.25 s",
    ),
    (row(), "task_repeated", ""),
]


@pytest.mark.parametrize(("bad", "id", "detail"), MALFORMED)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, bad: Any, id: str, detail: str) -> None:
    path = lines(tmp_path / "mine.jsonl", row(), "", "")
    more = bad if isinstance(bad, bytes) else (bad if isinstance(bad, str) else json.dumps(bad)).encode()
    path.write_bytes(path.read_bytes() + more)
    with pytest.raises(Problem) as caught:
        reading.find(str(path))
    assert (caught.value.id, caught.value.arguments["line"]) == (id, 3)
    assert detail in str(caught.value.arguments.get("detail", ""))
    assert "3" in word(caught.value.note()).what


def test_sets_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 1)
    cases = {
        str(tmp_path / "absent"): "tasks_unknown",
        str(tmp_path): "file_unreadable",
        str(lines(tmp_path / "empty", "", " ")): "tasks_empty",
        str(lines(tmp_path / "many", row(), row(id="b"))): "tasks_too_large",
    }
    for wanted, id in cases.items():
        with pytest.raises(Problem) as caught:
            reading.find(wanted)
        assert caught.value.id == id
        sentence = word(caught.value.note())
        assert sentence.what
        assert sentence.next


def right_answer(check: Check) -> str:
    """What each check of the built-in set says of itself."""
    match check:
        case Exact():
            return check.text
        case Numeral():
            return f"{check.value}"
        case OneOf() | Python():
            return check.answers[0]
        case Pattern():
            assert check.example is not None
            return check.example
        case Json():
            return json.dumps(check.value)
        case Chrf():
            return check.references[0]


BUILT_IN = reading.built_in()


def test_the_built_in_set_is_of_many_kinds() -> None:
    assert reading.find("built-in") == BUILT_IN
    kinds = Counter(one.kind for one in BUILT_IN.tasks)
    assert sorted(kinds) == ["arithmetic", "code", "format", "logic", "reading", "translation"]
    assert min(kinds.values()) >= 12
    assert len({one.prompt for one in BUILT_IN.tasks}) == len(BUILT_IN.tasks)
    assert {type(one.check) for one in BUILT_IN.tasks} == set(get_args(Check))


@pytest.mark.parametrize("task", BUILT_IN.tasks, ids=lambda task: task.id)
def test_every_right_answer_is_right_and_no_other(task: Task) -> None:
    assert score(task.check, right_answer(task.check)) == 1
    for references in (getattr(task.check, "answers", ()), getattr(task.check, "references", ())):
        assert all(score(task.check, one) == 1 for one in references)
    assert score(task.check, "") == 0
    others = [right_answer(one.check) for one in BUILT_IN.tasks if one.check != task.check]
    mistaken = [one for one in others if score(task.check, one) > 0.5]
    # Numbers, and yes and no, are few: by chance the answer of another question may be right for this one.
    assert len(mistaken) <= 3, mistaken


PROGRAMS = [one for one in BUILT_IN.tasks if one.id.startswith("output-")]


@pytest.mark.parametrize("task", PROGRAMS, ids=lambda task: task.id)
def test_programs_print_what_is_said_of_them(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    exec(saying.unfenced(task.prompt), {})
    assert score(task.check, capsys.readouterr().out) == 1


def test_questions_about_sums_have_their_sums() -> None:
    sums = [one for one in BUILT_IN.tasks if one.id.startswith("sum-")]
    assert len(sums) == 8
    for task in sums:
        found = re.fullmatch(r"What is (\d+) ([+-]) (\d+)\?", task.prompt)
        assert found is not None
        one, other = int(found[1]), int(found[3])
        assert score(task.check, str(one + other if found[2] == "+" else one - other)) == 1


def test_the_guide_tells_what_is_so(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "tasks.md").read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    assert len(examples) == 1
    assert len(reading.find(str(lines(tmp_path / "guide.jsonl", examples[0]))).tasks) == 2
    described = re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)
    assert described == [kind.__struct_config__.tag for kind in get_args(Check)]
    told = {kind: int(count) for kind, count in re.findall(r"^\| (\w+) \| (\d+) \|", guide, re.MULTILINE)}
    assert told == Counter(one.kind for one in BUILT_IN.tasks)
