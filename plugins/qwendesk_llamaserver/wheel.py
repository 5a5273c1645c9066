"""llama.cpp's server inside this process, from the xllamacpp wheel.

The wheel opens an HTTP port whatever one does: it stays on the loopback and wants a random key, and
serves what the wheel has no method for (tokenizing, properties).
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem
from qwendesk_llamaserver.client import Client, new_key
from qwendesk_llamaserver.feed import Feed
from qwendesk_llamaserver.options import LlamaServerOptions

# Errors and warnings. From 4 on, llama.cpp logs samplers and templates, and at 5 the generated text;
# at 3 it is a handful of lines for each request. Prompts are in none of those up to 3 (tested).
_VERBOSITY = 2
# A load that failed after longer than this is not repeated to learn why.
_SOON_S = 5.0
# How long an error may take from the failed load to the log.
_LATE_S = 0.5


class WheelServer:
    """The model in this process; `library` is the module xllamacpp."""

    def __init__(self, library: Any, model: str, options: LlamaServerOptions) -> None:
        key = new_key()
        parameters = _parameters(library, model, options, key)
        self._native = _start(library, parameters, model)
        self.version = f"xllamacpp {library.__version__}"
        self.system_info = str(library.get_system_info())
        self.has_card = _has_card(library)
        self.client = Client(self._native.listening_address, key)
        # Server() returns before its loop runs, and a server freed before then hangs for good, with
        # the interpreter lock held. This question is answered by the loop, so now it runs.
        self.client.ask("/lora-adapters")

    def complete(self, body: dict[str, Any], feed: Feed) -> None:
        """Generate without HTTP; the callback's True ends it after the token or batch at work."""
        self._native.handle_completions(body, feed.put)

    def close(self) -> None:
        """Free the model; the server's thread is joined."""
        self._native = None


def _parameters(library: Any, model: str, options: LlamaServerOptions, key: str) -> Any:
    p = library.CommonParams()
    p.model.path = model
    p.hostnames = ["127.0.0.1"]
    p.port = 0
    p.api_keys = [key]
    p.ui = False
    p.endpoint_slots = False
    p.verbosity = _VERBOSITY
    # The file's template is hostile and none of the server's business: it would run it while loading,
    # where one that loops hangs for good.
    p.use_jinja = False
    p.chat_template = "chatml"
    # Special tokens spelled out: an end-of-text token without text would keep back what is before it.
    p.special = True
    p.warmup = options.warmup
    # The server divides the context by the slots; what the user chose is meant for each of them.
    slots = options.slots or 1
    p.n_ctx = (options.context or 0) * slots
    p.n_parallel = slots
    p.kv_unified = False
    p.n_batch, p.n_ubatch = options.batch, options.ubatch
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = options.threads
    p.n_cache_reuse = options.cache_reuse
    p.cache_ram_mib = options.prompt_cache
    p.cache_idle_slots = options.prompt_cache > 0
    _place(library, p, options)
    return p


def _place(library: Any, p: Any, options: LlamaServerOptions) -> None:
    """Where weights and cache live, and in which form."""
    if options.gpu_layers is not None:
        p.n_gpu_layers = options.gpu_layers
    # Fitting reads the model twice, which is only worth it where there is a device to fit it to.
    p.fit_params = _has_card(library)
    modes = library.llama_load_mode
    p.load_mode = {
        (True, True): modes.LLAMA_LOAD_MODE_MMAP_MLOCK,
        (True, False): modes.LLAMA_LOAD_MODE_MMAP,
        (False, True): modes.LLAMA_LOAD_MODE_MLOCK,
        (False, False): modes.LLAMA_LOAD_MODE_NONE,
    }[options.mmap, options.mlock]
    flash = {"auto": "AUTO", "on": "ENABLED", "off": "DISABLED"}[options.flash_attention]
    p.flash_attn_type = library.llama_flash_attn_type[f"LLAMA_FLASH_ATTN_TYPE_{flash}"]
    p.cache_type_k = library.ggml_type[f"GGML_TYPE_{options.cache_type_k.upper()}"]
    p.cache_type_v = library.ggml_type[f"GGML_TYPE_{options.cache_type_v.upper()}"]


def _has_card(library: Any) -> bool:
    return any("GPU" in one["type"].name for one in library.get_device_info())


def _start(library: Any, parameters: Any, model: str) -> Any:
    began = time.monotonic()
    try:
        return library.Server(parameters)
    except RuntimeError:
        # The exception says nothing; the cause went to stderr. Not caught there the first time:
        # a native abort must leave its last words on the real stderr.
        if time.monotonic() - began > _SOON_S:
            raise Problem("load_failed", path=model, detail="") from None
    return _start_listening(library, parameters, model)


def _start_listening(library: Any, parameters: Any, model: str) -> Any:
    """Once more with stderr caught, for the cause; what was caught goes on to stderr afterwards."""
    real = os.dup(2)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "stderr"
        with log.open("wb") as caught:
            os.dup2(caught.fileno(), 2)
        try:
            return library.Server(parameters)
        except RuntimeError:
            raise Problem("load_failed", path=model, detail=_awaited_cause(log)) from None
        finally:
            os.dup2(real, 2)
            os.close(real)
            with open(2, "wb", closefd=False) as stderr:
                stderr.write(log.read_bytes())


def _awaited_cause(log: Path) -> str:
    """The cause from a file that the engine's own thread writes, perhaps only after the load has failed."""
    until = time.monotonic() + _LATE_S
    while not (cause := _cause(log.read_bytes())) and time.monotonic() < until:
        time.sleep(0.01)
    return cause


def _cause(log: bytes) -> str:
    """The first error that llama.cpp names, without its prefixes; an empty text if there is none."""
    errors = re.findall(r"^[\d.]+ E (.*)$", log.decode("utf-8", "replace"), re.MULTILINE)
    named = [line for line in errors if "error loading model: " in line] or errors
    return named[0].rsplit("error loading model: ", 1)[-1][:300] if named else ""
