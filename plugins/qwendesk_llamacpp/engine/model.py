"""The weights in memory, and what the file says about itself."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qwendesk.api.engine import LoadProgress
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.engine.native import devices, log, native
from qwendesk_llamacpp.engine.vocabulary import Vocabulary
from qwendesk_llamacpp.options import LlamaCppOptions

_LONGEST_VALUE = 1 << 20


class Model:
    """A loaded file; `close` frees it, after every context made from it."""

    def __init__(self, handle: Any, path: str) -> None:
        self.handle = handle
        self.path = path
        self.vocabulary = Vocabulary(handle)
        self.trained_context: int = native.llama_model_n_ctx_train(handle)
        self.layers: int = native.llama_model_n_layer(handle)
        self.bytes: int = native.llama_model_size(handle)
        self.recurrent = bool(native.llama_model_is_recurrent(handle) or native.llama_model_is_hybrid(handle))

    @property
    def architecture(self) -> str:
        return self.value("general.architecture")

    def value(self, key: str) -> str:
        """A metadata value as text; empty where the file does not have it."""
        room = ctypes.create_string_buffer(4096)
        length = native.llama_model_meta_val_str(self.handle, key.encode(), room, len(room))
        if length >= len(room):
            room = ctypes.create_string_buffer(min(length + 1, _LONGEST_VALUE))
            length = native.llama_model_meta_val_str(self.handle, key.encode(), room, len(room))
        return room.value.decode("utf-8", "replace") if length > 0 else ""

    def number(self, name: str) -> int:
        """A number of the file's own architecture, such as `attention.key_length`; 0 where it is missing."""
        text = self.value(f"{self.architecture}.{name}")
        return int(text) if text.isdigit() else 0

    @property
    def template(self) -> str | None:
        """The file's own chat template."""
        found = native.llama_model_chat_template(self.handle, None)
        return found.decode("utf-8", "replace") if found else None

    @property
    def bos(self) -> str:
        """llama.cpp invents a beginning-of-text token where the file names none."""
        if not self.value("tokenizer.ggml.bos_token_id"):
            return ""
        return self._spelled(native.llama_vocab_bos(self.vocabulary.handle))

    @property
    def eos(self) -> str:
        return self._spelled(native.llama_vocab_eos(self.vocabulary.handle))

    @property
    def adds_bos(self) -> bool:
        return bool(self.bos and native.llama_vocab_get_add_bos(self.vocabulary.handle))

    def _spelled(self, token: int) -> str:
        return self.vocabulary.piece(token).decode("utf-8", "replace")

    def head_sizes(self) -> tuple[int, int]:
        """Numbers in one head of a key and of a value."""
        heads = native.llama_model_n_head(self.handle)
        usual = native.llama_model_n_embd(self.handle) // heads if heads else 0
        return self.number("attention.key_length") or usual, self.number("attention.value_length") or usual

    def cache_bytes(self, context: int) -> int:
        """What an f16 KV cache of this many tokens takes, at most (layers without attention count, too)."""
        heads = native.llama_model_n_head_kv(self.handle)
        return int(context * self.layers * heads * sum(self.head_sizes()) * 2)

    def close(self) -> None:
        native.llama_model_free(self.handle)


def load_model(
    path: str, options: LlamaCppOptions, layers: int, progress: Callable[[LoadProgress], None]
) -> Model:
    """Load the weights with `layers` of them on the graphics cards. Raises Problem."""
    if not Path(path).is_file():
        raise Problem("model_missing", path=path)
    parameters = native.llama_model_default_params()
    parameters.load_mode = {
        (True, True): native.LLAMA_LOAD_MODE_MMAP_MLOCK,
        (True, False): native.LLAMA_LOAD_MODE_MMAP,
        (False, True): native.LLAMA_LOAD_MODE_MLOCK,
        (False, False): native.LLAMA_LOAD_MODE_NONE,
    }[options.mmap, options.mlock]
    parameters.n_gpu_layers = layers
    # ctypes keeps no reference to what a structure points to.
    kept = _placed(parameters, options)
    callback = native.llama_progress_callback(_teller(progress))
    parameters.progress_callback = callback
    with log.loading():
        handle = native.llama_model_load_from_file(path.encode(), parameters)
    del kept
    if not handle:
        raise Problem("load_failed", path=path, detail=log.cause())
    return Model(handle, path)


def _teller(progress: Callable[[LoadProgress], None]) -> Callable[[float, Any], bool]:
    told = [-1]

    def tell(fraction: float, _data: Any) -> bool:
        if (percent := int(fraction * 100)) > told[0]:
            told[0] = percent
            progress(LoadProgress(fraction, "weights"))
        return True

    return tell


def _placed(parameters: Any, options: LlamaCppOptions) -> list[Any]:
    """Say which devices share the model, and how. Raises Problem `device_unknown` or `option_type`."""
    kept: list[Any] = []
    if options.devices:
        known = devices()
        names = [name.strip() for name in options.devices.split(",")]
        for name in names:
            if name not in known:
                raise Problem("device_unknown", device=name, known=", ".join(known) or "none")
        kept.append((ctypes.c_void_p * (len(names) + 1))(*(known[name] for name in names), None))
        parameters.devices = ctypes.cast(kept[-1], ctypes.c_void_p)
    if options.tensor_split:
        shares = _numbers("tensor_split", options.tensor_split)
        room = (ctypes.c_float * native.llama_max_devices())()
        room[: len(shares)] = shares[: len(room)]
        kept.append(room)
        parameters.tensor_split = room
    return kept


def _numbers(option: str, text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise Problem("option_type", option=option, value=text[:80], kind="number") from None
