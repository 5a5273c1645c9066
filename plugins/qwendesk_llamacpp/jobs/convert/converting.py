"""Checkpoints of Transformers as GGUF files: the job "convert"."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from gguf import GGML_QUANT_VERSION, GGUFType, GGUFWriter

from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert.architecture import Architecture, architecture_of
from qwendesk_llamacpp.jobs.convert.card import write_card
from qwendesk_llamacpp.jobs.convert.checkpoint import Checkpoint, read_checkpoint
from qwendesk_llamacpp.jobs.convert.config import Config
from qwendesk_llamacpp.jobs.convert.encoding import TYPES, size_of, type_of
from qwendesk_llamacpp.jobs.convert.hyperparameters import write_hyperparameters
from qwendesk_llamacpp.jobs.convert.plan import Planner, Tensor
from qwendesk_llamacpp.jobs.convert.pooling import write_pooling
from qwendesk_llamacpp.jobs.convert.sizes import Sizes, sizes_of, slides
from qwendesk_llamacpp.jobs.convert.specials import write_tokenizer
from qwendesk_llamacpp.jobs.convert.tokenizer import read_vocabulary
from qwendesk_llamacpp.jobs.convert.writing import Stream
from qwendesk_llamacpp.jobs.unwritten import writing

Progress = Callable[[JobProgress], None]


class Conversion:
    """A checkpoint that was understood, and the file that it will be.

    Raises:
        Problem: why the checkpoint cannot be converted, or `convert_type` (type, known) for a type that is
            not written here. See `architecture_of`, `sizes_of`, `Planner`, `read_vocabulary`.
    """

    def __init__(self, folder: Path, type: str) -> None:
        if type not in TYPES:
            raise Problem("convert_type", type=type[:40], known=", ".join(TYPES))
        self._kind, self._file_type = TYPES[type]
        self._checkpoint: Checkpoint = read_checkpoint(folder)
        self._config = Config(self._checkpoint.config, folder / "config.json")
        self.architecture: Architecture = architecture_of(self._config, folder)
        self._sizes: Sizes = sizes_of(self.architecture, self._config)
        planner = Planner(self._checkpoint, self.architecture, self._config, self._sizes)
        self._tensors: list[Tensor] = planner.tensors()
        window = ["sliding_window"] if slides(self._config, self._sizes.layers) else []
        self._left_out = planner.left_out() + window
        self._vocabulary = read_vocabulary(folder, self._sizes.vocabulary)
        self._kinds = [type_of(one.name, one.shape, self._kind) for one in self._tensors]
        self.size = sum(
            size_of(one.shape, kind) for one, kind in zip(self._tensors, self._kinds, strict=True)
        )
        """Bytes of all weights in the file."""

    def told(self) -> dict[str, Any]:
        """What it is, as plain data: `architecture`, `type`, `tensors`, `left_out`."""
        told = {"architecture": self.architecture.name, "type": self._kind.name}
        return {**told, "tensors": len(self._tensors), "left_out": self._left_out}

    def write(self, target: Path, progress: Progress) -> int:
        """Write the file; its bytes.

        Raises:
            Problem: `disk_full` or `target_unwritable` (path, detail); `convert_overflow` or
                `convert_not_finite` (tensor); `convert_metadata` (path, detail) where a text or number that
                is copied into the file's head does not fit there.
        """
        writer = GGUFWriter(None, self.architecture.name)
        with writing(target, writer):
            self._write_head(writer, target)
            self._write_tensors(writer, progress)
        return target.stat().st_size

    def _write_head(self, writer: GGUFWriter, target: Path) -> None:
        for one, kind in zip(self._tensors, self._kinds, strict=True):
            size = size_of(one.shape, kind)
            writer.add_tensor_info(one.name, one.shape, np.dtype(np.float32), size, kind)
        writer.add_type(GGUFType.MODEL)
        write_card(writer, self._checkpoint.folder)
        write_hyperparameters(writer, self.architecture, self._config, self._sizes)
        write_pooling(writer, self._checkpoint.folder)
        writer.add_file_type(self._file_type)
        writer.add_quantization_version(GGML_QUANT_VERSION)
        write_tokenizer(writer, self._checkpoint.folder, self._vocabulary)
        writer.write_header_to_file(target)
        try:
            writer.write_kv_data_to_file()
        except (AttributeError, TypeError, ValueError, struct.error) as error:
            path, detail = str(self._checkpoint.folder), str(error)[:200]
            raise Problem("convert_metadata", path=path, detail=detail) from error
        writer.write_ti_data_to_file()

    def _write_tensors(self, writer: GGUFWriter, progress: Progress) -> None:
        done = 0
        for at, (one, kind) in enumerate(zip(self._tensors, self._kinds, strict=True)):

            def written(count: int, name: str = one.name, at: int = at) -> None:
                nonlocal done
                done += count
                progress(JobProgress(done / max(self.size, 1), name, at, len(self._tensors)))

            stream = Stream(one, kind, size_of(one.shape, kind), written)
            writer.write_tensor_data(cast(Any, stream))


def run(arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """The job.

    Args:
        arguments: `source` (a folder), `target` (the file to write; empty to only see whether it can be done)
            and `type` ("F32", "F16", "BF16" or "Q8_0").

    Returns:
        `architecture`, `type`, `tensors` (how many), `left_out` (parts of the model that are not in the
        file: "visual", "mtp", "sliding_window" …), `size` (bytes; without a target of the weights alone).

    Raises:
        Problem: see `Conversion`.
    """
    conversion = Conversion(Path(arguments["source"]), arguments.get("type", "F16"))
    target = arguments["target"]
    size = conversion.write(Path(target), progress) if target else conversion.size
    return {**conversion.told(), "size": size}
