"""Models compared on texts: real engines, real files, and everything that can come between."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fakes.tiny_gguf import write_tiny
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.lab.comparing import Comparing
from qwendesk.lab.entrants import Entrant, largest
from qwendesk.lab.measured import Row
from qwendesk.lab.quantized import Wish as Quantizing
from qwendesk.lab.wish import Advance, Wish
from qwendesk.models.verifying import Stopped
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths

WORDS = " ".join(
    f"What is {at} + {at * 7 % 50}? It is {at + at * 7 % 50}, said the seed." for at in range(90)
)


@dataclass(frozen=True)
class Page:
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


PAGE = Page("sums", WORDS)
OTHER = Page("more", WORDS[::-1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With two quantizations of Seedling, made once."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    place = tmp_path_factory.mktemp("lab") / "home"
    with App(Paths(place)) as app:
        for type in ("Q4_K_M", "Q2_K"):
            app.lab.quantizing.quantize(app.lab.quantizing.plan(Quantizing("seedling", type)))
    return place


@pytest.fixture
def app(home: Path, tmp_path: Path) -> Iterator[App]:
    shutil.copytree(home, tmp_path / "home")
    with App(Paths(tmp_path / "home")) as opened:
        yield opened


def wish(app: App, *names: str, **more: Any) -> Wish:
    return Wish(tuple(app.lab.entrants.of(one) for one in names), (PAGE,), window=128, **more)


def drift(row: Row) -> float:
    return float(row.result["comparison"]["kl_mean"][0])


def test_drift_grows_as_bits_fall(app: App) -> None:
    heard: list[Advance] = []
    names = ("seedling:Q2_K", "seedling:Q8_0", "seedling:F16", "seedling:Q4_K_M")
    rows = app.lab.comparing.run(wish(app, *names), heard.append)
    assert [one.subject.quantization for one in rows] == ["F16", "Q2_K", "Q8_0", "Q4_K_M"]
    assert rows[0].result["comparison"] is None
    _, two, eight, four = rows
    assert 0 < drift(eight) < 0.1 * drift(four) < drift(two)
    assert eight.result["comparison"]["reference"] == rows[0].subject.name
    assert eight.result["scored"] == eight.result["windows"] * (128 - 65)
    assert [one.stage for one in heard][-1] == "done"
    (written,) = [one for one in heard if one.stage == "write"]
    assert written.bytes > 100_000
    parts = [one.fraction for one in heard]
    assert parts == sorted(parts)
    assert not list((app.paths.cache / "lab").iterdir())


def test_what_is_known_is_not_measured_again_and_a_later_file_joins(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = app.lab.comparing.run(
        wish(app, "seedling:F16", "seedling:Q8_0", keep_reference=True), lambda _: None
    )
    loaded: list[str] = []
    whole = Comparing._loaded

    def watched(self: Comparing, entrant: Entrant, run: Any) -> Session:
        loaded.append(entrant.model.quantization)
        return whole(self, entrant, run)

    monkeypatch.setattr(Comparing, "_loaded", watched)
    names = ("seedling:F16", "seedling:Q8_0", "seedling:Q2_K")
    rows = app.lab.comparing.run(wish(app, *names), lambda _: None)
    assert loaded == ["Q2_K"]
    assert rows[:2] == first
    assert drift(rows[2]) > drift(rows[1])
    loaded.clear()
    app.lab.comparing.run(wish(app, *names), lambda _: None)
    assert loaded == []
    # Without the reference's distributions, which were removed, it reads again what somebody needs.
    app.lab.comparing.run(wish(app, *names, "seedling:Q4_K_M"), lambda _: None)
    assert loaded == ["F16", "Q4_K_M"]


def test_what_is_older_than_was_asked_for_is_measured_again_once(app: App) -> None:
    asked = wish(app, "seedling:F16", "seedling:Q8_0")
    first = app.lab.comparing.run(asked, lambda _: None)
    again = replace(asked, since=max(one.happened for one in first) + 0.001)
    second = app.lab.comparing.run(again, lambda _: None)
    assert all(new.happened > old.happened for new, old in zip(second, first, strict=True))
    assert [drift(one) for one in second[1:]] == [drift(one) for one in first[1:]]
    assert app.lab.comparing.run(again, lambda _: None) == second, "a run that goes on keeps what it measured"


def test_a_model_that_would_not_fit_is_not_loaded(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = wish(app, "seedling:F16", "seedling:Q8_0")
    (_, second) = asked.entrants
    whole = app.forecast.fit
    small = whole(second.model, second.runtime)
    big = replace(small, verdict="too_big")
    monkeypatch.setattr(
        app.forecast, "fit", lambda model, *rest: big if model is second.model else whole(model, *rest)
    )
    first, refused = app.lab.comparing.run(asked, lambda _: None)
    assert first.problem is None
    assert refused.problem is not None
    assert refused.problem.id == "comparison_too_big"
    _, forced = app.lab.comparing.run(replace(asked, force=True), lambda _: None)
    assert forced.problem is None
    again = replace(asked, since=forced.happened + 0.001)
    _, kept, failed = app.lab.comparing.run(again, lambda _: None)
    assert kept == forced, "what is known is not given up for a failure"
    assert failed.problem == refused.problem


def test_a_run_that_is_stopped_keeps_what_is_done(app: App) -> None:
    begun: list[str] = []

    def heard(advance: Advance) -> None:
        if advance.stage == "load":
            begun.append(advance.entrant)

    asked = wish(app, "seedling:F16", "seedling:Q8_0", "seedling:Q2_K")
    with pytest.raises(Stopped):
        app.lab.comparing.run(asked, heard, lambda: len(begun) == 3)
    assert [one.subject.quantization for one in app.lab.book.all()] == ["F16", "Q8_0"]
    assert not app.runtimes.sessions()
    begun.clear()
    rows = app.lab.comparing.run(asked, heard)
    assert begun == ["seedling:Q2_K"]
    assert len(rows) == 3


def test_a_model_that_is_gone_costs_its_own_row(app: App) -> None:
    gone = app.lab.entrants.of("seedling:Q4_K_M")
    asked = replace(wish(app, "seedling:F16", "seedling:Q2_K"))
    asked = replace(asked, entrants=(asked.entrants[0], gone, asked.entrants[1]))

    def heard(advance: Advance) -> None:
        if advance.stage == "write":
            gone.model.path.unlink()

    rows = app.lab.comparing.run(asked, heard)
    assert [one.problem is None for one in rows] == [True, False, True]
    assert drift(rows[2]) > 0


def test_another_vocabulary_is_no_comparison_but_bits_per_byte(app: App, tmp_path: Path) -> None:
    other = write_tiny(tmp_path / "other.gguf")
    asked = wish(app, "seedling:F16", str(other), reference=app.lab.entrants.of("seedling:F16"))
    _, row = app.lab.comparing.run(asked, lambda _: None)
    assert row.result["comparison"] is None
    assert row.result["no_comparison"][0] == "score_reference"
    assert "vocabulary" in row.result["no_comparison"][1]["detail"]
    assert row.result["bits_per_byte"] > 0


def test_a_short_text_says_how_long_it_has_to_be(app: App) -> None:
    asked = replace(wish(app, "seedling:F16"), texts=(Page("short", "A seed."), PAGE))
    short, long = app.lab.comparing.run(asked, lambda _: None)
    assert short.problem is not None
    assert (short.problem.id, short.problem.arguments["least"]) == ("text_too_short", 256)
    assert long.problem is None


def test_distributions_made_elsewhere_serve_and_broken_ones_are_told(app: App, tmp_path: Path) -> None:
    kept = wish(app, "seedling:F16", "seedling:Q8_0", keep_reference=True)
    _, own = app.lab.comparing.run(kept, lambda _: None)
    (file,) = (app.paths.cache / "lab").glob("*.kld")
    given = tmp_path / "made elsewhere.kld"
    given.write_bytes(file.read_bytes())
    asked = replace(wish(app, "seedling:Q8_0"), reference_file=given)
    (row,) = app.lab.comparing.run(asked, lambda _: None)
    assert drift(row) == drift(own)
    assert given.exists()
    given.write_bytes(file.read_bytes()[:-1000])
    (row,) = app.lab.comparing.run(asked, lambda _: None)
    assert row.result["no_comparison"][0] == "score_reference"
    assert row.result["perplexity"] == own.result["perplexity"]


def test_without_room_nothing_is_written_and_the_rest_goes_on(app: App) -> None:
    full = Comparing(
        app.runtimes,
        app.forecast,
        app.lab.entrants,
        app.lab.book,
        app.lab.comparing._hashes,
        app.paths.cache / "lab",
        lambda: 1 << 60,
    )
    asked = wish(app, "seedling:F16", "seedling:Q8_0")
    first, second = full.run(asked, lambda _: None)
    assert first.problem is not None
    assert first.problem.id == "no_room"
    assert second.result["no_comparison"] == ["lab_no_reference", {}]
    assert not list((app.paths.cache / "lab").iterdir())
    _, again = app.lab.comparing.run(asked, lambda _: None)
    assert drift(again) > 0


def test_both_runtimes_stand_in_one_table(app: App) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("bitsandbytes")
    names = (
        "seedling:F16",
        "seedling@transformers",
        "seedling@transformers,quantization=nf4",
        "seedling:Q4_K_M",
    )
    _, plain, nf4, four = app.lab.comparing.run(wish(app, *names), lambda _: None)
    assert drift(plain) < 0.001
    assert drift(nf4) > 10 * drift(plain)
    assert (nf4.subject.quantization, four.subject.quantization) == ("nf4", "Q4_K_M")
    assert nf4.key != plain.key


def test_the_reference_is_the_one_that_lost_least(app: App) -> None:
    every = app.lab.entrants.siblings("seedling")
    assert largest(every).model.quantization == "F16"
    assert {"F16", "Q8_0", "Q4_K_M", "Q2_K"} <= {one.model.quantization for one in every}
    with pytest.raises(Problem, match="lab_nobody"):
        app.lab.comparing.run(Wish((), (PAGE,)), lambda _: None)


def test_an_option_that_is_none_is_told_before_anything_is_loaded(app: App) -> None:
    with pytest.raises(Problem, match="option_unknown"):
        app.lab.entrants.of("seedling@llamacpp,colour=red")


def test_a_left_file_is_removed_after_a_week(app: App) -> None:
    folder = app.paths.cache / "lab"
    folder.mkdir(parents=True)
    (folder / "old.kld").write_bytes(b"x")
    written = (folder / "old.kld").stat().st_mtime
    late = Comparing(
        app.runtimes,
        app.forecast,
        app.lab.entrants,
        app.lab.book,
        app.lab.comparing._hashes,
        folder,
        lambda: 0,
        clock=lambda: written + 8 * 86_400,
    )
    late.run(wish(app, "seedling:Q8_0"), lambda _: None)
    assert not (folder / "old.kld").exists()
