"""Real models are measured: rows in the book, in turns, with what fails in its place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from qwendesk.api.problem import Note, Problem
from qwendesk.api.speed import SpeedRequest
from qwendesk.app import App
from qwendesk.lab.benching import BenchAdvance
from qwendesk.lab.benchplan import Arm, BenchWish, Grid
from qwendesk.lab.loads import Loads
from qwendesk.lab.measured import Row
from qwendesk.lab.sensors import Sensors
from qwendesk.models.verifying import Stopped
from qwendesk.system.paths import Paths

SMALL = Grid(prompts=(48,), decodes=(8,), threads=(1,), repetitions=2)


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    app = App(paths)
    yield app
    app.close()


def test_rows_of_two_models_in_turns(app: App, runtime: str) -> None:
    names = (f"seedling:F16@{runtime}", f"seedling:Q8_0@{runtime}")
    wish = BenchWish(tuple(map(app.lab.entrants.of, names)), replace(SMALL, depths=(0, 32)))
    heard: list[BenchAdvance] = []
    rows = app.lab.benching.run(wish, heard.append)
    assert [(one.subject.quantization, one.settings["depth"]) for one in rows] == [
        ("F16", 0),
        ("F16", 32),
        ("Q8_0", 0),
        ("Q8_0", 32),
    ]
    for row in rows:
        assert row.problem is None
        assert [row.settings[name] for name in ("prompt", "decode", "batch", "threads")] == [48, 8, 1, 1]
        assert (row.settings["cache_type_k"], row.subject.runtime) == ("f16", runtime)
        assert len(row.result["prompt_tps"]) == len(row.result["decode_tps"]) == 2
        assert len(row.result["load_s"]) == 1, "kept while the others had their turn"
        assert row.result["peak_bytes"] > 1_000_000
        assert row.result["roofline_share"] > 0
    assert {one.key for one in app.lab.book.all()} == {one.key for one in rows}
    measured = [one.name for one in heard if one.stage == "measure"]
    assert measured == [app.lab.entrants.of(one).name for one in names] * 4
    assert (heard[-1].stage, heard[-1].done, heard[-1].total) == ("done", 8, 8)
    assert app.runtimes.sessions() == []


def test_several_requests_at_once(app: App, runtime: str) -> None:
    entrant = app.lab.entrants.of(f"seedling:Q8_0@{runtime}")
    wish = BenchWish((entrant,), replace(SMALL, decodes=(128,), depths=(32,), batches=(1, 3)))
    alone, three = app.lab.benching.run(wish)
    assert [one.settings["batch"] for one in (alone, three)] == [1, 3]
    assert len(three.result["prompt_tps"]) == 2
    assert {one.key for one in app.lab.book.all()} == {alone.key, three.key}


def test_what_memory_does_not_hold_together_is_loaded_for_its_turn(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qwendesk.lab.loads.judge", lambda needed, available: "too_big")
    wish = BenchWish(tuple(map(app.lab.entrants.of, ("seedling:F16", "seedling:Q8_0"))), SMALL)
    most: list[int] = []
    rows = app.lab.benching.run(wish, lambda _advance: most.append(len(app.runtimes.sessions())))
    assert [len(one.result["load_s"]) for one in rows] == [2, 2]
    assert [len(one.result["decode_tps"]) for one in rows] == [2, 2]
    assert max(most) == 1


def test_what_fails_is_a_row_and_the_rest_goes_on(app: App, tmp_path: Path, seedling: Path) -> None:
    doomed = Path(shutil.copy(seedling.with_name("seedling-f16.gguf"), tmp_path / "doomed.gguf"))
    wish = BenchWish((app.lab.entrants.of(str(doomed)), app.lab.entrants.of("seedling:Q8_0")), SMALL)

    def deleted(advance: BenchAdvance) -> None:
        if advance.stage == "load":
            doomed.unlink(missing_ok=True)

    lost, fine = app.lab.benching.run(wish, deleted)
    assert lost.problem is not None
    assert lost.problem.arguments["path"] == str(doomed)
    assert lost.result == {}
    assert fine.problem is None
    assert len(fine.result["decode_tps"]) == 2
    assert {one.problem is None for one in app.lab.book.all()} == {True, False}


def test_a_depth_that_the_model_cannot_take_costs_its_own_row_only(app: App) -> None:
    """Seedling was trained for 2,048 tokens: the load says what became of more."""
    entrant = app.lab.entrants.of("seedling:Q8_0")
    wish = BenchWish((replace(entrant, options={"context": 256}),), replace(SMALL, depths=(300, 0)))
    deep, plain = app.lab.benching.run(wish)
    assert deep.problem == Note("bench_too_long", {"tokens": 349, "context": 256})
    assert len(plain.result["prompt_tps"]) == 2


def test_a_stop_keeps_what_was_measured(app: App) -> None:
    wish = BenchWish((app.lab.entrants.of("seedling:Q8_0"),), replace(SMALL, repetitions=50))
    rows: list[Row] = []
    with pytest.raises(Stopped):
        app.lab.benching.run(wish, stopped=lambda: bool(rows), kept=rows.append)
    assert app.runtimes.sessions() == []
    (kept,) = app.lab.book.all()
    assert kept == rows[-1]
    assert 1 <= len(kept.result["decode_tps"]) < 50
    again = replace(wish, grid=replace(wish.grid, repetitions=1))
    (row,) = app.lab.benching.run(again)
    assert app.lab.book.all() == [row], "one that came to its end takes the place of one that did not"


def test_a_row_with_more_repetitions_stays_until_the_new_one_has_as_many(app: App) -> None:
    wish = BenchWish((app.lab.entrants.of("seedling:Q8_0"),), replace(SMALL, repetitions=3))
    (before,) = app.lab.benching.run(wish)
    counts: list[int] = []

    def look(_row: Row) -> None:
        (there,) = app.lab.book.all()
        counts.append(len(there.result["decode_tps"]))
        assert (there == before) == (len(counts) < 3)

    app.lab.benching.run(wish, kept=look)
    assert counts == [3, 3, 3]


def test_a_model_that_would_not_fit_alone_is_not_loaded(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    entrant = app.lab.entrants.of("seedling:Q8_0")
    fit = app.forecast.fit(entrant.model, entrant.runtime)
    big = replace(fit, verdict="too_big", estimate=replace(fit.estimate, parts=fit.estimate.parts * 10_000))
    monkeypatch.setattr(app.forecast, "fit", lambda *_: big)
    (row,) = app.lab.benching.run(BenchWish((entrant,), SMALL))
    assert row.problem is not None
    assert row.problem.id == "comparison_too_big"
    (forced,) = app.lab.benching.run(BenchWish((entrant,), SMALL, force=True))
    assert forced.problem is None


def test_an_empty_wish_measures_nothing(app: App) -> None:
    assert app.lab.benching.run(BenchWish((), SMALL)) == []
    with Loads(app.runtimes, app.forecast, lambda: False) as loads:
        assert loads.hold(())


def test_a_failure_of_an_earlier_run_goes_once_it_was_measured(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = BenchWish((app.lab.entrants.of("seedling:Q8_0"),), SMALL)

    def fails(*_: object) -> None:
        raise Problem("worker_not_started", command="x", detail="y")

    with monkeypatch.context() as patched:
        patched.setattr(app.runtimes, "open", fails)
        (failed,) = app.lab.benching.run(wish)
    assert failed.problem is not None
    assert app.lab.book.all() == [failed]
    (row,) = app.lab.benching.run(wish)
    assert row.key != failed.key, "loading tells more settings than were asked for"
    assert app.lab.book.all() == [row]


def test_memory_of_a_file_that_two_workers_have_mapped_is_not_halved(app: App) -> None:
    wish = BenchWish((app.lab.entrants.of("seedling:Q8_0"),), SMALL)
    one, two = (Arm(wish.entrants[0], {"slots": n}, (SpeedRequest(8, 8),)) for n in (1, 2))
    sensors = Sensors()
    with Loads(app.runtimes, app.forecast, lambda: False) as loads:
        assert loads.hold((one, two))
        session, is_new = loads.session(one)
        assert is_new
        assert not loads.shares(one)
        loads.session(two)
        assert loads.shares(one)
        assert loads.session(one) == (session, False)
        resident = psutil.Process(session.pid).memory_info().rss
        assert sensors.look(session, shares=True).bytes >= 0.9 * resident
    sensors.close()
