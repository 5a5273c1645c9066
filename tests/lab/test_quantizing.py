"""Quantizing as a service: real files of Seedling, and everything that can come between."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gguf
import numpy as np
import psutil
import pytest

from fakes import jobs as fakes
from fakes.qwen3_shape import Shape
from fakes.tiny_gguf import add_vocabulary, finish, write_tiny
from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.lab.events import ModelQuantized
from qwendesk.lab.quantized import Fallback, Plan, Wish
from qwendesk.models.bundled import seedling
from qwendesk.models.gguf import read_header
from qwendesk.models.model import Model
from qwendesk.models.verifying import Stopped
from qwendesk.system.paths import Paths, resources

TESTS = Path(__file__).parents[1]
PYTHONPATH = os.pathsep.join([str(TESTS), str(TESTS.parent)])
F16 = resources() / "seedling" / "seedling-f16.gguf"


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    """With the real engines."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    with App(paths) as opened:
        yield opened


def test_the_result_stands_in_the_library(app: App) -> None:
    told: list[object] = []
    app.bus.subscribe(told.append)
    heard: list[JobProgress] = []
    plan = app.lab.quantizing.plan(Wish("seedling", "q4-k-m"))
    assert (plan.source.name, plan.name, plan.type) == ("seedling:F16", "seedling:Q4_K_M", "Q4_K_M")
    assert not app.paths.models.exists() or not any(app.paths.models.iterdir())
    done = app.lab.quantizing.quantize(plan, heard.append)
    assert done.path == app.paths.models / "seedling" / "seedling-Q4_K_M.gguf" == plan.target
    assert (done.size, done.name) == (plan.size, "seedling:Q4_K_M") == (done.path.stat().st_size, plan.name)
    assert done.quantization.bits_per_weight == plan.bits_per_weight
    assert dict(done.quantization.bytes_by_type) == plan.bytes_by_type
    found = app.library.find("seedling:q4_k_m")
    assert (found.path, found.quantization) == (done.path, "Q4_K_M")
    assert ModelQuantized(done.path, done.name) in told
    assert {one.stage for one in heard if one.fraction is None} == {"SHA-256"}
    assert heard[-1].fraction == 1.0
    assert [one.name for one in done.path.parent.iterdir()] == [done.path.name]


def test_the_file_says_what_it_was_made_from(app: App, tmp_path: Path) -> None:
    wish = Wish("seedling:F16", "Q4_K_M", tmp_path / "x.gguf", tensor_types=(("attn_v", "Q8_0"),), pure=True)
    done = app.lab.quantizing.quantize(app.lab.quantizing.plan(wish))
    assert done.name == ""
    said = read_header(done.path).metadata
    prefix = "qwendesk.quantize."
    kept = {key.removeprefix(prefix): value for key, value in said.items() if key.startswith(prefix)}
    assert kept == {key.removeprefix(prefix): value for key, value in done.provenance.items()}
    assert kept["source.sha256"] == seedling("F16").sha256()
    assert (kept["source"], kept["pure"], kept["tensor_type.0"]) == ("seedling-f16.gguf", 1, "attn_v=Q8_0")
    assert kept["engine"] == done.engine
    assert said["general.name"] == "Seedling"


def test_a_model_of_a_hub_keeps_its_name(app: App) -> None:
    here = app.paths.models / "acme" / "tiny-GGUF"
    here.mkdir(parents=True)
    shutil.copyfile(F16, here / "tiny-F16.gguf")
    shutil.copyfile(seedling("Q8_0").path, here / "tiny-Q8_0.gguf")
    plan = app.lab.quantizing.plan(Wish("acme/tiny-GGUF", "Q6_K"))
    assert (plan.source.name, plan.name) == ("acme/tiny-GGUF:F16", "acme/tiny-GGUF:Q6_K")
    done = app.lab.quantizing.quantize(plan)
    assert (done.path, done.name) == (here / "tiny-Q6_K.gguf", "acme/tiny-GGUF:Q6_K")
    with pytest.raises(Problem, match="target_exists"):
        app.lab.quantizing.quantize(plan)
    again = app.lab.quantizing.plan(Wish("acme/tiny-GGUF", "Q6_K", overwrite=True))
    assert app.lab.quantizing.quantize(again).name == "acme/tiny-GGUF:Q6_K"


def test_a_file_of_any_name(app: App, tmp_path: Path) -> None:
    shutil.copyfile(F16, tmp_path / "My model.f16.gguf")
    plan = app.lab.quantizing.plan(Wish(str(tmp_path / "My model.f16.gguf"), "Q8_0"))
    assert plan.name == "My model:Q8_0"
    assert app.lab.quantizing.quantize(plan).name == "My model:Q8_0"


def test_what_is_there_is_not_replaced(app: App, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="target_in_library"):
        app.lab.quantizing.quantize(app.lab.quantizing.plan(Wish("seedling", "Q8_0")))
    source = tmp_path / "m.gguf"
    shutil.copyfile(F16, source)
    wish = Wish(str(source), "Q8_0", source, overwrite=True)
    with pytest.raises(Problem, match="target_is_source"):
        app.lab.quantizing.quantize(app.lab.quantizing.plan(wish))
    assert source.read_bytes() == F16.read_bytes()


def test_rows_that_do_not_fit_are_read_from_the_result(app: App, tmp_path: Path) -> None:
    source = write_tiny(tmp_path / "narrow.gguf")
    plan = app.lab.quantizing.plan(Wish(str(source), "Q2_K"))
    done = app.lab.quantizing.quantize(plan)
    assert done.fallbacks == plan.fallbacks
    assert Fallback("blk.0.attn_q.weight", 64, "Q2_K", "Q4_0") in done.fallbacks
    assert not done.quantization.honest


@pytest.mark.parametrize(
    ("problem", "source"),
    [
        ("model_not_found", "nobody"),
        ("model_not_gguf", "text.gguf"),
        ("model_truncated", "cut.gguf"),
        ("model_part_missing", "m-00001-of-00002.gguf"),
        ("quantize_not_gguf", "seedling:safetensors"),
        ("quantize_other_kind", "imatrix.gguf"),
        ("model_header_broken", "lying.gguf"),
    ],
)
def test_what_is_no_model_is_told(app: App, tmp_path: Path, problem: str, source: str) -> None:
    whole = F16.read_bytes()
    (tmp_path / "text.gguf").write_text("hello")
    (tmp_path / "cut.gguf").write_bytes(whole[:-100])
    shutil.copyfile(F16, tmp_path / "m-00001-of-00002.gguf")
    write_imatrix(tmp_path / "imatrix.gguf")
    write_lying(tmp_path / "lying.gguf")
    path = tmp_path / source
    with pytest.raises(Problem, match=problem):
        app.lab.quantizing.plan(Wish(str(path) if path.exists() else source, "Q8_0"))


def write_imatrix(path: Path) -> None:
    writer = gguf.GGUFWriter(str(path), "imatrix")
    writer.add_type("imatrix")
    writer.add_tensor("x.in_sum2", np.ones((1, 64), np.float32))
    finish(writer, path)


def write_lying(path: Path) -> None:
    """Two tensors, one of which is called like another line of llama.cpp's log."""
    writer = gguf.GGUFWriter(str(path), "qwen3")
    Shape(64, 128, 1, 2, 1, 32).describe(writer, 512)
    add_vocabulary(writer)
    writer.add_tensor("x\n[   1/   2] y - [1], type = f16, z", np.ones((8, 64), np.float16))
    writer.add_tensor("token_embd.weight", np.ones((8, 64), np.float16))
    finish(writer, path)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A model that takes a while: 40 million numbers."""
    path = tmp_path / "large.gguf"
    shape = Shape(hidden=1024, inner=4096, layers=3, heads=8, kv_heads=4, head=128)
    writer = gguf.GGUFWriter(str(path), "qwen3")
    shape.describe(writer, 512)
    size = add_vocabulary(writer)
    noise = np.random.default_rng(0)
    writer.add_tensor("token_embd.weight", noise.random((size, 1024), np.float32).astype(np.float16))
    writer.add_tensor("output_norm.weight", np.ones(1024, np.float32))
    for name, sizes in shape.tensors():
        made = noise.random(sizes, np.float32)
        writer.add_tensor(name, made.astype(np.float16) if len(sizes) > 1 else made)
    finish(writer, path)
    return path


def test_a_cancelled_one_leaves_nothing(app: App, large: Path, tmp_path: Path) -> None:
    begun = threading.Event()
    plan = app.lab.quantizing.plan(Wish(str(large), "IQ3_S", tmp_path / "out" / "x.gguf", threads=1))

    def heard(progress: JobProgress) -> None:
        if progress.fraction:
            begun.set()

    with pytest.raises(Stopped):
        app.lab.quantizing.quantize(plan, heard, begun.is_set)
    assert [one.name for one in tmp_path.iterdir() if one.name != "home"] == ["large.gguf"]
    assert not [one for one in psutil.Process().children(recursive=True) if "--worker" in one.cmdline()]


@pytest.mark.skipif(sys.platform == "win32", reason="what is in use cannot be removed there")
def test_a_source_that_is_removed_while_it_is_read_was_read(app: App, large: Path, tmp_path: Path) -> None:
    whole = app.lab.quantizing.plan(Wish(str(large), "Q4_0", tmp_path / "whole.gguf"))
    app.lab.quantizing.quantize(whole)

    def remove(progress: JobProgress) -> None:
        if progress.fraction:
            large.unlink(missing_ok=True)

    plan = app.lab.quantizing.plan(Wish(str(large), "Q4_0", tmp_path / "removed.gguf"))
    app.lab.quantizing.quantize(plan, remove)
    assert not large.exists()
    assert plan.target.read_bytes() == whole.target.read_bytes()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_becomes_full(app: App, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qwendesk.models.downloads import room

    plan = app.lab.quantizing.plan(Wish("seedling", "Q4_K_M", small_disk / "out" / "x.gguf"))
    with pytest.raises(Problem, match="no_room"):
        app.lab.quantizing.quantize(plan)
    # The disk fills up behind our back: what was free when it was asked is not when it is written.
    monkeypatch.setattr(room, "free_at", lambda _: 1 << 40)
    with pytest.raises(Problem) as raised:
        app.lab.quantizing.quantize(plan)
    assert (raised.value.id, raised.value.arguments["path"]) == ("disk_full", str(plan.target))
    assert list(small_disk.iterdir()) == []


def test_a_source_that_is_removed_in_between(app: App, tmp_path: Path) -> None:
    source = tmp_path / "m.gguf"
    shutil.copyfile(F16, source)
    plan = app.lab.quantizing.plan(Wish(str(source), "Q8_0"))
    source.unlink()
    with pytest.raises(Problem, match="model_unreadable"):
        app.lab.quantizing.quantize(plan)


@pytest.fixture
def faked(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """With the job that does as it is told."""
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    with App(paths, [fakes.found()]) as opened:
        yield opened


def planned(source: Path, target: Path, then: str) -> Plan:
    """A plan as if the job had made it; the type tells the fake what to do."""
    model = Model("m", "m", source, "gguf", "F16", source.stat().st_size)
    wish = Wish(str(source), then, target)
    return Plan(wish, model, then, target, "", 1, 1, (), (), False, "", "fake 1")


@pytest.mark.parametrize(
    ("then", "problem"),
    [
        ("segfaults", "worker_crashed"),
        ("aborts", "worker_aborted"),
        ("exits", "worker_ended"),
        ("refuses", "file_unreadable"),
        ("is_full", "disk_full"),
        ("writes_less", "quantize_incomplete"),
    ],
)
def test_a_worker_that_fails_leaves_no_file(faked: App, tmp_path: Path, then: str, problem: str) -> None:
    target = tmp_path / "out" / "x.gguf"
    with pytest.raises(Problem) as raised:
        faked.lab.quantizing.quantize(planned(F16, target, then))
    assert raised.value.id == problem
    assert problem != "disk_full" or raised.value.arguments["path"] == str(target)
    assert not target.parent.exists()


@pytest.mark.parametrize("then", ["segfaults", "copies"])
def test_a_source_that_changes_meanwhile(faked: App, tmp_path: Path, then: str) -> None:
    source = tmp_path / "m.gguf"
    shutil.copyfile(F16, source)

    def cut(_progress: JobProgress) -> None:
        os.truncate(source, 1000)

    with pytest.raises(Problem, match="source_changed"):
        faked.lab.quantizing.quantize(planned(source, tmp_path / "out" / "x.gguf", then), cut)
    assert not (tmp_path / "out").exists()


def test_no_room_is_told_before(faked: App, tmp_path: Path) -> None:
    plan = replace(planned(F16, tmp_path / "out" / "x.gguf", "returns"), size=1 << 60)
    with pytest.raises(Problem, match="no_room"):
        faked.lab.quantizing.quantize(plan)
    assert not (tmp_path / "out").exists()


_PARENT = """
import sys
from pathlib import Path
from fakes import jobs
from lab_test_quantizing import planned
from qwendesk.app import App
from qwendesk.system.paths import Paths
home, source, target = map(Path, sys.argv[1:])
with App(Paths(home), [jobs.found()]) as app:
    app.lab.quantizing.quantize(planned(source, target, "waits"), lambda one: print(one.stage, flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the kill is POSIX")
def test_what_a_killed_application_leaves_is_removed_next_time(faked: App, tmp_path: Path) -> None:
    target = tmp_path / "out" / "x.gguf"
    (tmp_path / "lab_test_quantizing.py").write_text(Path(__file__).read_text(encoding="utf-8"))
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "other home"), str(F16), str(target)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([PYTHONPATH, str(tmp_path)])},
    ) as parent:
        try:
            assert parent.stdout is not None
            assert next(line for line in parent.stdout if "SHA" not in line).strip() == "half"
            (worker,) = psutil.Process(parent.pid).children()
        finally:
            parent.kill()
    psutil.wait_procs([worker], timeout=10)
    assert not worker.is_running()
    left = [one.name for one in target.parent.iterdir()]
    assert ".x.gguf.qwendesk-part" in left
    assert not target.exists()
    with pytest.raises(Problem, match="worker_ended"):
        faked.lab.quantizing.quantize(planned(F16, target.with_name("y.gguf"), "exits"))
    assert list(target.parent.iterdir()) == []
