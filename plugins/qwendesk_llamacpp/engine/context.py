"""A context: the memory of the sequences and the room to compute in."""

from __future__ import annotations

import ctypes
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.engine.model import Model
from qwendesk_llamacpp.engine.native import Interrupt, log, native
from qwendesk_llamacpp.options import LlamaCppOptions

_FLASH = {
    "auto": native.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": native.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": native.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}
_ROPE = {
    "model": native.LLAMA_ROPE_SCALING_TYPE_UNSPECIFIED,
    "none": native.LLAMA_ROPE_SCALING_TYPE_NONE,
    "linear": native.LLAMA_ROPE_SCALING_TYPE_LINEAR,
    "yarn": native.LLAMA_ROPE_SCALING_TYPE_YARN,
}


def parameters(options: LlamaCppOptions) -> Any:
    """What every context of these options has in common."""
    p = native.llama_context_default_params()
    p.n_batch, p.n_ubatch = options.batch, options.ubatch
    p.n_threads = p.n_threads_batch = options.threads or 1
    p.flash_attn_type = _FLASH[options.flash_attention]
    p.type_k = getattr(native, f"GGML_TYPE_{options.cache_type_k.upper()}")
    p.type_v = getattr(native, f"GGML_TYPE_{options.cache_type_v.upper()}")
    p.rope_scaling_type = _ROPE[options.rope_scaling]
    p.rope_freq_base = options.rope_base or 0.0
    p.rope_freq_scale = 1 / options.rope_scale if options.rope_scale else 0.0
    p.yarn_orig_ctx = options.yarn_original_context or 0
    p.no_perf = True
    return p


def chat_context(model: Model, options: LlamaCppOptions, interrupt: Interrupt, snapshots: int) -> Any:
    """A context with a sequence for each slot. Raises Problem `load_failed`.

    `snapshots` are the states that a recurrent model keeps, so that as many wrong guesses can be undone.
    """
    p = parameters(options)
    slots = options.slots or 1
    p.n_ctx = (options.context or 0) * slots
    p.n_seq_max = slots
    p.n_rs_seq = snapshots
    # Every sequence has a cache of its own: sharing one pays only where all begin with the same text.
    p.kv_unified = False
    p.abort_callback = interrupt.callback
    p.abort_callback_data = interrupt.data
    return made(model, p)


def made(model: Model, parameters: Any) -> Any:
    """A context, or Problem `load_failed` with what llama.cpp says."""
    with log.loading():
        context = native.llama_init_from_model(model.handle, parameters)
    if not context:
        raise Problem("load_failed", path=model.path, detail=log.cause())
    return context


def set_adapters(model: Model, context: Any, listed: str) -> list[str]:
    """Put LoRA adapters on a context; what is in force. Raises Problem `load_failed` or `option_type`."""
    pairs = [_adapter(part) for part in listed.split(";") if part.strip()]
    handles = []
    for path, _scale in pairs:
        handle = native.llama_adapter_lora_init(model.handle, path.encode())
        if not handle:
            raise Problem("load_failed", path=path, detail="it is no LoRA adapter for this model")
        handles.append(handle)
    if not pairs:
        return []
    kinds = (native.llama_adapter_lora_p_ctypes * len(handles))(*handles)
    scales = (ctypes.c_float * len(pairs))(*(scale for _path, scale in pairs))
    native.llama_set_adapters_lora(context, kinds, len(pairs), scales)
    return [f"{path}={scale:g}" for path, scale in pairs]


def _adapter(part: str) -> tuple[str, float]:
    path, separator, scale = part.strip().rpartition("=")
    try:
        return (path, float(scale)) if separator else (part.strip(), 1.0)
    except ValueError:
        raise Problem("option_type", option="lora", value=part[:80], kind="number") from None
