"""What llama.cpp says about the size of its buffers: run as a child, prints {"KV": MiB, "RS": MiB …} as JSON.

Arguments: model, context in all, sequences, cache type by number, flash attention (-1, 0, 1), snapshots.
"""

from __future__ import annotations

import ctypes
import json
import re
import sys

import llama_cpp as llama

lines: list[str] = []
callback = llama.llama_log_callback(lambda _level, text, _data: lines.append(text.decode("utf-8", "replace")))


def main(path: str, *numbers: str) -> None:
    context, sequences, kind, flash, snapshots = map(int, numbers)
    llama.llama_log_set(callback, ctypes.c_void_p(0))
    llama.llama_backend_init()
    model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
    settings = llama.llama_context_default_params()
    settings.n_ctx, settings.n_seq_max, settings.n_rs_seq = context, sequences, snapshots
    settings.type_k = settings.type_v = kind
    settings.flash_attn_type = flash
    settings.kv_unified = False
    made = llama.llama_init_from_model(model, settings)
    cells = llama.llama_n_ctx_seq(made)
    llama.llama_free(made)
    llama.llama_model_free(model)
    sizes = {}
    for line in lines:
        if found := re.search(r"(\w+)\s+(?:model |compute )?buffer size = +([\d.]+) MiB", line):
            sizes[found[1]] = sizes.get(found[1], 0.0) + float(found[2])
    print(json.dumps({**sizes, "cells": cells}))


if __name__ == "__main__":
    main(*sys.argv[1:])
