"""The job "convert": a folder of safetensors into a GGUF file, without torch."""

from __future__ import annotations

from qwendesk_llamacpp.jobs.convert.converting import Conversion, run

__all__ = ["Conversion", "run"]
