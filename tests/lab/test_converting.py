"""Converting and importance matrices as services: real models, and everything that can come between."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")

from fakes import checkpoint_bytes
from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.lab.converting import ConvertWish
from qwendesk.lab.events import ModelConverted
from qwendesk.lab.quantized import Wish
from qwendesk.lab.weighing import ImatrixWish
from qwendesk.models.gguf import read_header
from qwendesk.models.reading import read_facts
from qwendesk.models.verifying import Stopped
from qwendesk.system.paths import Paths, resources

HF = resources() / "seedling" / "hf"


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    """With the real engines."""
    with App(paths) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return checkpoint_bytes.write(tmp_path / "Tiny-Qwen3")


def files(path: Path) -> list[str]:
    return sorted(one.name for one in path.rglob("*") if one.is_file())


def test_a_folder_stands_in_the_library(app: App, folder: Path) -> None:
    told: list[object] = []
    app.bus.subscribe(told.append)
    heard: list[JobProgress] = []
    made = app.lab.converting.convert(ConvertWish(str(folder), "bf16"), heard.append)
    assert made.path == app.paths.models / "Tiny-Qwen3" / "Tiny-Qwen3-BF16.gguf"
    assert (made.architecture, made.type, made.tensors) == ("qwen3", "BF16", 13)
    assert made.size == made.path.stat().st_size == read_header(made.path).size
    assert app.library.find(made.name).path == made.path
    assert ModelConverted(made.path, made.name) in told
    assert heard[-1].fraction == 1
    assert read_facts(made.path).kind == "model"


def test_a_model_of_the_library_goes_by_its_name(app: App) -> None:
    made = app.lab.converting.convert(ConvertWish("seedling:safetensors", "BF16"))
    assert (made.name, made.path.name) == ("seedling:BF16", "seedling-BF16.gguf")


def test_what_comes_with_us_is_not_made_again(app: App) -> None:
    with pytest.raises(Problem) as caught:
        app.lab.converting.convert(ConvertWish("seedling:safetensors", "F16"))
    assert (caught.value.id, caught.value.arguments["name"]) == ("target_in_library", "seedling:F16")
    assert not files(app.paths.models)


def test_only_checkpoints_are_converted(app: App) -> None:
    with pytest.raises(Problem) as caught:
        app.lab.converting.convert(ConvertWish("seedling"))
    assert caught.value.id == "convert_not_safetensors"


def test_nothing_stays_of_what_fails(app: App, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "it.gguf"
    checkpoint_bytes.change_weights(
        folder, lambda told: told.update({"model.norm.weight": told["model.norm.weight"] * float("nan")})
    )
    with pytest.raises(Problem) as caught:
        app.lab.converting.convert(ConvertWish(str(folder), target=target))
    assert caught.value.id == "convert_not_finite"
    assert not target.parent.exists()


def test_a_stop_leaves_nothing(app: App, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "it.gguf"
    with pytest.raises(Stopped):
        app.lab.converting.convert(ConvertWish(str(folder), target=target), stopped=lambda: True)
    assert "it.gguf" not in "".join(files(tmp_path))


def test_a_file_that_is_there_is_kept(app: App, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "it.gguf"
    target.write_bytes(b"mine")
    with pytest.raises(Problem) as caught:
        app.lab.converting.convert(ConvertWish(str(folder), target=target))
    assert (caught.value.id, target.read_bytes()) == ("target_exists", b"mine")
    assert app.lab.converting.convert(ConvertWish(str(folder), target=target, overwrite=True)).size > 4


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_is_not_ours(app: App, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(Problem) as caught:
        app.lab.converting.convert(ConvertWish(str(folder), target=tmp_path / "closed" / "it.gguf"))
    assert caught.value.id == "target_unwritable"


def test_a_disk_without_room_is_told_before(
    app: App, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: used._replace(free=1000))
    with pytest.raises(Problem) as caught:
        app.lab.converting.convert(ConvertWish(str(folder), target=tmp_path / "it.gguf"))
    assert caught.value.id == "no_room"
    assert "it.gguf" not in "".join(files(tmp_path))


def test_from_a_checkpoint_to_two_bits(app: App, tmp_path: Path) -> None:
    """The whole way: convert, weigh with a text, quantize with what matters."""
    text = tmp_path / "text.txt"
    text.write_text("The capital of France is Paris. Two and two are four.\n" * 40)
    whole = app.lab.converting.convert(ConvertWish(str(HF), target=tmp_path / "whole.gguf"))
    heard: list[JobProgress] = []
    wish = ImatrixWish(str(whole.path), text, tmp_path / "matrix.gguf", chunk=64, chunks=3)
    weighed = app.lab.weighing.weigh(wish, heard.append)
    assert (weighed.tensors, weighed.chunks, weighed.chunk, weighed.partial) == (28, 3, 64, ())
    assert [one.done for one in heard] == [0, 1, 2, 3]
    assert read_facts(weighed.path).kind == "imatrix"
    plan = app.lab.quantizing.plan(
        Wish(str(whole.path), "IQ2_XXS", tmp_path / "small.gguf", imatrix=weighed.path)
    )
    assert app.lab.quantizing.quantize(plan).size < whole.size / 3


def test_a_projector_weighs_nothing(app: App, tmp_path: Path) -> None:
    from fakes import small_models

    (tmp_path / "eye.gguf").write_bytes(small_models.eye())
    (tmp_path / "text.txt").write_text("a")
    with pytest.raises(Problem) as caught:
        app.lab.weighing.weigh(
            ImatrixWish(str(tmp_path / "eye.gguf"), tmp_path / "text.txt", tmp_path / "m.gguf")
        )
    assert (caught.value.id, caught.value.arguments["kind"]) == ("quantize_other_kind", "mmproj")


def test_a_matrix_ends_in_dat_in_the_older_form(app: App, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("The capital of France is Paris.\n" * 40)
    wish = ImatrixWish("seedling", text, tmp_path / "matrix.dat", chunk=32, chunks=2)
    assert app.lab.weighing.weigh(wish).source == "seedling:F16"
    assert not (tmp_path / "matrix.dat").read_bytes().startswith(b"GGUF")
