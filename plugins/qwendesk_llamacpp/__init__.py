"""llama.cpp through llama-cpp-python's low-level functions: token-level control, scores, speculation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.jobs import JobSpec
from qwendesk.api.runtimes import Capability, Machine, Probe, RuntimeSpec
from qwendesk.api.words import N_
from qwendesk_llamacpp.environment import ENVIRONMENT
from qwendesk_llamacpp.options import LlamaCppOptions

CAPABILITIES: frozenset[Capability] = frozenset(
    {"json_schema", "logprobs", "parallel", "prompt_progress", "score", "embed", "draft"}
)
JOBS = (
    JobSpec("quantize", N_("Quantize"), "qwendesk_llamacpp.jobs.quantize:run"),
    JobSpec("convert", N_("Convert"), "qwendesk_llamacpp.jobs.convert:run"),
    JobSpec("imatrix", N_("Importance matrix"), "qwendesk_llamacpp.jobs.imatrix:run"),
)
_BUILDS = {
    "cuda": "CUDA",
    "hip": "ROCm",
    "metal": "Metal",
    "vulkan": "Vulkan",
    "sycl": "SYCL",
    "blas": "BLAS",
}


def probe(machine: Machine) -> Probe:
    """Available where llama-cpp-python is installed; the version says what it was built for."""
    if not machine.has_module("llama_cpp"):
        return Probe(
            False,
            reason=N_("The package llama-cpp-python is not installed."),
            fix=N_('Run "qwendesk engines install llamacpp": it needs a C++ compiler and some minutes.'),
        )
    version = machine.version("llama-cpp-python") or ""
    return Probe(True, f"{version} ({', '.join(built_for(machine.module_folder('llama_cpp')))})")


def built_for(folder: str) -> list[str]:
    """The devices of the build whose package lies in this folder, by its libraries; nothing is imported."""
    names = [path.name for path in Path(folder, "lib").glob("*ggml-*")] if folder else []
    return ["CPU", *(title for part, title in _BUILDS.items() if any(f"ggml-{part}" in one for one in names))]


@hookimpl
def register_runtimes() -> Sequence[RuntimeSpec]:
    """One runtime, for GGUF files: the default where it is installed."""
    return (
        RuntimeSpec(
            id="llamacpp",
            title=N_("llama.cpp"),
            summary=N_("Runs GGUF models with every sampler, a prompt cache, speculation and scores."),
            formats=("gguf",),
            devices=("cpu", "cuda", "metal", "vulkan"),
            options=LlamaCppOptions,
            capabilities=frozenset(
                {"json_schema", "logprobs", "parallel", "prompt_progress", "score", "embed", "draft"}
            ),
            engine="qwendesk_llamacpp.engine:LlamaCppEngine",
            probe=probe,
            rank=20,
            environment=ENVIRONMENT,
            jobs=JOBS,
        ),
    )
