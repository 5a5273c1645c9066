"""The lab's report: whole in one file, harmless whatever models are called, and silent about what is private."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.lab_rows import MACHINE, TEXTS, quality, row, speed, subject, tasks, whole_fitting, whole_lab
from qwendesk.api.problem import Note
from qwendesk.lab.advice import BUDGET, FEW, SHORTEST
from qwendesk.lab.measured import Row
from qwendesk.lab.report.export import Format, export
from qwendesk.lab.report.labels import MEANINGS, Labels
from qwendesk.lab.report.markdown import cell
from qwendesk.lab.report.page import POLICY
from qwendesk.lab.report.private import pathless
from qwendesk.lab.report.report import Report, compose
from qwendesk.lab.report.sheet import guarded
from qwendesk.lab.report.style import DARK, LIGHT
from qwendesk.lab.table import Table, table
from qwendesk.ui.theme import tokens
from qwendesk.words.labreport import labels

VOID = {"meta", "br"}
HOSTILE = "</title><script>alert('x')</script><img src=x onerror=y>|`*[a](javascript:1)"


class Page(HTMLParser):
    """Checks that every element is closed in its turn, and collects what is there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def made(rows: list[Row] | None = None, **more: Any) -> Report:
    found = table(rows if rows is not None else whole_lab())
    more.setdefault("labels", labels())
    more.setdefault("bundled", set(TEXTS.values()))
    return compose(found, version="0.1.0", happened=1_795_000_000.0, fitting=whole_fitting(found), **more)


@pytest.fixture(scope="module")
def page() -> str:
    return export(made(), "html")


def test_the_page_holds_all_that_it_shows(page: str) -> None:
    found = Page(page)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page)
    assert {"script", "link", "img", "iframe", "object", "form", "a"}.isdisjoint(found.tags)
    assert ("content", POLICY) in found.attributes
    assert {"href", "src", "srcset", "style"}.isdisjoint(name for name, _value in found.attributes)
    assert POLICY.startswith("default-src 'none'")
    assert "script-src" not in POLICY


def test_the_page_shows_tables_and_charts(page: str) -> None:
    found = Page(page)
    assert found.tags.count("svg") == 5
    assert found.tags.count("h2") == 11
    for word in (
        "Keep Q5_K_M:",
        "IQ3_M",
        "0.0063",
        "97.7",
        MACHINE,
        "2026-11-18",
        "QwenDesk 0.1.0",
        "0.3.36",
    ):
        assert any(word in one for one in found.said), word
    for text in TEXTS.values():
        assert text in page
    assert page.count('tr class="kept"') == 5, "the advised model: in the table, for each text, in the tasks"
    assert 'class="dot beaten"' in page
    assert "limit of this computer: 14.9 GB" in page
    for meaning in ("KL divergence from the reference", "1.96 standard errors", "one percent of perplexity"):
        assert meaning in page


def test_colours_are_those_of_the_window() -> None:
    for found, theme in ((DARK, tokens.DARK), (LIGHT, tokens.LIGHT)):
        assert found == {name: getattr(theme, name.replace("-", "_")) for name in found}


def test_every_colour_of_the_page_is_there_in_both_themes(page: str) -> None:
    used = set(re.findall(r"var\(--([a-z-]+)\)", page))
    assert used <= set(DARK)
    assert set(DARK) == set(LIGHT)
    assert "@media (prefers-color-scheme: dark)" in page


@pytest.mark.parametrize("private", [False, True])
def test_hostile_names_stay_text(private: bool) -> None:
    rows = [
        replace(
            one,
            subject=replace(one.subject, name=HOSTILE, quantization=HOSTILE, engine=HOSTILE),
            machine=HOSTILE,
        )
        for one in whole_lab()
    ]
    rows = [replace(one, settings={**one.settings, "name": HOSTILE, HOSTILE: HOSTILE}) for one in rows]
    report = made(rows, private=private, bundled=())
    found = Page(export(report, "html"))
    assert {"script", "img"}.isdisjoint(found.tags)
    assert not [name for name, _value in found.attributes if name.startswith("on")]
    assert "<script" not in export(report, "md")
    assert not re.search(r"(?<!\\)\](?=\()", export(report, "md"))


SECRET = "Ada Lovelace"


def secret_rows() -> list[Row]:
    home = f"/home/{SECRET}/models"
    of = subject("Q4_K_M", name=f"{home}/mine.gguf", options={"lora": [f"{home}/l.gguf"], "threads": 2})
    beside = subject("Q2_K", name=f"org/model:Q2_K@llamacpp,lora={home}/l.gguf", sha256="5" * 64)
    own = {"text": "8" * 64, "name": f"{SECRET} diary.txt"}
    refused = ["score_reference", {"path": f"{home}/x", "detail": f"cannot read {home}/x"}]
    failed = Row(
        "quality", of, {**own, "text": "7" * 64}, MACHINE, 1.0, {}, Note("text_empty", {"path": SECRET})
    )
    compared = quality(of, kl=0.01)
    compared.result["comparison"]["reference"] = f"{home}/base.gguf"
    return [
        compared,
        quality(beside, settings=own, no_comparison=refused),
        failed,
        replace(tasks(of, 0.9), settings={"tasks": "f" * 64, "name": f"{SECRET} tasks.jsonl"}),
        speed(of, 9.0, mmproj=f"{home}/m.gguf"),
        speed(of, 9.0, mmproj=f"{home}/n.gguf"),
        replace(failed, kind="tasks", settings={"tasks": "3" * 64, "name": f"{SECRET} more.jsonl"}),
    ]


@pytest.mark.parametrize("format", get_args(Format))
def test_what_is_private_is_told_only_if_asked(format: Format) -> None:
    silent = export(made(secret_rows()), format)
    assert SECRET not in silent
    assert "/home" not in silent
    assert "A private answer" not in silent
    assert "mine.gguf" in silent
    assert "own text 1" in silent
    assert "threads 2" in silent or '"threads": 2' in silent
    told = export(made(secret_rows(), private=True), format)
    assert f"/home/{SECRET}/models/mine.gguf" in told
    assert f"{SECRET} diary.txt" in told
    assert ("A private answer" in told) == (format != "csv")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("seedling:Q4_K_M", "seedling:Q4_K_M"),
        ("Qwen/Qwen3-4B-GGUF:Q4_K_M", "Qwen/Qwen3-4B-GGUF:Q4_K_M"),
        ("/home/ada/q.gguf", "q.gguf"),
        ("~/q.gguf", "q.gguf"),
        ("ada/q.gguf", "q.gguf"),
        ("a/b/c", "c"),
        ("./q", "q"),
        (r"C:\Users\ada\q.gguf", "q.gguf"),
        ("C:/ada/q.gguf", "q.gguf"),
        ("seedling@llamacpp,threads=2", "seedling@llamacpp,threads=2"),
        ("seedling@llamacpp,lora=/home/ada/x.gguf", "seedling"),
        ("/home/a@b/q.gguf", "q.gguf"),
    ],
)
def test_names_lose_their_folders(name: str, shown: str) -> None:
    assert pathless(name) == shown


def test_csv_reads_back() -> None:
    report = made()
    rows = list(csv.DictReader(io.StringIO(export(report, "csv"), newline="")))
    assert [one["model"] for one in rows] == [one.label for one in report.table.lines]
    four = next(one for one in rows if one["model"] == "Q4_K_M")
    line = next(one for one in report.table.lines if one.label == "Q4_K_M")
    assert line.drift is not None
    assert float(four["drift_nats"]) == line.drift.value
    assert float(four["drift_nats low"]) == line.drift.low
    assert (four["size_bytes"], four["memory_is_measured"]) == ("2500000000", "1")
    assert rows[0]["drift_nats"] == "", "missing is empty, not zero"


@given(st.text(st.sampled_from("=+-@\t\r\n \0'a1＝"), max_size=6))
def test_no_cell_is_a_formula(text: str) -> None:
    found = guarded(text)
    assert not found.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    assert found.removeprefix("'") == text.replace("\0", "") or found == text.replace("\0", "")


def test_a_spreadsheet_runs_nothing_of_ours() -> None:
    bad = '=HYPERLINK("x")'
    rows = [
        quality(
            subject(bad, name=bad, size_bytes=1), "english", 0.01, settings={"name": bad, "text": "6" * 64}
        )
    ]
    report = made(rows, private=True)
    for line in csv.reader(io.StringIO(export(report, "csv"), newline="")):
        assert not [one for one in line if one.startswith("=")]


def test_json_tells_everything_in_base_units() -> None:
    report = made()
    told = json.loads(export(report, "json"))
    assert (told["format"], told["version"], told["advice"]["keep"]) == ("qwendesk-lab-report", 1, "Q5_K_M")
    five = next(one for one in told["models"] if one["label"] == "Q5_K_M")
    assert five["size_bytes"] == 2_890_000_000
    assert five["drift"]["low"] < five["drift"]["value"] < five["drift"]["high"]
    assert five["memory"] == {"bytes": 3_790_000_000, "is_measured": True}
    assert told["models"][0]["drift"] is None
    assert [one["why"] for one in told["models"][-1]["failures"]]


def test_markdown_has_as_many_cells_in_each_row() -> None:
    rows = [
        replace(one, subject=replace(one.subject, quantization=one.subject.quantization + "|x"))
        for one in whole_lab()
    ]
    text = export(made([*rows, speed(rows[0].subject, 3.0, depth=4096)]), "md")
    tables = [one for one in text.split("\n\n") if "\n| ---" in one]
    assert len(tables) == 6
    for one in tables:
        counts = {len(re.findall(r"(?<!\\)\|", line)) for line in one.splitlines() if line.startswith("|")}
        assert len(counts) == 1


@given(st.text(max_size=30))
def test_a_cell_means_nothing_to_markdown(text: str) -> None:
    found = cell(text)
    assert "\n" not in found
    assert "<" not in found
    assert not re.search(r"(?<!\\)(\\\\)*[|`\[]", found)


def test_only_settings_that_differ_are_told_with_each_speed() -> None:
    deep = speed(subject("Q4_K_M"), 12.0, depth=4096)
    assert "Speeds with other settings" not in export(made(), "md")
    text = export(made([*whole_lab(), deep]), "md")
    assert "| Q4_K_M | depth 4096 | 108 ± 0.8 | 12.0 ± 0.08 |" in text
    assert "| Q4_K_M | depth 0 |" in text


def test_estimated_memory_is_told_from_measured() -> None:
    found = table([quality(subject("Q4_K_M"), kl=0.02)], estimated=lambda _subject: 3_000_000_000)
    report = compose(found, version="1", happened=0.0)
    assert "≈ 3.0" in export(report, "html")
    assert "≈ 3.0" in export(report, "md")
    assert json.loads(export(report, "json"))["models"][0]["memory"]["is_measured"] is False


def test_a_report_of_nothing_is_one(page: str) -> None:
    empty = compose(Table(), version="1", happened=0.0, labels=labels())
    for format in get_args(Format):
        assert isinstance(export(empty, format), str)
    assert "No advice yet" in export(empty, "html")
    Page(export(empty, "html"))


def test_seedlings_report_says_that_perplexity_is_no_guide() -> None:
    report = made([quality(subject("Q8_0", name="seedling:Q8_0"), kl=0.001)])
    for format in ("html", "md", "json"):
        assert "trained on answers only" in export(report, format)


def test_every_word_is_translated_and_every_figure_explained() -> None:
    found = labels()
    for one in fields(Labels):
        if isinstance(one.default, str):
            assert getattr(found, one.name) == one.default, "English is the language of the sources"
    assert all(hasattr(found, id) for id in MEANINGS)
    assert all(re.match(r"[A-Z0-9±\w(]", one) and one.endswith(".") for one in MEANINGS.values())


def test_the_guide_explains_every_figure() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "quantlab.md").read_text(encoding="utf-8")
    section = guide.partition("## What the figures mean")[2].partition("\n## ")[0]
    for id in MEANINGS:
        assert getattr(Labels(), id) in section
    assert f"{BUDGET} nats" in section
    assert f"{SHORTEST:,} tokens" in section
    assert f"{FEW:,} scored tokens" in section


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NUMBER = st.floats(min_value=0) | st.floats() | st.integers()
PAIR = st.lists(NUMBER, min_size=2, max_size=2)
RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "perplexity": NUMBER, "logprob": PAIR, "scored": NUMBER, "bits_per_byte": NUMBER, "decode_tps": st.lists(NUMBER),
        "comparison": st.fixed_dictionaries({"count": st.integers(1, 10**9), "kl_mean": PAIR, "same_top": PAIR}),
        "peak_bytes": NUMBER, "joules_per_token": st.lists(NUMBER, max_size=3), "score": NUMBER, "score_error": NUMBER,
        "by_kind": st.dictionaries(st.text(max_size=3), NUMBER, max_size=3), "no_comparison": JSON, "answers": JSON,
    },
)  # fmt: skip
KINDS = st.sampled_from(["quality", "speed", "tasks"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(KINDS, RESULTS, st.text(max_size=6), st.integers(0, 10**15)), max_size=6))
def test_whatever_was_measured_can_be_reported(found: list[tuple[Any, dict[str, Any], str, int]]) -> None:
    rows = [
        row(
            kind,
            subject(name, size_bytes=size, sha256=name),
            {"text": "t", "tasks": "t", "reference": "r"},
            told,
        )
        for kind, told, name, size in found
    ]
    for private in (False, True):
        report = made(rows, private=private)
        Page(export(report, "html"))
        json.loads(export(report, "json"), parse_constant=lambda _name: pytest.fail("no JSON"))
        lines = list(csv.reader(io.StringIO(export(report, "csv"), newline="")))
        assert len({len(one) for one in lines}) <= 1
        assert export(report, "md").startswith("# ")
