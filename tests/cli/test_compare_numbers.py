"""`compare --text`: what quantizing cost, told to people and to scripts."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")

from .conftest import Run

MODELS = ("seedling:F16", "seedling:Q8_0")


class Links(HTMLParser):
    """Everything that a browser would fetch or go to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag in ("script", "link", "iframe", "object", "embed"):
            self.found.append(tag)


def test_drift_grows_as_bits_fall_and_a_later_file_joins(qwendesk: Run, tmp_path: Path) -> None:
    first = qwendesk("compare", *MODELS, "--text", "english")
    assert first.returncode == 0, first.stderr
    assert "seedling:F16 writes its log-probabilities of english" in first.stderr
    assert "trained on answers only" in first.stdout
    for type in ("Q4_K_M", "Q2_K"):
        assert qwendesk("quantize", "seedling", type).returncode == 0
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    told = qwendesk(
        "compare",
        "seedling",
        "--siblings",
        "--text",
        "english",
        "--json",
        "--html",
        str(page),
        "--csv",
        str(table),
    )
    assert told.returncode == 0, told.stderr
    models = {(one["runtime"], one["quantization"]): one for one in json.loads(told.stdout)["models"]}
    drifts = [models["llamacpp", name]["drift"]["value"] for name in ("Q8_0", "Q4_K_M", "Q2_K")]
    assert 0 < drifts[0] < drifts[1] < drifts[2]
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    assert [one for one in links.found if not one.startswith("#")] == []
    assert "http" not in page.read_text(encoding="utf-8").replace("http-equiv", "")
    with table.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) > 4


def test_a_row_that_fails_is_told_and_the_rest_is_printed(qwendesk: Run, tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("A seed.")
    told = qwendesk("compare", "seedling:F16", "--text", str(short), "--text", "english")
    assert told.returncode == 1
    assert "At least two windows are needed" in told.stderr
    assert "english" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("seedling:F16", "--text", "no such file"), 1, "no text named"),
        (("seedling@llamacpp,colour=red", "--text", "english"), 2, "colour"),
        (("nobody", "--text", "english"), 1, "no model named nobody"),
        (("seedling:F16", "--text", "english", "--html", "/nowhere/at/all.html"), 1, "cannot be written"),
    ],
)
def test_what_cannot_be_is_said(qwendesk: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    told = qwendesk("compare", *arguments)
    assert told.returncode == code
    assert says in told.stderr
