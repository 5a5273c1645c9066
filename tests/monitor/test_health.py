"""Which missing runtime is worth a warning."""

from __future__ import annotations

from qwendesk.api.options import option
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.monitor.health import _probed
from qwendesk.runtimes.service import RuntimeState
from qwendesk.words.problems import word


class Options:
    context: int = option(256, "Context")


def state(id: str, available: bool, *formats: str) -> RuntimeState:
    probe = Probe(available, "1", reason="It is not installed.", fix="Install it.")
    spec = RuntimeSpec(id, id, "", formats, ("cpu",), Options, frozenset(), "no:engine", lambda _: probe)
    return RuntimeState(spec, probe)


def test_one_that_works_is_ready() -> None:
    assert _probed(state("a", True, "gguf"), []).status == "ok"


def test_one_that_is_missed_by_nobody_is_no_worry() -> None:
    missing, other = state("a", False, "gguf"), state("b", True, "gguf", "onnx")
    result = _probed(missing, [missing, other])
    assert result.status == "ok"
    sentence = str(word(result.sentence))
    assert "another runtime" in sentence
    assert "It is not installed. If you want it: Install it." in sentence


def test_one_that_alone_loads_a_format_is() -> None:
    missing, other = state("a", False, "gguf", "safetensors"), state("b", True, "gguf")
    assert _probed(missing, [missing, other]).status == "warn"
    assert _probed(missing, [missing]).status == "warn"
