"""What a load was estimated to take, what it took, and how far apart the two were."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import quantized_safetensors
from fakes.lora_gguf import write_lora
from fakes.tiny_gguf import write_tiny
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.models.library import Model
from qwendesk.models.memory.history import Measurement
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.session import Recipe, Session
from qwendesk.system import freememory, processor
from qwendesk.system.paths import Paths
from qwendesk.words import memory as words
from runtimes.conftest import SCRIPTED, request


class Kept:
    """Measurements in memory, or a database that cannot be used."""

    def __init__(self, problem: Problem | None = None) -> None:
        self.measurements: list[Measurement] = []
        self._problem = problem

    def keep(self, one: Measurement) -> None:
        if self._problem is not None:
            raise self._problem
        self.measurements.insert(0, one)

    def last(self, most: int) -> list[Measurement]:
        if self._problem is not None:
            raise self._problem
        return self.measurements[:most]


def forecast(kept: Kept, available: int = 1 << 34, card: bool = False, video: int = 0) -> Forecast:
    defaults = {"context": 1024, "gpu_layers": None}
    return Forecast(
        kept, lambda _model, _runtime: defaults, lambda: available, lambda: card, lambda _runtime: video
    )


def model(path: Path) -> Model:
    return Model("m", "M", path, "gguf", "", 0)


def test_a_prompt_that_was_read_is_measured(scripted: Callable[..., Session], tmp_path: Path) -> None:
    heard: list[tuple[Recipe, int]] = []
    session = scripted(measured=lambda recipe, peak: heard.append((recipe, peak)))
    session.wait_ready(30)
    session.stream(request())[0].wait(30)
    session.close()
    assert session.join(30)
    ((recipe, peak),) = heard
    assert recipe is session.recipe
    assert peak == session.state.peak_bytes > 0


@pytest.mark.parametrize("ends", ["unused", "killed"])
def test_only_whole_lives_are_measured(scripted: Callable[..., Session], ends: str) -> None:
    heard: list[int] = []
    session = scripted(measured=lambda _recipe, peak: heard.append(peak))
    session.wait_ready(30)
    if ends == "killed":
        session._process.kill()
    else:
        session.close()
    assert session.join(30)
    assert not heard


def test_the_measurement_stands_beside_the_estimate(tmp_path: Path) -> None:
    kept, path = Kept(), write_tiny(tmp_path / "tiny.gguf")
    made = forecast(kept)
    recipe = Recipe(model(path), replace(SCRIPTED, id="llamacpp"), {"context": 512}, None)  # type: ignore[arg-type]
    estimated = made.estimate(recipe.model, "llamacpp", recipe.options).total
    assert made.error() is None
    made.keep(recipe, estimated * 2)
    (one,) = kept.measurements
    assert (one.estimated, one.measured, one.error) == (estimated, estimated * 2, 1.0)
    assert json.loads(one.options) == {"context": 512}
    assert made.error() == 1.0


def test_a_home_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    made = forecast(Kept(Problem("store_full", path="x")))
    path = write_tiny(tmp_path / "tiny.gguf")
    made.keep(Recipe(model(path), SCRIPTED, {}, None), 1)  # type: ignore[arg-type]
    made.keep(Recipe(model(tmp_path / "gone.gguf"), SCRIPTED, {}, None), 1)  # type: ignore[arg-type]
    assert made.error() is None


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    made, path = forecast(Kept()), write_tiny(tmp_path / "tiny.gguf")
    before = made.estimate(model(path), "llamacpp")
    assert made.estimate(model(path), "llamacpp") == before
    write_tiny(path, layers=4)
    assert made.estimate(model(path), "llamacpp").total > before.total
    path.unlink()
    with pytest.raises(Problem, match="model_unreadable"):
        made.estimate(model(path), "llamacpp")


def test_what_comes_back_counts_as_free(tmp_path: Path) -> None:
    made, path = forecast(Kept(), available=1 << 20), write_tiny(tmp_path / "tiny.gguf")
    assert made.fit(model(path), "llamacpp").verdict == "too_big"
    assert made.fit(model(path), "llamacpp", freed=1 << 34).verdict == "fits"
    assert made.estimate(model(path), "llamacpp").context == 1024, "the defaults hold"


def test_a_card_may_hold_what_main_memory_cannot(tmp_path: Path) -> None:
    made, path = forecast(Kept(), available=1 << 20, card=True), write_tiny(tmp_path / "tiny.gguf")
    assert made.fit(model(path), "llamacpp", {"gpu_layers": None}).verdict == "tight"
    assert made.fit(model(path), "llamacpp", {"gpu_layers": 0}).verdict == "too_big"
    assert "graphics card" in words.verdict(made.fit(model(path), "llamacpp", {"gpu_layers": 9}))


def test_the_card_gets_as_many_layers_as_it_holds(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "tiny.gguf", layers=8)
    whole = forecast(Kept(), card=True, video=1 << 40).fit(model(path), "llamacpp")
    needed = whole.estimate.on("gpu")
    assert (whole.verdict, whole.video) == ("fits", 1 << 40)
    half = forecast(Kept(), card=True, video=needed).fit(model(path), "llamacpp")
    assert half.verdict == "fits"
    assert 0 < half.estimate.on("gpu") < needed
    assert half.estimate.total > whole.estimate.total, "what the card does not hold stays here"
    assert "graphics card" in words.verdict(half)


def test_more_layers_than_the_card_holds_are_refused(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "tiny.gguf", layers=8)
    needed = forecast(Kept(), card=True, video=1 << 40).fit(model(path), "llamacpp").estimate.on("gpu")
    made = forecast(Kept(), card=True, video=needed)
    found = made.fit(model(path), "llamacpp", {"gpu_layers": 9})
    assert found.verdict == "too_big"
    assert "but only" in words.verdict(found)
    (fewer,) = (one.options for one in found.suggestions if "gpu_layers" in one.options)
    assert 0 < fewer["gpu_layers"] < 9
    assert made.fit(model(path), "llamacpp", fewer).verdict != "too_big"
    assert "on the graphics card" in words.change(fewer)


def test_what_neither_holds_is_refused_with_a_card_too(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "tiny.gguf")
    made = forecast(Kept(), available=1 << 20, card=True, video=1 << 20)
    assert made.fit(model(path), "llamacpp").verdict == "too_big"


def test_layers_that_nobody_told_of_are_not_measured(tmp_path: Path) -> None:
    kept, path = Kept(), write_tiny(tmp_path / "tiny.gguf")
    made = forecast(kept, card=True, video=1 << 40)
    recipe = Recipe(model(path), replace(SCRIPTED, id="llamacpp"), {"gpu_layers": None}, None)  # type: ignore[arg-type]
    made.keep(recipe, 1 << 20)
    assert not kept.measurements
    made.keep(replace(recipe, options={"gpu_layers": 3}), 1 << 20)
    made.keep(replace(recipe, options={"gpu_layers": 0}), 1 << 20)
    without, some = kept.measurements
    assert some.estimated < without.estimated


def test_files_that_the_options_name_count(tmp_path: Path) -> None:
    made, path = forecast(Kept()), write_tiny(tmp_path / "tiny.gguf")
    adapter = write_lora(tmp_path / "lora.gguf")
    options = {"draft": "model", "draft_model": str(path), "lora": f"{adapter}=0.5;{tmp_path / 'gone'}"}
    found = made.estimate(model(path), "llamacpp", {**options, "mmproj": str(tmp_path / "gone.gguf")})
    assert found.bytes_of("draft") > 0
    assert found.bytes_of("adapters") == adapter.stat().st_size
    assert found.bytes_of("projector") == 0


def test_a_real_load_is_kept(paths: Paths, runtime: str) -> None:
    with App(paths) as app:
        chosen = app.library.find(None)
        session = app.runtimes.open(chosen, runtime)
        session.wait_ready(60)
        session.stream(request())[0].wait(60)
        session.close()
        assert session.join(30)
        assert app.forecast.error() is not None
        assert app.forecast.error() < 0.5


def test_a_container_has_less_than_the_machine(tmp_path: Path) -> None:
    free = freememory.available_bytes(tmp_path)
    (tmp_path / "memory.max").write_text("5000000\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("3000000\n", encoding="ascii")
    assert free > freememory.available_bytes(tmp_path) == 2_000_000
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 1000000\n", encoding="ascii")
    assert freememory.available_bytes(tmp_path) == 3_000_000
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert freememory.available_bytes(tmp_path) > 5_000_000


def test_processors_tell_what_they_can() -> None:
    assert processor.told("processor : 0\nflags\t\t: fpu avx2 avx512f sse\n") == {"avx2", "avx512f"}
    assert processor.told("Features\t: fp asimd asimddp i8mm\n") == {"asimddp", "i8mm"}
    assert processor.told("nothing") == processor.told("") == frozenset()


def test_an_estimate_tells_what_lies_on_the_card(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "m.gguf")
    with_card, without = forecast(Kept(), card=True, video=1 << 34), forecast(Kept())
    everything = with_card.estimate(model(path), "llamacpp", {"gpu_layers": 99})
    nothing = with_card.estimate(model(path), "llamacpp", {"gpu_layers": 0})
    assert everything.on("gpu") > 0
    assert nothing.on("gpu") == without.estimate(model(path), "llamacpp").on("gpu") == 0


def test_fp8_stays_where_a_runtime_computes_with_it_on_a_card(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    folder = quantized_safetensors.write_fp8(tmp_path / "m")
    fp8 = Model("m", "M", folder, "safetensors", "", 0)

    def weights(device: str, computing: str) -> int:
        forecast = Forecast(
            Kept(),
            lambda _model, _runtime: {"device": device},
            video=lambda _runtime: 1 << 34,
            fp8=lambda runtime: runtime == computing,
        )
        return forecast.estimate(fp8, "transformers").bytes_of("weights")

    assert weights("auto", "transformers") < 0.7 * weights("auto", "none")
    assert weights("cpu", "transformers") == weights("cpu", "none")
