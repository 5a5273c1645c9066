"""llama_cpp called directly, with nothing of ours in between: what the runtimes are compared with."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import llama_cpp as llama
import numpy as np

FLASH = {"auto": -1, "off": 0, "on": 1}
CACHE = {"f16": llama.GGML_TYPE_F16, "f32": llama.GGML_TYPE_F32, "q8_0": llama.GGML_TYPE_Q8_0}


@dataclass(frozen=True, slots=True)
class Setup:
    """What the context is made with; `sequences` share `context` tokens."""

    context: int = 2048
    sequences: int = 1
    threads: int = 1
    batch: int = 512
    ubatch: int = 512
    flash_attention: str = "auto"
    cache_type_k: str = "f16"
    cache_type_v: str = "f16"
    unified: bool = False


class BareLlama:
    """A model and a context; raises RuntimeError where llama.cpp returns an error."""

    def __init__(self, path: Path, setup: Setup | None = None) -> None:
        self.setup = setup or Setup()
        llama.llama_backend_init()
        self.model = _must(llama.llama_model_load_from_file(str(path).encode(), _on_processor()))
        self.context = _must(llama.llama_init_from_model(self.model, _parameters(self.setup)))
        self.memory = llama.llama_get_memory(self.context)
        self.size = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self.model))
        self.batch = llama.llama_batch_init(self.setup.batch, 0, 1)
        self._greedy = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        llama.llama_sampler_chain_add(self._greedy, llama.llama_sampler_init_greedy())

    def read(self, tokens: Sequence[int], start: int = 0, sequence: int = 0) -> None:
        """Decode a prompt in batches; only its last token has logits."""
        for first in range(0, len(tokens), self.setup.batch):
            piece = tokens[first : first + self.setup.batch]
            last = first + len(piece) == len(tokens)
            rows = [(token, start + first + i, sequence) for i, token in enumerate(piece)]
            self.decode(rows, [False] * (len(rows) - 1) + [last])

    def decode(self, rows: Sequence[tuple[int, int, int]], outputs: Sequence[bool] = ()) -> None:
        """One llama_decode of (token, position, sequence); rows have logits where `outputs` says so, or all."""
        batch = self.batch
        batch.n_tokens = len(rows)
        for i, (token, position, sequence) in enumerate(rows):
            batch.token[i], batch.pos[i] = token, position
            batch.n_seq_id[i], batch.seq_id[i][0] = 1, sequence
            batch.logits[i] = outputs[i] if outputs else True
        code = llama.llama_decode(self.context, batch)
        if code:
            raise RuntimeError(f"llama_decode returned {code}")

    def sample(self, row: int = -1) -> int:
        """The likeliest token after a row of the last batch, by llama.cpp's own sampler chain."""
        return int(llama.llama_sampler_sample(self._greedy, self.context, row))

    def logits(self, row: int = -1) -> np.ndarray:
        """A copy of the logits after a row of the last batch."""
        values = llama.llama_get_logits_ith(self.context, row)
        return np.ctypeslib.as_array(values, (self.size,)).copy()

    def greedy(self, token: int, position: int, count: int, sequence: int = 0) -> list[int]:
        """The `count` likeliest tokens behind `token`, one at a time."""
        tokens = []
        for offset in range(count):
            self.decode([(token, position + offset, sequence)])
            token = self.sample()
            tokens.append(token)
        return tokens

    def cut(self, start: int, sequence: int = 0) -> bool:
        """Forget a sequence from a position on; whether the memory can."""
        return bool(llama.llama_memory_seq_rm(self.memory, sequence, start, -1))

    def clear(self) -> None:
        llama.llama_memory_clear(self.memory, False)

    def checkpoint(self, sequence: int = 0) -> Any:
        """The recurrent part of a sequence's state."""
        partial = llama.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
        size = llama.llama_state_seq_get_size_ext(self.context, sequence, partial)
        data = (ctypes.c_uint8 * size)()
        llama.llama_state_seq_get_data_ext(self.context, data, size, sequence, partial)
        return data

    def restore(self, data: Any, sequence: int = 0) -> bool:
        """Go back to a checkpoint; `cut` what lies behind it afterwards."""
        partial = llama.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
        read = llama.llama_state_seq_set_data_ext(self.context, data, len(data), sequence, partial)
        return int(read) == len(data)

    def __enter__(self) -> BareLlama:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        llama.llama_sampler_free(self._greedy)
        llama.llama_batch_free(self.batch)
        llama.llama_free(self.context)
        llama.llama_model_free(self.model)


def _on_processor() -> Any:
    parameters = llama.llama_model_default_params()
    parameters.n_gpu_layers = 0
    return parameters


def _parameters(setup: Setup) -> Any:
    wanted = llama.llama_context_default_params()
    wanted.n_ctx, wanted.n_seq_max = setup.context, setup.sequences
    wanted.n_batch, wanted.n_ubatch = setup.batch, setup.ubatch
    wanted.n_threads = wanted.n_threads_batch = setup.threads
    wanted.flash_attn_type = FLASH[setup.flash_attention]
    wanted.type_k, wanted.type_v = CACHE[setup.cache_type_k], CACHE[setup.cache_type_v]
    wanted.kv_unified = setup.unified
    return wanted


def _must(pointer: Any) -> Any:
    if not pointer:
        raise RuntimeError("llama.cpp could not load the model")
    return pointer
