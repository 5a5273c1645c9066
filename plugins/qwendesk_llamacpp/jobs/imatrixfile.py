"""Files with an importance matrix: llama.cpp's own GGUF form, and the older one that ends in .dat.

GGUF: `general.type` is "imatrix"; `imatrix.datasets`, `.chunk_count` and `.chunk_size`; for each tensor
NAME.in_sum2 (matrices × columns) and NAME.counts (matrices × 1), 32-bit floats.
Older: a count of entries, each of them a name, a number of calls, and the means times that number; then
the chunks and the text's name. All numbers are 32 bits, little-endian.
Source: tools/imatrix/imatrix.cpp and common/imatrix-loader.cpp of llama.cpp.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGUFWriter

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.bytereader import ByteReader, Cut
from qwendesk_llamacpp.jobs.ggufreader import MAGIC, GgufFile, read_gguf
from qwendesk_llamacpp.jobs.importance import Floats, Importance, ImportanceMatrix
from qwendesk_llamacpp.jobs.unwritten import writing

_SUMS, _COUNTS = ".in_sum2", ".counts"
_LONGEST = 1 << 12


def read_imatrix(path: Path) -> ImportanceMatrix:
    """The matrix in a file of either form.

    Raises:
        Problem: `imatrix_unreadable` (path, detail) where there is none.
    """
    try:
        data = np.memmap(path, np.uint8, "r").data
    except OSError as error:
        raise Problem("imatrix_unreadable", path=str(path), detail=error.strerror or "") from error
    except ValueError:
        raise Problem("imatrix_unreadable", path=str(path), detail="it is empty") from None
    try:
        return parse_imatrix(data)
    except Cut as error:
        raise Problem("imatrix_unreadable", path=str(path), detail=str(error)) from error


def parse_imatrix(data: memoryview) -> ImportanceMatrix:
    """The matrix in these bytes. Raises Cut with the reason where there is none."""
    if data[:4] == MAGIC:
        return _of_gguf(read_gguf(data))
    return _of_older(ByteReader(data))


def _of_gguf(file: GgufFile) -> ImportanceMatrix:
    kind = file.texts.get("general.type")
    if kind != ("imatrix",):
        raise Cut("it is a GGUF file of another kind")
    names = [one.removesuffix(_SUMS) for one in file.tensors if one.endswith(_SUMS)]
    if not names or len(file.tensors) != 2 * len(names):
        raise Cut("sums and counts do not belong together")
    tensors = {}
    for name in names:
        if name + _COUNTS not in file.tensors:
            raise Cut(f"there is no count for {name[:80]}")
        counts = file.tensors[name + _COUNTS].reshape(-1)
        sums = file.tensors[name + _SUMS].reshape(-1)
        if not counts.size or sums.size % counts.size:
            raise Cut(f"sums and counts of {name[:80]} do not fit")
        tensors[name] = _importance(name, sums.reshape(counts.size, -1), counts)
    return ImportanceMatrix(
        tensors,
        tuple(one for one in file.texts.get("imatrix.datasets", ()) if one),
        file.numbers.get("imatrix.chunk_count", 0),
        file.numbers.get("imatrix.chunk_size", 0),
    )


def _of_older(reader: ByteReader) -> ImportanceMatrix:
    count = reader.i32()
    tensors: dict[str, Importance] = {}
    for _ in range(count):
        name = reader.text(reader.i32(), _LONGEST)
        calls, values = reader.i32(), reader.i32()
        if name in tensors or values < 1:
            raise Cut(f"the entry {name[:80]} makes no sense")
        # Without calls, llama.cpp takes the values as they are.
        counts = np.array([max(calls, 1)], np.float32)
        tensors[name] = _importance(name, reader.floats(values).reshape(1, -1), counts)
    if not tensors:
        raise Cut("it holds no entries")
    if reader.is_at_end():
        return ImportanceMatrix(tensors)
    chunks = reader.i32()
    dataset = "" if reader.is_at_end() else reader.text(reader.i32(), _LONGEST)
    return ImportanceMatrix(tensors, (dataset,) if dataset else (), max(chunks, 0))


def _importance(name: str, sums: Floats, counts: Floats) -> Importance:
    # Comparisons with what is no number are false.
    if not ((sums >= 0) & (sums < np.inf)).all() or not ((counts >= 0) & (counts < 1 << 53)).all():
        raise Cut(f"values of {name[:80]} are negative or no numbers")
    return Importance(np.array(sums, np.float32), np.rint(counts).astype(np.int64))


def write_imatrix(matrix: ImportanceMatrix, path: Path) -> None:
    """Write the GGUF form. Raises Problem `disk_full` or `target_unwritable`."""
    writer = GGUFWriter(None, "")
    writer.add_type("imatrix")
    # An empty list would be left out, and llama.cpp wants to see one.
    writer.add_array("imatrix.datasets", list(matrix.datasets) or [""])
    writer.add_uint32("imatrix.chunk_count", matrix.chunks)
    writer.add_uint32("imatrix.chunk_size", matrix.chunk_size)
    for name, one in sorted(matrix.tensors.items()):
        writer.add_tensor(name + _SUMS, one.sums)
        writer.add_tensor(name + _COUNTS, one.counts.astype(np.float32).reshape(-1, 1))
    with writing(path, writer):
        writer.write_header_to_file(path)
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()


def write_older_imatrix(matrix: ImportanceMatrix, path: Path) -> None:
    """Write the older form, which has no place for tensors that nothing was multiplied with.

    Raises:
        Problem: `disk_full` or `target_unwritable`.
    """
    seen = sorted((name, one) for name, one in matrix.tensors.items() if one.counts.any())
    size = matrix.chunk_size or 1
    with writing(path), path.open("wb") as file:
        file.write(_numbers(len(seen)))
        for name, one in seen:
            calls = -(-int(one.counts.max()) // size)
            values = (one.means() * np.float32(calls)).astype("<f4")
            encoded = name.encode()
            file.write(_numbers(len(encoded)) + encoded + _numbers(calls, values.size) + values.tobytes())
        dataset = (matrix.datasets[-1] if matrix.datasets else "").encode()
        file.write(_numbers(matrix.chunks, len(dataset)) + dataset)


def _numbers(*values: int) -> bytes:
    return np.array(values, "<i4").tobytes()
