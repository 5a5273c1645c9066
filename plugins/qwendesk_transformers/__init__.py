"""Safetensors models through Hugging Face Transformers and PyTorch, on CUDA, Apple's GPU or the processor."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import Machine, Probe, RuntimeSpec
from qwendesk.api.words import N_
from qwendesk_transformers.environment import ENVIRONMENT
from qwendesk_transformers.options import TransformersOptions


def probe(machine: Machine) -> Probe:
    """Available where both packages are installed; the version says which build of PyTorch it is."""
    missing = [one for one in ("torch", "transformers") if not machine.has_module(one)]
    if missing:
        return Probe(
            False,
            reason=N_("The packages torch and transformers are not installed."),
            fix=N_('Run "pip install qwendesk[transformers]", or qwendesk engines install transformers.'),
        )
    torch = machine.version("torch") or ""
    return Probe(True, f"{machine.version('transformers') or ''} (PyTorch {torch}{_card(torch)})")


def _card(torch: str) -> str:
    """What this build of PyTorch computes on besides the processor; a plain one is CUDA's on Linux."""
    _, _, build = torch.partition("+")
    if build.startswith("cu") or (not build and sys.platform == "linux"):
        return ", CUDA"
    return ", ROCm" if build.startswith("rocm") else ""


@hookimpl
def register_runtimes() -> Sequence[RuntimeSpec]:
    """One runtime, for folders with safetensors files."""
    return (
        RuntimeSpec(
            id="transformers",
            title="Transformers",
            summary=N_("Hugging Face Transformers and PyTorch: safetensors models on CUDA or the processor."),
            formats=("safetensors",),
            devices=("cuda", "mps", "cpu"),
            options=TransformersOptions,
            capabilities=frozenset(
                {
                    "json_schema",
                    "logprobs",
                    "parallel",
                    "prompt_progress",
                    "images",
                    "audio",
                    "draft",
                    "embed",
                    "score",
                }
            ),
            engine="qwendesk_transformers.engine:TransformersEngine",
            probe=probe,
            rank=10,
            environment=ENVIRONMENT,
        ),
    )
