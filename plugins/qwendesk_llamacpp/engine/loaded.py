"""A model with its context and its scheduler, loaded and freed as one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import Any

from qwendesk.api.drafting import Lookup
from qwendesk.api.engine import LoadProgress, LoadReport
from qwendesk.api.llama import instructions
from qwendesk.api.problem import Note, Problem
from qwendesk_llamacpp.engine.batch import Batch
from qwendesk_llamacpp.engine.context import chat_context, set_adapters
from qwendesk_llamacpp.engine.draftmodel import DraftModel, load_draft_model
from qwendesk_llamacpp.engine.keeping import Keeping
from qwendesk_llamacpp.engine.model import Model, load_model
from qwendesk_llamacpp.engine.native import Interrupt, devices, log, native
from qwendesk_llamacpp.engine.placing import Placing
from qwendesk_llamacpp.engine.prefixes import Prefixes
from qwendesk_llamacpp.engine.resolve import gpu_layers, resolve
from qwendesk_llamacpp.engine.scheduler import Scheduler
from qwendesk_llamacpp.engine.sequence import Sequence
from qwendesk_llamacpp.engine.speculation import Speculation
from qwendesk_llamacpp.engine.vision import PAD, Eye
from qwendesk_llamacpp.options import LlamaCppOptions

_CLOSE_S = 10.0
_MIB = 1 << 20


class Loaded:
    """Made by `load`; `close` frees everything in its order."""

    def __init__(
        self,
        model: Model,
        context: Any,
        options: LlamaCppOptions,
        notes: list[Note],
        interrupt: Interrupt,
        draft_model: DraftModel | None,
        keeping: Keeping | None,
        eye: Eye | None,
    ) -> None:
        self.model, self.eye = model, eye
        self.options = options
        self.notes = notes
        self.context_size: int = native.llama_n_ctx_seq(context)
        self._context = context
        self.adapters = set_adapters(model, context, options.lora)
        slots = options.slots or 1
        sequences = [
            Sequence(context, at, self.context_size, recurrent=model.recurrent) for at in range(slots)
        ]
        if options.warmup:
            self._warm_up()
        self._prefixes = Prefixes(options.prompt_cache * _MIB)
        self._keeping = keeping
        if keeping is not None:
            for prefix in keeping.load():
                self._prefixes.put(prefix)
        self._placing = Placing(sequences, self._prefixes)
        self._draft_model = draft_model
        self.scheduler = Scheduler(
            context,
            model.vocabulary,
            self._placing,
            interrupt,
            Batch(native.llama_n_batch(context), slots),
            self._speculation(),
            eye,
        )

    def _speculation(self) -> Speculation:
        if self._draft_model is not None:
            return Speculation(self.options.draft_max, self._draft_model.drafter)
        return Speculation(self.options.draft_max, Lookup) if self.options.draft == "ngram" else Speculation()

    def _warm_up(self) -> None:
        """Touch every weight once, as llama.cpp's programs do, and leave nothing behind."""
        native.llama_set_warmup(self._context, True)
        batch = Batch(2, 1)
        batch.add(0, [0], 0, outputs=1)
        batch.decode(self._context)
        native.llama_synchronize(self._context)
        native.llama_set_warmup(self._context, False)
        native.llama_memory_clear(native.llama_get_memory(self._context), True)

    def report(self) -> LoadReport:
        """What was really honoured."""
        options = {
            **asdict(self.options),
            "context": self.context_size,
            "batch": native.llama_n_batch(self._context),
            "ubatch": native.llama_n_ubatch(self._context),
            "lora": ";".join(self.adapters),
            "devices": ", ".join(devices()) or "CPU",
        }
        model = self.model
        return LoadReport(
            engine="llamacpp",
            version=f"llama-cpp-python {_version()}",
            context=self.context_size,
            slots=self.options.slots or 1,
            template=model.template,
            bos=model.bos,
            eos=model.eos,
            adds_bos=model.adds_bos,
            architecture=model.architecture,
            options=options,
            image_token=PAD.decode() if self.eye is not None else "",
            vocabulary=model.vocabulary.size,
            notes=tuple(self.notes),
            instructions=instructions(native.llama_print_system_info().decode("utf-8", "replace")),
        )

    def close(self) -> None:
        """Free it all; a thread that does not end keeps its memory, which goes with the process."""
        if self.scheduler.close(_CLOSE_S):
            if self._keeping is not None:
                self._placing.put_all_aside()
                self._keeping.save(self._prefixes.all())
            if self._draft_model is not None:
                self._draft_model.close()
            native.llama_free(self._context)
            if self.eye is not None:
                self.eye.close()
            self.model.close()


def _version() -> str:
    import llama_cpp

    return str(llama_cpp.__version__)


def load(path: str, options: LlamaCppOptions, progress: Callable[[LoadProgress], None]) -> Loaded:
    """Load a file. Without a number of GPU layers, as many as fit. Raises Problem."""
    native.llama_backend_init()
    progress(LoadProgress(None, "header"))
    tries = gpu_layers(options, _layers(path, options))
    for layers in tries:
        try:
            loaded = _load(path, options, layers, progress)
        except Problem as problem:
            # Fewer layers help the model itself, not an adapter or a projector that is no such thing.
            helps = problem.id == "load_failed" and problem.arguments.get("path") == path
            if not helps or layers == tries[-1]:
                raise
            continue
        if layers < tries[0]:
            loaded.notes.append(Note("gpu_layers_fitted", {"layers": layers, "all": tries[0]}))
        return loaded
    raise AssertionError("there is always something to try")


def _layers(path: str, options: LlamaCppOptions) -> int:
    """How many layers the file has; only asked where there is a device to put them on."""
    if not native.llama_supports_gpu_offload() or options.gpu_layers is not None:
        return 0
    parameters = native.llama_model_default_params()
    parameters.no_alloc = True
    with log.loading():
        handle = native.llama_model_load_from_file(path.encode(), parameters)
    if not handle:
        raise Problem("load_failed", path=path, detail=log.cause())
    layers = int(native.llama_model_n_layer(handle))
    native.llama_model_free(handle)
    return layers


def _load(
    path: str, options: LlamaCppOptions, layers: int, progress: Callable[[LoadProgress], None]
) -> Loaded:
    with ExitStack() as undo:
        model = load_model(path, options, layers, progress)
        undo.callback(model.close)
        used, notes = resolve(options, model)
        used = replace(used, gpu_layers=min(layers, model.layers + 1))
        snapshots = used.draft_max if model.recurrent and used.draft != "off" else 0
        progress(LoadProgress(None, "context"))
        interrupt = Interrupt()
        context = chat_context(model, used, interrupt, snapshots)
        if used.flash_attention == "auto":
            used = replace(used, flash_attention="on" if log.flash_attention else "off")
        undo.callback(native.llama_free, context)
        draft_model = None
        if used.draft == "model":
            size = native.llama_n_ctx_seq(context)
            draft_model = load_draft_model(used, model.vocabulary, size, progress)
            undo.callback(draft_model.close)
        keeping = Keeping(used.prompt_cache_folder, path, used) if used.prompt_cache_folder else None
        eye = None
        if used.mmproj:
            progress(LoadProgress(None, "projector"))
            eye = Eye(model, used)
            undo.callback(eye.close)
        loaded = Loaded(model, context, used, list(notes), interrupt, draft_model, keeping, eye)
        undo.pop_all()
        log.interrupt = interrupt
        return loaded
