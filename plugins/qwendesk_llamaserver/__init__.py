"""llama.cpp's server engine as a runtime: from the xllamacpp wheel, or a llama-server of the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qwendesk.api.engines import EngineLock, EngineVariant
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import Machine, Probe, RuntimeSpec
from qwendesk.api.words import N_
from qwendesk_llamaserver.options import LlamaServerOptions

_ENGINE = EngineLock(
    "xllamacpp",
    (
        EngineVariant(
            "cpu",
            ("xllamacpp==2026.10.11549",),
            title=N_("Processor"),
            summary=N_("Runs on every computer."),
            download_bytes=34_210_607,
            disk_bytes=104_000_000,
        ),
    ),
)
BINARY_SETTING = "runtimes.llamaserver.options.binary"


def probe(machine: Machine) -> Probe:
    """Available where the wheel is installed or the setting names a binary that exists."""
    binary = machine.setting(BINARY_SETTING)
    if binary:
        return _probe_binary(binary)
    if machine.has_module("xllamacpp"):
        return Probe(True, machine.version("xllamacpp") or "")
    return Probe(
        False,
        reason=N_("The package xllamacpp is not installed."),
        fix=N_('Run "qwendesk engines install llamaserver", or name a llama-server binary in the settings.'),
    )


def _probe_binary(binary: str) -> Probe:
    if Path(binary).is_file():
        return Probe(True, Path(binary).name)
    return Probe(
        False,
        reason=N_("The llama-server binary named in the settings does not exist."),
        fix=N_("Correct its path in the settings, or clear it to use the built-in engine."),
    )


@hookimpl
def register_runtimes() -> Sequence[RuntimeSpec]:
    """One runtime, for GGUF files."""
    return (
        RuntimeSpec(
            id="llamaserver",
            title=N_("llama.cpp server"),
            summary=N_("Runs GGUF models on the processor, and on the graphics card where its build can."),
            formats=("gguf",),
            devices=("cpu", "cuda", "metal", "vulkan"),
            options=LlamaServerOptions,
            capabilities=frozenset({"json_schema", "logprobs", "parallel", "prompt_progress"}),
            engine="qwendesk_llamaserver.engine:LlamaServerEngine",
            probe=probe,
            rank=10,
            environment=_ENGINE,
        ),
    )
