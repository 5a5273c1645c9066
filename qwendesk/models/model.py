"""A model that can be loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from qwendesk.api.sampling import Sampling
from qwendesk.models.recommended import Recommended


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be loaded: a GGUF file (the first of its parts), or a folder of another format.

    Args:
        name: as typed after `qwendesk chat`.
        quantization: what the file calls itself.
        sampling: the sampling recommended for it where nobody chose a mode, or None.
        recommended: the same by mode.
        mmproj: the projector beside it, with which it sees or hears.
    """

    name: str
    title: str
    path: Path
    format: str
    quantization: str
    size_bytes: int
    sampling: Sampling | None = None
    bundled: bool = False
    recommended: Recommended | None = None
    mmproj: Path | None = None

    def sampling_for(self, thinking: bool | None) -> Sampling | None:
        """The sampling recommended with or without thinking; None leaves that to the model."""
        return self.recommended.sampling(thinking) if self.recommended is not None else self.sampling

    def sha256(self) -> str:
        """The file's SHA-256, or for a folder that of its safetensors files one after the other.

        Reads all of it, so never on the window's thread.
        """
        digest = hashlib.sha256()
        files = sorted(self.path.glob("*.safetensors")) if self.path.is_dir() else [self.path]
        for one in files:
            with one.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
        return digest.hexdigest()
