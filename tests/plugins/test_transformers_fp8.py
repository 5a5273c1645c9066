"""FP8 checkpoints: computed with where a card and its kernels are, else turned into another format, and told."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

import transformers
from safetensors.torch import load_file
from transformers.integrations import finegrained_fp8

from fakes import quantized_safetensors
from fakes.generating import GREEDY, collect, ids_of
from qwendesk.api.engine import EngineRequest, ModelFiles
from qwendesk.words.problems import word
from qwendesk_transformers.engine import TransformersEngine, fp8
from qwendesk_transformers.engine.quantizing import quantization_of
from qwendesk_transformers.options import TransformersOptions

NAME = "model.layers.0.mlp.down_proj.weight"
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return quantized_safetensors.write_fp8(tmp_path_factory.mktemp("fp8") / "m")


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: found.append(address))
    return found


@pytest.mark.parametrize("device", DEVICES)
def test_without_kernels_it_becomes_bfloat16_and_says_so(
    folder: Path, tried: list[object], device: str
) -> None:
    engine = TransformersEngine()
    options = TransformersOptions(device=device, context=512, slots=1, threads=1)
    report = engine.load(ModelFiles(str(folder), "safetensors"), options, lambda _: None)
    assert report.options["dtype"] == "bfloat16"
    (note,) = (one for one in report.notes if one.id == "fp8_dequantized")
    assert note.arguments["memory"] == report.options["weight_bytes"]
    assert "bfloat16" in str(word(note))
    stored = load_file(folder / "model.safetensors")
    expected = (stored[NAME].float() * stored[f"{NAME}_scale_inv"].float()[0, 0]).to(torch.bfloat16)
    assert engine._loaded is not None
    held = engine._loaded.model.get_parameter(NAME)
    assert (held.device.type, held.dtype) == (device, torch.bfloat16)
    assert torch.allclose(held.detach().cpu(), expected, rtol=0.01)
    assert ids_of(collect(engine, EngineRequest((65, 66), GREEDY, max_tokens=4, logit_bias={257: -1e9})))
    engine.close()
    assert not tried


def test_a_card_is_asked_for_kernels_that_lie_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tried: list[object]
) -> None:
    def dequantized(device: str) -> bool:
        config = transformers.AutoConfig.from_pretrained(str(folder))
        assert quantization_of(TransformersOptions(device=device), config) == {}
        return bool(config.quantization_config.get("dequantize"))

    assert dequantized("cuda")  # the package of kernels is not installed
    assert not tried
    monkeypatch.setattr(finegrained_fp8, "load_finegrained_fp8_kernel", lambda: None)
    assert fp8.is_kept("cuda")
    assert [dequantized(one) for one in ("cuda", "cpu", "mps")] == [False, True, True]

    def broken() -> None:
        raise OSError("not in the cache, and no network")

    monkeypatch.setattr(finegrained_fp8, "load_finegrained_fp8_kernel", broken)
    assert dequantized("cuda")
