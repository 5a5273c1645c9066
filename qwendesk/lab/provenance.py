"""What a quantized file says of its own making, in GGUF metadata: from which bytes, with which options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.lab.quantized import Wish
from qwendesk.models import gguf
from qwendesk.models.model import Model

BLANK = "0" * 64
"""Stands for a hash that is not known yet: as long as one."""
_PREFIX = "qwendesk.quantize"


@dataclass(frozen=True, slots=True)
class Provenance:
    """`hashes` are the SHA-256 of the source's parts, in their order; `imatrix` that of the matrix's file."""

    wish: Wish
    source: Model
    hashes: Mapping[Path, str]
    imatrix: str

    def metadata(self) -> dict[str, str | int]:
        """By key; llama.cpp stores up to 127 bytes of a text, so what may be long is a key for each."""
        wish = self.wish
        told: dict[str, str | int] = {
            f"{_PREFIX}.source": self.source.path.name,
            f"{_PREFIX}.version": f"QwenDesk {version('qwendesk')}",
        }
        for number, sha256 in enumerate(self.hashes.values()):
            told[f"{_PREFIX}.source.sha256" + (f".{number}" if number else "")] = sha256
        told |= {
            f"{_PREFIX}.{name}": value
            for name, value in (("output_type", wish.output_type), ("embedding_type", wish.embedding_type))
            if value
        }
        if wish.imatrix is not None:
            told[f"{_PREFIX}.imatrix.sha256"] = self.imatrix
        chosen = {
            "leave_output": wish.leave_output,
            "pure": wish.pure,
            "allow_requantize": wish.allow_requantize,
        }
        told |= {f"{_PREFIX}.{name}": 1 for name, is_on in chosen.items() if is_on}
        for number, (pattern, type) in enumerate(wish.tensor_types):
            told[f"{_PREFIX}.tensor_type.{number}"] = f"{pattern}={type}"
        return told


def provenance_of(model: Model) -> dict[str, str | int]:
    """What a model's file says of how it was quantized; nothing where it says nothing or cannot be read."""
    if model.format != "gguf":
        return {}
    try:
        return said(gguf.read_header(model.path, trusting=True).metadata)
    except Problem:
        return {}


def said(metadata: Mapping[str, object]) -> dict[str, str | int]:
    """What a file's metadata says of how it was quantized, also by llama-quantize."""
    return {
        key: value
        for key, value in metadata.items()
        if key.startswith((_PREFIX, "quantize.imatrix.")) and isinstance(value, (str, int))
    }
