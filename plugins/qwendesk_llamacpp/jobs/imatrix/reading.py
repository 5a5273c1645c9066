"""A text through a model, and what its matrices met on the way: the job "imatrix"."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from qwendesk.api.cores import physical_cores
from qwendesk.api.jobs import JobProgress
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.engine import context as contexts
from qwendesk_llamacpp.engine.batch import Batch
from qwendesk_llamacpp.engine.model import Model, load_model
from qwendesk_llamacpp.engine.native import Tokens, native
from qwendesk_llamacpp.jobs.imatrix.collector import Collector
from qwendesk_llamacpp.jobs.imatrix.tensor import must_match
from qwendesk_llamacpp.jobs.imatrixfile import write_imatrix, write_older_imatrix
from qwendesk_llamacpp.jobs.importance import ImportanceMatrix
from qwendesk_llamacpp.options import LlamaCppOptions

_CHUNK = 512
Progress = Callable[[JobProgress], None]


def run(arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Make an importance matrix.

    Args:
        arguments: `source` (a model file), `target` (the file to write), `text` (the path of what is read),
            and where they are wanted `dataset` (its name in the file; else that of the path), `chunk` (tokens
            in one piece, 512), `chunks` (at most so many), `output` (also the matrix that makes logits),
            `older` (the form that ends in .dat), `threads`, `layers` (so many on the graphics cards).

    Returns:
        `tensors`, `chunks`, `chunk`, `partial` (tensors of which some experts met nothing).

    Raises:
        Problem: `load_failed`, `model_missing`, `file_unreadable` (path, detail), `imatrix_too_short`
            (tokens, least), `imatrix_unsupported`, `imatrix_not_finite` (tensor), `engine_failed`,
            `disk_full` or `target_unwritable`.
    """
    must_match()
    path = Path(arguments["text"])
    text = _text(path)
    options = LlamaCppOptions(threads=arguments.get("threads") or physical_cores())
    model = load_model(arguments["source"], options, arguments.get("layers", 0), lambda _: None)
    try:
        chunk = min(arguments.get("chunk") or _CHUNK, model.trained_context or _CHUNK)
        tokens = _chunks(model, text, chunk, arguments.get("chunks"))
        collector = Collector(output=bool(arguments.get("output")))
        with _context(model, options, collector, chunk) as context:
            _read(model, context, tokens, collector, progress)
    finally:
        model.close()
    dataset = str(arguments.get("dataset") or path.name)
    matrix = ImportanceMatrix(collector.tensors(), (dataset,), len(tokens), chunk)
    (write_older_imatrix if arguments.get("older") else write_imatrix)(matrix, Path(arguments["target"]))
    partial = sorted(name for name, one in matrix.tensors.items() if not one.counts.all())
    return {"tensors": len(matrix.tensors), "chunks": len(tokens), "chunk": chunk, "partial": partial}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Problem("file_unreadable", path=str(path), detail=error.strerror or "") from error


def _chunks(model: Model, text: str, size: int, most: int | None) -> Tokens:
    """Whole pieces of the text, shape (pieces, size); what is left over at its end is not read."""
    beginning = [native.llama_vocab_bos(model.vocabulary.handle)] if model.adds_bos else []
    tokens = np.array([*beginning, *model.vocabulary.tokenize(text, special=False)], np.int32)
    if len(tokens) < 2 * size:
        raise Problem("imatrix_too_short", tokens=len(tokens), least=2 * size)
    count = min(len(tokens) // size, most or len(tokens))
    pieces = tokens[: count * size].reshape(count, size)
    if model.adds_bos:
        pieces[:, 0] = beginning[0]
    return pieces


@contextmanager
def _context(model: Model, options: LlamaCppOptions, collector: Collector, size: int) -> Iterator[Any]:
    parameters = contexts.parameters(options)
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = size
    parameters.n_seq_max = 1
    # ctypes keeps no reference to what a structure points to.
    callback = native.ggml_backend_sched_eval_callback(collector.on_tensor)
    parameters.cb_eval, parameters.cb_eval_user_data = callback, ctypes.c_void_p(0)
    context = contexts.made(model, parameters)
    try:
        yield context
    finally:
        native.llama_free(context)
        del callback


def _read(model: Model, context: Any, pieces: Tokens, collector: Collector, progress: Progress) -> None:
    count, size = pieces.shape
    batch = Batch(size, 1)
    for at, piece in enumerate(pieces):
        progress(JobProgress(at / count, Path(model.path).name, at, count))
        native.llama_memory_clear(native.llama_get_memory(context), True)
        batch.clear()
        # Where no output is asked of a token, the last layer leaves it out, and it would not be counted.
        batch.add(0, piece, 0, outputs=size)
        answer = batch.decode(context)
        native.llama_synchronize(context)
        if collector.failure is not None:
            raise collector.failure
        if answer:
            raise Problem("engine_failed", detail=f"llama_decode returned {answer}")
    progress(JobProgress(1.0, Path(model.path).name, count, count))
