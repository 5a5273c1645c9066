"""An engine of another version than the last one seen is tested with Seedling, in a real worker."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from fakes.scripted_plugin import ScriptedPlugin, found, options
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.app import App
from qwendesk.models.bundled import seedling
from qwendesk.models.verifying import Stopped
from qwendesk.plugins import Found
from qwendesk.runtimes.lastgood import GoodLoad, way_back, worked_with
from qwendesk.store.goodloads import GoodLoadRows
from qwendesk.system.paths import Paths
from qwendesk.words.problems import word

TESTS = Path(__file__).parents[1]


class Missing:
    """A runtime whose engine went missing with its update."""

    @hookimpl
    def register_runtimes(self) -> Sequence[RuntimeSpec]:
        (spec,) = ScriptedPlugin(Probe(True, "2")).register_runtimes()
        return (replace(spec, engine="nowhere_to_be_found:Engine"),)


MISSING = [Found("scripted", "qwendesk", "1", Missing)]


def test_the_first_version_seen_is_only_noted(paths: Paths) -> None:
    with App(paths, MISSING) as app:
        assert app.smoke.updated() == []
        assert GoodLoadRows(app.store).engines() == {"scripted": "2"}
        assert app.smoke.updated() == []


def test_a_version_that_passes_is_not_tested_again_and_is_no_use(paths: Paths) -> None:
    with App(paths) as app:
        rows = GoodLoadRows(app.store)
        app.smoke.updated()
        rows.keep_engine("llamaserver", "0.1")
        (tested,) = app.smoke.updated()
        assert tested.problem is None
        assert (tested.before, tested.model.name) == ("0.1", "seedling")
        assert app.smoke.updated() == []
        assert app.good.of(seedling()) is None


def test_a_version_that_fails_is_told_until_it_passes(paths: Paths) -> None:
    with App(paths, MISSING) as app:
        rows = GoodLoadRows(app.store)
        rows.keep_engine("scripted", "1")
        for _ in range(2):
            (tested,) = app.smoke.updated()
            assert tested.problem is not None
            assert tested.problem.id == "engine_missing"
            assert "nowhere_to_be_found" in str(word(tested.problem))


def test_an_engine_for_safetensors_is_tested_with_seedling_in_that_form(paths: Paths) -> None:
    pytest.importorskip("torch")
    with App(paths) as app:
        rows = GoodLoadRows(app.store)
        app.smoke.updated()
        rows.keep_engine("transformers", "0.1")
        (tested,) = app.smoke.updated()
        assert tested.problem is None
        assert (tested.state.spec.id, tested.model.format) == ("transformers", "safetensors")


def test_a_model_is_tested_with_what_worked(paths: Paths) -> None:
    with App(paths) as app:
        model = seedling()
        GoodLoadRows(app.store).keep((str(model.path), "llamaserver", "xllamacpp 1", '{"context": 700}', 1.0))
        tested = app.smoke.test(model)
        assert (tested.state.spec.id, tested.problem) == ("llamaserver", None)


def test_a_test_is_stopped_while_the_model_speaks(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(TESTS), str(TESTS.parent))))
    looks = count()
    with App(paths, [found()]) as app:
        endless = options({"Hello": {"text": "one two three " * 4, "delay_s": 60.0}})
        kept = (str(seedling().path), "scripted", "x 1", json.dumps(endless), 1.0)
        GoodLoadRows(app.store).keep(kept)
        with pytest.raises(Stopped):
            app.smoke.test(seedling(), lambda: next(looks) > 6)
        with pytest.raises(Stopped):
            app.smoke.test(seedling(), lambda: True)


@pytest.mark.parametrize("kept", ["[]", "{", "null"])
def test_what_cannot_be_read_of_a_good_load_is_none(paths: Paths, kept: str) -> None:
    with App(paths, MISSING) as app:
        GoodLoadRows(app.store).keep((str(seedling().path), "scripted", "x 1", kept, 1.0))
        assert app.good.of(seedling()) is None


def test_the_way_back_is_told_where_the_version_changed() -> None:
    good = GoodLoad("llamaserver", "xllamacpp 2026.9.1", {}, 1.0)
    told = worked_with(good, "llamaserver", "2026.10.2")
    assert told is not None
    assert word(told).next == "To go back: pip install xllamacpp==2026.9.1"
    assert worked_with(good, "llamaserver", "2026.9.1") is None
    assert worked_with(good, "llamacpp", "0.3") is None
    assert worked_with(None, "llamaserver", "1") is None
    assert way_back("llama-server") == ""
