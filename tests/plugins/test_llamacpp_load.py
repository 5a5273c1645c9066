"""Loading with llama.cpp itself: what fails says why, what is honoured is told, nothing is logged but that."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("llama_cpp")

from fakes import tiny_gguf
from fakes.generating import GREEDY, PROMPT, collect, ids_of
from fakes.lora_gguf import write_lora
from qwendesk.api.cores import physical_cores
from qwendesk.api.engine import EngineRequest, LoadProgress, LoadReport, ModelFiles
from qwendesk.api.problem import Problem
from qwendesk.system.machine import module_folder
from qwendesk_llamacpp import built_for, probe
from qwendesk_llamacpp.engine import LlamaCppEngine
from qwendesk_llamacpp.engine.native import log
from qwendesk_llamacpp.engine.resolve import _threads
from qwendesk_llamacpp.options import LlamaCppOptions

SMALL = LlamaCppOptions(context=512, slots=1, threads=1, prompt_cache=0)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.write_tiny(tmp_path_factory.mktemp("load") / "tiny.gguf")


def load(path: Path, options: LlamaCppOptions = SMALL) -> LoadReport:
    engine = LlamaCppEngine()
    try:
        return engine.load(ModelFiles(str(path), "gguf"), options, lambda _: None)
    finally:
        engine.close()


def problem_of(path: Path, options: LlamaCppOptions = SMALL) -> Problem:
    with pytest.raises(Problem) as caught:
        load(path, options)
    return caught.value


def says(path: Path, options: LlamaCppOptions) -> list[int]:
    engine = LlamaCppEngine()
    engine.load(ModelFiles(str(path), "gguf"), options, lambda _: None)
    try:
        return ids_of(collect(engine, EngineRequest(PROMPT, GREEDY, max_tokens=30)))
    finally:
        engine.close()


def test_describing_the_runtime_imports_no_engine() -> None:
    code = (
        "import qwendesk_llamacpp as p, sys; p.register_runtimes(); p.built_for('');"
        "sys.exit(bool({'llama_cpp', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_after_a_failure_the_engine_loads_another(tiny: Path, tmp_path: Path) -> None:
    engine = LlamaCppEngine()
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    with pytest.raises(Problem):
        engine.load(ModelFiles(str(tmp_path / "x.gguf"), "gguf"), SMALL, lambda _: None)
    assert engine.load(ModelFiles(str(tiny), "gguf"), SMALL, lambda _: None).context == 512
    engine.close()


def test_loading_tells_how_far_it_is(tiny: Path) -> None:
    seen: list[LoadProgress] = []
    engine = LlamaCppEngine()
    engine.load(ModelFiles(str(tiny), "gguf"), SMALL, seen.append)
    engine.close()
    weights = [one.fraction for one in seen if one.stage == "weights"]
    assert weights[-1] == 1.0
    assert all(one is not None for one in weights)


def test_rope_scaling_stretches_it(tiny: Path) -> None:
    yarn = replace(SMALL, context=8192, rope_scaling="yarn", rope_scale=4.0)
    report = load(tiny, yarn)
    assert (report.context, report.notes) == (8192, ())
    assert says(tiny, replace(yarn, yarn_original_context=2048)) != says(tiny, SMALL)


@pytest.mark.parametrize(
    "change",
    [
        {"cache_type_k": "q8_0", "cache_type_v": "q4_0", "flash_attention": "on"},
        {"flash_attention": "off", "cache_type_k": "f32", "cache_type_v": "f32"},
        {"mmap": False},
        {"mmap": False, "mlock": True},
        {"warmup": False},
        {"batch": 64, "ubatch": 32},
        {"gpu_layers": 0},
        {"tensor_split": "3,1"},
    ],
)
def test_options_are_honoured(tiny: Path, change: dict[str, object]) -> None:
    options = load(tiny, replace(SMALL, **change)).options
    assert {name: options[name] for name in change} == change
    assert len(says(tiny, replace(SMALL, **change))) > 0


@pytest.mark.parametrize(
    ("megabytes", "threads"), [(0, 1), (6, 1), (100, min(3, physical_cores())), (20_000, physical_cores())]
)
def test_threads_follow_the_cores_and_the_size(megabytes: int, threads: int) -> None:
    model = SimpleNamespace(bytes=megabytes << 20)
    assert _threads(model) == threads  # type: ignore[arg-type]


def test_what_none_comes_to(tiny: Path) -> None:
    report = load(tiny, replace(SMALL, threads=None, slots=None, context=None))
    assert report.options["threads"] == 1, "this model is tiny"
    assert (report.slots, report.context, report.notes) == (4, 2048, ())
    assert report.options["devices"]
    assert report.options["flash_attention"] == "on", "what auto came to on this processor"


@pytest.mark.parametrize(
    ("change", "id"),
    [
        ({"cache_type_v": "q8_0", "flash_attention": "off"}, "option_conflict"),
        ({"devices": "CUDA7"}, "device_unknown"),
        ({"tensor_split": "a,b"}, "option_type"),
        ({"lora": "adapter.gguf=strong"}, "option_type"),
        ({"lora": "/nowhere/adapter.gguf"}, "load_failed"),
        ({"draft": "model"}, "draft_model_unfit"),
        ({"draft": "model", "draft_model": "/nowhere/draft.gguf"}, "model_missing"),
    ],
)
def test_options_that_cannot_be(tiny: Path, change: dict[str, object], id: str) -> None:
    assert problem_of(tiny, replace(SMALL, **change)).id == id


class TestAdapters:
    """LoRA, each with its scale."""

    def test_the_scale_counts(self, tiny: Path, tmp_path: Path) -> None:
        lora = write_lora(tmp_path / "lora.gguf")
        plain = says(tiny, SMALL)
        assert says(tiny, replace(SMALL, lora=f"{lora}=0")) == plain
        assert says(tiny, replace(SMALL, lora=str(lora))) != plain
        assert says(tiny, replace(SMALL, lora=f"{lora}=1")) == says(tiny, replace(SMALL, lora=str(lora)))
        report = load(tiny, replace(SMALL, lora=f"{lora}=0.5; {lora}"))
        assert report.options["lora"] == f"{lora}=0.5;{lora}=1"

    def test_one_for_another_model_is_refused(self, tiny: Path, tmp_path: Path) -> None:
        lora = write_lora(tmp_path / "lora.gguf", architecture="llama")
        problem = problem_of(tiny, replace(SMALL, lora=str(lora)))
        assert (problem.id, problem.arguments["path"]) == ("load_failed", str(lora))


FOLDER = module_folder("llama_cpp")


class FakeMachine:
    """A machine with or without the library."""

    physical_cores = 2
    memory_bytes = 1 << 30

    def __init__(self, installed: bool) -> None:
        self._installed = installed

    def has_module(self, name: str) -> bool:
        return self._installed and name == "llama_cpp"

    def version(self, distribution: str) -> str | None:
        return "1.2" if self._installed and distribution == "llama-cpp-python" else None

    def module_folder(self, name: str) -> str:
        return FOLDER if self._installed else ""

    def setting(self, key: str) -> str:
        return ""


def test_probe() -> None:
    assert built_for(FOLDER)[0] == "CPU"
    assert probe(FakeMachine(True)).version == f"1.2 ({', '.join(built_for(FOLDER))})"
    missing = probe(FakeMachine(False))
    assert not missing.available
    assert missing.fix


def test_a_failure_after_an_interrupted_model_still_names_its_cause(tiny: Path, tmp_path: Path) -> None:
    """A stop that was asked for is not logged, but what fails after it is."""
    engine = LlamaCppEngine()
    engine.load(ModelFiles(str(tiny), "gguf"), SMALL, lambda _: None)
    engine.close()
    assert not log.interrupt or log.interrupt.is_set
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny.read_bytes()[:100_000])
    assert problem_of(path).arguments["detail"]
