"""Finding a model: by name, by path, the bundled one by default."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from qwendesk.api.problem import Problem
from qwendesk.models.library import Library
from qwendesk.system.paths import Paths


@pytest.fixture
def library(paths: Paths) -> Library:
    paths.models.mkdir(parents=True)
    (paths.models / "Qwen3-0.6B-Q4_K_M.gguf").write_bytes(b"x")
    (paths.models / "nested").mkdir()
    (paths.models / "nested" / "other-f16.gguf").write_bytes(b"x")
    return Library(paths)


def test_seedling_is_the_default(library: Library, seedling: Path) -> None:
    for name in (None, "seedling", "Seedling"):
        found = library.find(name)
        assert (found.path, found.quantization, found.bundled) == (seedling, "Q8_0", True)
    assert library.find("seedling:f16").path.name == "seedling-f16.gguf"
    assert library.find(None).sampling is not None


@pytest.mark.parametrize("name", ["Qwen3-0.6B-Q4_K_M", "qwen3-0.6b-q4_k_m", "Qwen3-0.6B-Q4_K_M.gguf"])
def test_installed_files_by_name(library: Library, name: str) -> None:
    assert library.find(name).quantization == "Q4_K_M"


def test_names_show_their_folder(library: Library) -> None:
    assert {"nested/other-f16", "seedling", "seedling:F16"} <= {one.name for one in library.models()}


def test_a_file_called_like_its_folder_is_its_quantization(library: Library, paths: Paths) -> None:
    (paths.models / "seedling").mkdir()
    path = paths.models / "seedling" / "seedling-Q2_K.gguf"
    path.write_bytes(b"x")
    assert "seedling:Q2_K" in {one.name for one in library.models()}
    assert library.find("Seedling:q2_k").path == path
    assert library.find("seedling").bundled


def test_a_path(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.IQ3_XS.gguf"
    path.write_bytes(b"abc")
    found = library.find(str(path))
    assert (found.quantization, found.size_bytes) == ("IQ3_XS", 3)
    assert found.sha256() == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(("name", "id"), [("nope", "model_not_found"), ("seedling:Q2_K", "model_not_found")])
def test_unknown_names_list_the_known_ones(library: Library, name: str, id: str) -> None:
    with pytest.raises(Problem) as caught:
        library.find(name)
    assert caught.value.id == id
    assert "seedling" in str(caught.value.arguments["known"])


def test_a_dangling_link_and_a_folder_cost_only_themselves(library: Library, paths: Paths) -> None:
    (paths.models / "folder.gguf").mkdir()
    (paths.models / "dead.gguf").symlink_to(paths.models / "nowhere")
    names = {one.name for one in library.models()}
    assert not names & {"dead", "folder"}
    with pytest.raises(Problem, match="model_not_found"):
        library.find("~nobody-of-that-name/x.gguf")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_a_name_that_is_no_text_costs_only_itself(library: Library, paths: Paths) -> None:
    before = {one.name for one in library.models()}
    odd = Path(os.fsdecode(os.fsencode(paths.models) + b"/a\xff.gguf"))
    odd.write_bytes(b"abc")
    assert {one.name for one in library.models()} == before
    with pytest.raises(Problem, match="model_name_no_text") as caught:
        library.find(str(odd))
    assert str(caught.value.arguments["path"]).endswith("a\ufffd.gguf")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names are POSIX")
def test_a_pipe_is_no_model_and_is_not_waited_for(library: Library, paths: Paths) -> None:
    before = {one.name for one in library.models()}
    pipe = paths.models / "pipe.gguf"
    os.mkfifo(pipe)
    assert {one.name for one in library.models()} == before
    with pytest.raises(Problem, match="model_not_regular"):
        library.find(str(pipe))


def test_a_folder_is_no_model(library: Library, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="model_not_a_file"):
        library.find(str(tmp_path))


def test_no_models_folder(tmp_path: Path) -> None:
    assert all(one.bundled for one in Library(Paths(tmp_path / "none")).models())
