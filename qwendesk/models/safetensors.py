"""Folders of the Hugging Face layout: config.json, safetensors files, tokenizer_config.json.

Header: 8 bytes of length (little-endian), then JSON of name → dtype, shape, data_offsets.
Source: https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk.models import jsonfile
from qwendesk.models.configfacts import facts_of_config
from qwendesk.models.facts import Facts, Tensor

_LARGEST = 100_000_000  # as the format's own reader has it
_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "I16": 2, "U16": 2, "F16": 2,
    "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip
_INDEX = "model.safetensors.index.json"


def read_folder(folder: Path) -> Facts:
    """The facts of a model in a folder.

    Raises:
        Problem: `model_unreadable`, `model_header_broken`, `model_truncated`, `model_part_missing`, or
            `model_not_a_file` where the folder holds no safetensors file.
    """
    files = weight_files(folder)
    if not files:
        raise Problem("model_not_a_file", path=str(folder))
    tensors = tuple(one for file in files for one in read_tensors(file))
    config = jsonfile.read_object(folder / "config.json")
    return facts_of_config(folder, config, files, tensors)


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files that the index names, or all in the folder.

    Raises:
        Problem: `model_part_missing`.
    """
    if not (folder / _INDEX).is_file():
        return sorted(folder.glob("*.safetensors"))
    names = jsonfile.read_object(folder / _INDEX).inner("weight_map").values.values()
    # Only plain names: an index must not lead out of its folder.
    plain = sorted({one for one in names if isinstance(one, str) and Path(one).name == one})
    for one in plain:
        if not (folder / one).is_file():
            raise Problem("model_part_missing", path=str(folder), part=one)
    return [folder / one for one in plain]


def read_tensors(path: Path) -> list[Tensor]:
    """The tensors of one file, from its header alone. Raises Problem like `read_folder`."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LARGEST):
                raise Problem("model_header_broken", path=str(path), detail=f"a header of {length} bytes")
            data = file.read(length)
    except OSError as error:
        raise Problem("model_unreadable", path=str(path), detail=error.strerror or "") from error
    return parse_tensors(data, size - 8 - length, str(path))


def parse_tensors(data: bytes, room: int, path: str) -> list[Tensor]:
    """The tensors from a header, with `room` bytes of data behind it."""
    entries = jsonfile.parse_object(data, path).values
    tensors, end = [], 0
    for name, entry in entries.items():
        if name == "__metadata__":
            continue
        tensor, last = _tensor(name, entry, path)
        tensors.append(tensor)
        end = max(end, last)
    if end > room:
        raise Problem("model_truncated", path=path, size=room, expected=end)
    return tensors


def _tensor(name: str, entry: Any, path: str) -> tuple[Tensor, int]:
    fields = jsonfile.Fields(entry if isinstance(entry, dict) else {})
    offsets, shape = fields.list("data_offsets"), fields.list("shape")
    if len(offsets) != 2 or len(shape) > 8 or not all(_whole(one) for one in [*offsets, *shape]):
        raise Problem("model_header_broken", path=path, detail=f"tensor {name[:80]}")
    begin, end = offsets
    kind = fields.text("dtype")[:16]
    # Torch tells rows first, GGUF and we the length of a row.
    made = Tensor(name, kind, tuple(reversed(shape)), end - begin, layer(name))
    if end < begin or (kind in _BYTES and made.elements * _BYTES[kind] != end - begin):
        raise Problem("model_header_broken", path=path, detail=f"tensor {name[:80]}")
    return made, end


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 62


def layer(name: str) -> int | None:
    """N of `….layers.N.…` in the language model; None elsewhere, also for an eye's own layers."""
    steps = name.split(".")
    if "layers" not in steps or {"visual", "vision_tower", "vision_model", "audio_tower"} & set(steps):
        return None
    number = "".join(steps[steps.index("layers") + 1 :][:1])
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
