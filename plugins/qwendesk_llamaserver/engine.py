"""The engine: one model in llama.cpp's server, in this process (the wheel) or beside it (a binary).

Runs only in a worker. The wheel's native code holds the interpreter lock while it loads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from qwendesk.api.engine import (
    Completion,
    EngineEvent,
    EngineRequest,
    LoadProgress,
    LoadReport,
    ModelFiles,
    StopFlag,
)
from qwendesk.api.llama import instructions
from qwendesk.api.problem import Note, Problem
from qwendesk_llamaserver.binary import BinaryServer
from qwendesk_llamaserver.body import completion_body
from qwendesk_llamaserver.chunks import ChunkReader
from qwendesk_llamaserver.feed import Feed
from qwendesk_llamaserver.header import Metadata, read_metadata
from qwendesk_llamaserver.options import LlamaServerOptions
from qwendesk_llamaserver.resolve import architecture, resolve
from qwendesk_llamaserver.schema import check_schema
from qwendesk_llamaserver.server import Server
from qwendesk_llamaserver.vocabulary import Vocabulary
from qwendesk_llamaserver.wheel import WheelServer

# How long the end of a request may take the caller's time. Worth waiting for: a request sent while
# the slot is still busy would go to another one, and lose the prompt that is cached here.
_RELEASE_S = 0.5
_CLOSE_S = 10.0


class LlamaServerEngine:
    """See `qwendesk.api.engine.Engine`."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._vocabulary = Vocabulary({})
        self._context = 0
        self._running: dict[Feed, threading.Thread] = {}
        self._lock = threading.Lock()

    def load(self, model: ModelFiles, options: Any, progress: Callable[[LoadProgress], None]) -> LoadReport:
        """Load a GGUF file; `options` is a LlamaServerOptions. Raises Problem."""
        progress(LoadProgress(None, "header"))
        metadata = read_metadata(model.path)
        self._vocabulary = Vocabulary(metadata)
        used, notes = resolve(options, metadata)
        progress(LoadProgress(None, "weights"))
        self._server = _serve(model.path, used, progress)
        return self._report(self._server, metadata, used, notes)

    def _report(
        self, server: Server, metadata: Metadata, used: LlamaServerOptions, notes: tuple[Note, ...]
    ) -> LoadReport:
        properties = server.client.ask("/props")
        self._context = context = int(properties["default_generation_settings"]["n_ctx"])
        template = metadata.get("tokenizer.chat_template")
        return LoadReport(
            engine="llamaserver",
            version=server.version,
            context=context,
            slots=int(properties["total_slots"]),
            template=template.decode("utf-8", "replace") if isinstance(template, bytes) else None,
            bos=self._vocabulary.spell(self._vocabulary.bos_id),
            eos=self._vocabulary.spell(self._vocabulary.eos_id),
            adds_bos=metadata.get("tokenizer.ggml.add_bos_token") is True,
            architecture=architecture(metadata),
            options={**asdict(used), "context": context, **_layers(server)},
            notes=notes,
            instructions=instructions(server.system_info),
        )

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids, nothing added in front."""
        body = {"content": text, "add_special": False, "parse_special": special}
        return [int(token) for token in self._loaded().client.ask("/tokenize", body)["tokens"]]

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        """The bytes of the tokens, special ones spelled out."""
        return self._vocabulary.join(tokens)

    def is_special(self, token: int) -> bool:
        """Whether the file marks the token as control, as added by its makers or as the unknown one."""
        return token in self._vocabulary.special

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        """See `Engine.generate`. The probability of a token withheld inside a character is not known."""
        if request.json_schema is not None:
            check_schema(request.json_schema)
        if request.max_tokens is not None and request.max_tokens < 1:
            yield Completion("length", len(request.tokens), 0)
            return
        reader = ChunkReader(request, self._vocabulary, self._context)
        feed, thread = self._send(request)
        try:
            for chunk in feed.chunks(stop):
                for event in reader.read(chunk):
                    if stop.is_set():
                        return
                    yield event
                if reader.done:
                    return
            if not stop.is_set():
                raise Problem("engine_failed", detail="the reply broke off")
        finally:
            feed.cancel()
            thread.join(_RELEASE_S)

    def _send(self, request: EngineRequest) -> tuple[Feed, threading.Thread]:
        feed = Feed()
        send = partial(self._loaded().complete, completion_body(request, self._context))
        thread = threading.Thread(
            target=self._run, args=(feed, send), name="llamaserver-request", daemon=True
        )
        with self._lock:
            self._running[feed] = thread
        thread.start()
        return feed, thread

    def _run(self, feed: Feed, send: Callable[[Feed], None]) -> None:
        feed.run(send)
        with self._lock:
            del self._running[feed]

    def _loaded(self) -> Server:
        if self._server is None:
            raise Problem("engine_failed", detail="no model is loaded")
        return self._server

    def close(self) -> None:
        """End what is running and free the model."""
        with self._lock:
            running = dict(self._running)
        for feed, thread in running.items():
            feed.cancel()
            thread.join(_CLOSE_S)
        server, self._server = self._server, None
        if server is not None:
            server.close()


def _layers(server: Server) -> dict[str, int]:
    """Without a card every layer is on the processor, whatever was asked for."""
    return {"gpu_layers": 0} if server.has_card is False else {}


def _serve(model: str, options: LlamaServerOptions, progress: Callable[[LoadProgress], None]) -> Server:
    if options.binary:
        return BinaryServer(options.binary, model, options, progress)
    # Here and not above: with a binary of the user's own the wheel need not be installed.
    try:
        import xllamacpp
    except ImportError as error:
        raise Problem("runtime_missing", package="xllamacpp", detail=str(error)[:300]) from error
    return WheelServer(xllamacpp, model, options)
