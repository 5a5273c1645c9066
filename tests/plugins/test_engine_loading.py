"""What every GGUF engine owes while it loads: causes, limits, silence about prompts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import tiny_gguf
from fakes.generating import WILD
from qwendesk.api.engine import Engine, EngineRequest, LoadReport, ModelFiles, Token
from qwendesk.api.options import describe
from qwendesk.api.problem import Problem

SMALL = {"context": 512, "slots": 1, "threads": 1, "prompt_cache": 0}
Load = Callable[..., LoadReport]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.write_tiny(tmp_path_factory.mktemp("load") / "tiny.gguf")


@pytest.fixture
def kind(runtime: str) -> tuple[type[Engine], type]:
    """The engine and its options."""
    if runtime == "llamacpp":
        from qwendesk_llamacpp.engine import LlamaCppEngine
        from qwendesk_llamacpp.options import LlamaCppOptions

        return LlamaCppEngine, LlamaCppOptions
    from qwendesk_llamaserver.engine import LlamaServerEngine
    from qwendesk_llamaserver.options import LlamaServerOptions

    return LlamaServerEngine, LlamaServerOptions


@pytest.fixture
def load(kind: tuple[type[Engine], type]) -> Load:
    """Loads and frees; what was reported."""

    def loaded(path: Path, **options: Any) -> LoadReport:
        engine = kind[0]()
        try:
            given = kind[1](**{**SMALL, **options})
            return engine.load(ModelFiles(str(path), "gguf"), given, lambda _: None)
        finally:
            engine.close()

    return loaded


def problem_of(load: Load, path: Path, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        load(path, **options)
    return caught.value


def test_options_describe_themselves(kind: tuple[type[Engine], type]) -> None:
    described = describe(kind[1])
    assert described[0].name == "context"
    assert all(one.title and one.help for one in described)


def test_a_cut_model_names_the_cause(
    load: Load, tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny.read_bytes()[:100_000])
    problem = problem_of(load, path)
    assert problem.id == "load_failed"
    assert "not within the file bounds" in str(problem.arguments["detail"])
    assert "not within the file bounds" in capfd.readouterr().err


def test_what_is_no_model(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    assert problem_of(load, path).id == "model_missing"
    for data in (b"", b"no model", b"GGUF\3\0\0\0" + bytes(16)):
        path.write_bytes(data)
        assert problem_of(load, path).id in ("load_failed", "model_not_gguf")


def test_context_is_capped_at_the_models_own(load: Load, tiny: Path) -> None:
    report = load(tiny, context=1_000_000)
    assert report.context == 2048
    assert [(one.id, one.arguments) for one in report.notes] == [
        ("context_capped", {"wanted": 1_000_000, "context": 2048})
    ]
    assert load(tiny, context=None).context == 2048


@pytest.mark.parametrize("context", [256, 300, 1000])
@pytest.mark.parametrize("slots", [1, 3])
def test_each_request_gets_at_least_the_context_asked_for(
    load: Load, tiny: Path, context: int, slots: int
) -> None:
    report = load(tiny, context=context, slots=slots)
    assert context <= report.context <= context + 256
    assert report.slots == slots


def test_a_batch_smaller_than_the_physical_one(load: Load, tiny: Path) -> None:
    report = load(tiny, batch=64, ubatch=128)
    assert report.options["ubatch"] == 64
    assert [one.id for one in report.notes] == ["ubatch_capped"]


def test_cache_types_reach_the_engine(load: Load, tiny: Path) -> None:
    report = load(tiny, cache_type_k="q8_0", cache_type_v="q4_0", flash_attention="on", mmap=False)
    assert report.options["cache_type_v"] == "q4_0"
    assert not report.notes


def test_a_quantized_value_cache_needs_flash_attention(load: Load, tiny: Path) -> None:
    assert problem_of(load, tiny, cache_type_v="q8_0", flash_attention="off").id == "option_conflict"


def test_no_prompt_in_the_log(
    kind: tuple[type[Engine], type], tiny: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    engine, stop = kind[0](), threading.Event()
    engine.load(ModelFiles(str(tiny), "gguf"), kind[1](**SMALL), lambda _: None)
    prompt = tuple(engine.tokenize("confidential " * 9, special=False))
    for _ in range(2):
        events = list(engine.generate(EngineRequest(prompt, WILD, 20), stop))
    with pytest.raises(Problem):
        list(engine.generate(EngineRequest(prompt * 9, WILD, 20), stop))
    engine.close()
    err = capfd.readouterr().err
    said = b"".join(one.data for one in events if isinstance(one, Token)).decode("utf-8", "replace")
    assert said
    assert "confidential" not in err
    assert said not in err
