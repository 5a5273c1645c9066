"""`bench`: real models measured, and told to people and to scripts."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qwendesk.api.problem import Note
from qwendesk.cli import benchdata, benchtable, main
from qwendesk.lab.benching import BenchAdvance
from qwendesk.lab.measured import Row, Subject

from .conftest import Run

QUICK = ("-p", "32", "-n", "8", "-t", "1", "--repetitions", "2")


def row(name: str = "m", problem: Note | None = None, **settings: object) -> Row:
    subject = Subject(name, "a" * 64, "Q8_0", 3_000_000, "llamacpp", "1.0", {"ubatch": 64})
    asked = {"prompt": 512, "decode": 128, "depth": 0, "batch": 1, "threads": 2, **settings}
    result = {
        "prompt_tps": [90.0, 110.0, 100.0],
        "decode_tps": [10.0],
        "load_s": [2.0],
        "peak_bytes": 4_000_000,
        "joules_per_token": [1.5],
        "temperature": [50.0, 61.0],
        "clock_mhz": None,
        "roofline_share": 0.5,
    }
    return Row("speed", subject, asked, "here", 5.0, {} if problem else result, problem)


def test_two_models_side_by_side(qwendesk: Run) -> None:
    told = qwendesk("bench", "seedling:F16", "seedling:Q8_0", *QUICK)
    assert (told.returncode, told.stderr) == (0, "")
    above, _empty, head, *lines = told.stdout.splitlines()[:5]
    assert "Threads 1 · Cache f16" in above
    assert "Depth 0 · Prompt 32 · Reply 8" in above
    assert head.split()[:2] == ["Model", "Size"]
    assert [one.split()[0] for one in lines] == ["seedling:F16", "seedling"]


def test_every_sample_for_scripts_and_the_rows_are_kept(
    qwendesk: Run, tmp_path: Path, seedling: Path
) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(seedling.read_bytes()[:-1000])
    whole = Path(shutil.copy(seedling, tmp_path / "whole.gguf"))
    told = qwendesk("bench", str(whole), str(broken), *QUICK, "-d", "0,16", "--json")
    assert told.returncode == 1
    assert "broken.gguf" in told.stderr
    rows = json.loads(told.stdout)["rows"]
    assert [(one["settings"]["depth"], one["problem"] is None) for one in rows] == [
        (0, True),
        (16, True),
        (0, False),
        (16, False),
    ]
    assert [len(one["samples"].get("prompt_tps", ())) for one in rows] == [2, 2, 0, 0]
    assert rows[0]["median"]["decode_tps"] > 0


def test_a_model_with_two_runtimes(qwendesk: Run) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    told = qwendesk("bench", "seedling", *QUICK, "--runtime", "llamacpp", "--runtime", "llamaserver", "--csv")
    lines = list(csv.DictReader(io.StringIO(told.stdout)))
    assert [one["runtime"] for one in lines] == ["llamacpp", "llamaserver"]
    assert all(float(one["decode_tps_q1"]) <= float(one["decode_tps"]) for one in lines)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-p", "x"), "“x” is no whole number."),
        (("-b", "0"), "0 is not between 1 and 64."),
        (("--cache-type", "q9"), "“q9” is none of: f32, f16"),
        (("--flash-attention", "maybe"), "“maybe” is none of: auto, on, off."),
        (("-p", "0", "-n", "0"), "There is nothing to measure"),
    ],
)
def test_wrong_usage(qwendesk: Run, arguments: tuple[str, ...], says: str) -> None:
    told = qwendesk("bench", "seedling", *arguments)
    assert (told.returncode, says in told.stderr) == (2, True), told.stderr


def test_a_model_that_is_not_there(qwendesk: Run) -> None:
    told = qwendesk("bench", "nobody", *QUICK)
    assert (told.returncode, told.stdout) == (1, "")
    assert "nobody" in told.stderr


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C once three measurements were done."""

    def progress(advance: BenchAdvance) -> object:
        if advance.done == 3:
            raise KeyboardInterrupt
        return progressed(advance)

    progressed = benchtable.progress
    monkeypatch.setattr(benchtable, "progress", progress)


@pytest.mark.usefixtures("interrupted")
def test_ctrl_c_tells_what_was_measured(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["--home", str(tmp_path / "home"), "bench", "seedling:F16", "seedling:Q8_0", *QUICK, "--json"]
    assert main.run(lambda _paths: 0, arguments) == 1
    told = capsys.readouterr()
    rows = json.loads(told.out)["rows"]
    assert [len(one["samples"]["decode_tps"]) for one in rows] == [2, 1]
    assert told.err.strip() == "Stopped."


def test_a_table_shows_what_varies_and_says_above_what_does_not() -> None:
    rows = [row(), row(depth=4096)]
    above, _empty, head, first, second = benchtable.table(rows, "here").splitlines()
    assert above == (
        "here · Runtime llamacpp · Threads 2 · Batch 1 · Prompt 512 · Reply 128 · "
        "Medians ± half of the range between the quartiles, of up to 3 repetitions."
    )
    titles = ["Model", "Size", "Depth", "Prompt tok/s", "Reply tok/s", "Loading", "Memory", "J/token", "°C"]
    assert [one for one in head.split("  ") if one.strip()][:3] == titles[:3]
    assert all(one in head for one in titles)
    assert "MHz" not in head
    assert "100.0 ± 5.0" in first
    assert "50–61" in first
    assert first.endswith("50 %")
    assert second.split()[3] == "4096"


def test_markdown_is_not_broken_by_names() -> None:
    lines = benchtable.markdown([row("a|b<c"), row("d\x1b[2J", batch=4)], "here").splitlines()
    assert lines[4].startswith("| a\\|b&lt;c |")
    assert lines[5].startswith("| d\\x1b[2J |")
    assert {one.replace("\\|", "").count("|") for one in lines[2:]} == {lines[2].count("|")}


def test_scripts_get_medians_samples_and_problems() -> None:
    rows = [row(), row("broken", Note("engine_ended_early"))]
    first, second = json.loads(benchdata.as_json(rows, "here"))["rows"]
    assert (first["median"]["prompt_tps"], first["quartiles"]["prompt_tps"]) == (100.0, [95.0, 105.0])
    assert first["samples"]["prompt_tps"] == [90.0, 110.0, 100.0]
    assert second["problem"]["sentence"].startswith("The engine stopped without saying why.")
    good, bad = csv.DictReader(io.StringIO(benchdata.as_csv(rows, "here")))
    assert (good["model"], good["options"], good["prompt_tps_q3"]) == ("m", "ubatch=64", "105.0")
    assert (good["temperature_high"], good["clock_mhz_high"], good["problem"]) == ("61.0", "", "")
    assert (bad["prompt_tps"], bad["problem"][:10]) == ("", "The engine")


def test_progress_tells_the_time_that_is_left() -> None:
    told = benchtable.progress(BenchAdvance("measure", "m", 3, 10, 42.0))
    assert (told.stage, told.done, told.total) == ("m  42 s left", 3, 10)


def test_more_than_memory_could_give_is_explained() -> None:
    usual = row()
    fast = replace(usual, result={**usual.result, "roofline_share": 1.3})
    assert "cache" not in benchtable.table([usual], "here")
    for told in (benchtable.table([usual, fast], "here"), benchtable.markdown([fast], "here")):
        assert told.splitlines()[-1].startswith("More than 100 %: what a token reads stays in the")
