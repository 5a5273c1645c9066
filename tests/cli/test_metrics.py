"""`qwendesk metrics` after one answer of Seedling in a real worker."""

from __future__ import annotations

import csv
import io
import json

import pytest

from qwendesk.words.metrics import value

from .conftest import Run


def test_an_answer_leaves_its_figures(qwendesk: Run) -> None:
    nothing = qwendesk("metrics")
    assert nothing.returncode == 0, nothing.stderr
    assert nothing.stdout.startswith("Nothing was recorded")
    assert qwendesk("chat", "seedling", "-p", "What is 23 + 45?").returncode == 0

    shown = qwendesk("metrics", "--since", "1h")
    assert shown.returncode == 0, shown.stderr
    for title in ("Time to first token", "Decode speed", "Between tokens", "Context in use", "Computer"):
        assert title in shown.stdout

    data = json.loads(qwendesk("metrics", "--json").stdout)
    (average,) = data["averages"]
    assert (average["model"], average["replies"]) == ("seedling", 1)
    assert average["last"]["decode_tps"] == average["all"]["decode_tps"]
    assert average["settings"]["context"] > 0
    told = {(one["kind"], one["metric"]): one for one in data["series"]}
    assert told["reply", "ttft_s"]["unit"] == "s"
    assert told["reply", "ttft_s"]["values"][0][3] == average["last"]["ttft_s"]["mean"]
    assert ("machine", "memory_used") in told

    table = list(csv.DictReader(io.StringIO(qwendesk("metrics", "--csv").stdout)))
    (ttft,) = [row for row in table if row["metric"] == "ttft_s"]
    assert float(ttft["mean"]) == average["last"]["ttft_s"]["mean"]


def test_wrong_usage(qwendesk: Run) -> None:
    assert qwendesk("metrics", "--json", "--csv").returncode == 2
    wrong = qwendesk("metrics", "--since", "yesterday")
    assert wrong.returncode == 2
    assert "30m, 1h, 7d" in wrong.stderr


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (3_146_880, "bytes", "3.1 MB"),
        (0.254, "share", "25%"),
        (0.0213, "s", "21.3 ms"),
        (2.5, "s", "2.50 s"),
        (52.14, "tok/s", "52.1 tok/s"),
        (1980, "MHz", "1,980.0 MHz"),
        (1.25, "cores", "1.2"),
    ],
)
def test_values_with_their_unit(number: float, unit: str, text: str) -> None:
    assert value(number, unit) == text
