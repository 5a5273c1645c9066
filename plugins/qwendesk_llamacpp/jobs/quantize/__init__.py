"""Quantizing a GGUF file with llama.cpp's own function."""

from qwendesk_llamacpp.jobs.quantize.job import run

__all__ = ["run"]
