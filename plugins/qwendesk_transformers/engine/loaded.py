"""A model with its vocabulary and its scheduler, loaded and freed as one."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
import transformers

from qwendesk.api.drafting import Lookup
from qwendesk.api.engine import LoadProgress, LoadReport
from qwendesk.api.problem import Note
from qwendesk_transformers.engine import caches, copies, loading
from qwendesk_transformers.engine.drafts import ModelDrafter, Speculation
from qwendesk_transformers.engine.forward import Forward
from qwendesk_transformers.engine.grammar import Grammars
from qwendesk_transformers.engine.placing import Placing
from qwendesk_transformers.engine.scheduler import Scheduler
from qwendesk_transformers.engine.senses import Senses, senses_of
from qwendesk_transformers.engine.sequence import Sequence
from qwendesk_transformers.engine.templates import template_of
from qwendesk_transformers.engine.vocabulary import Vocabulary
from qwendesk_transformers.options import TransformersOptions

if TYPE_CHECKING:
    from qwendesk_transformers.engine.hearing import Ear
    from qwendesk_transformers.engine.vision import Eye

_CLOSE_S = 10.0


class Loaded:
    """Made by `load`; `close` frees everything."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        options: TransformersOptions,
        notes: list[Note],
        senses: Senses,
        draft: Any = None,
    ) -> None:
        self.model, self.tokenizer, self.options, self.notes = model, tokenizer, options, notes
        self.senses = senses
        self.context: int = options.context or 0
        size = int(model.get_input_embeddings().weight.shape[0])
        ends = loading.ends_of(tokenizer, model)
        self.vocabulary = Vocabulary(tokenizer.backend_tokenizer, ends, size)
        self.trained = int(getattr(model.config.get_text_config(), "max_position_embeddings", 0) or 0)
        self.added_end = loading.added_end(tokenizer)
        self.grammars = Grammars(tokenizer, size)
        plain = caches.is_plain(model.config)
        make = partial(caches.static if options.static_cache else caches.empty, model.config, self.context)
        sequences = [Sequence(make, self.context, plain=plain) for _ in range(options.slots)]
        on_card = options.static_cache and plain and model.device.type == "cuda"
        forward = Forward(model, sequences, compiled=options.compile, recorded=on_card)
        if options.warmup:
            _warm_up(forward, sequences[0])
        self.scheduler = Scheduler(
            forward, self.vocabulary, Placing(sequences), self._speculation(draft), options.chunk
        )

    def _speculation(self, draft: Any) -> Speculation:
        """Guesses by repetition, by the small model `draft`, or none."""
        if draft is None:
            return (
                Speculation(self.options.draft_max, Lookup)
                if self.options.draft == "ngram"
                else Speculation()
            )
        plain = caches.is_plain(draft.config)
        sequence = Sequence(partial(caches.empty, draft.config, self.context), self.context, plain=plain)
        make = partial(ModelDrafter, Forward(draft, [sequence]), sequence, self.options.chunk)
        return Speculation(self.options.draft_max, make)

    def report(self) -> LoadReport:
        """What was really honoured."""
        model, tokenizer = self.model, self.tokenizer
        image, audio = self._spelled(self.senses.eye), self._spelled(self.senses.ear)
        options = {
            **asdict(self.options),
            "dtype": str(model.dtype).removeprefix("torch."),
            "weight_bytes": int(model.get_memory_footprint()),
            "file_bytes": loading.file_bytes(model.name_or_path),
            "devices": _devices(model),
        }
        return LoadReport(
            engine="transformers",
            version=f"transformers {transformers.__version__}",
            context=self.context,
            slots=self.options.slots,
            template=template_of(model.name_or_path, tokenizer, [one for one in (image, audio) if one]),
            bos=tokenizer.bos_token or "",
            eos=tokenizer.eos_token or "",
            adds_bos=bool(getattr(tokenizer, "add_bos_token", False)),
            architecture=str(model.config.model_type),
            image_token=image,
            audio_token=audio,
            audio_seconds=self.senses.ear.seconds if self.senses.ear is not None else 0.0,
            options=options,
            vocabulary=self.vocabulary.size,
            notes=tuple(self.notes),
        )

    def _spelled(self, sense: Eye | Ear | None) -> str:
        """What stands for one image or recording in a prompt."""
        return self.vocabulary.piece(sense.token).decode() if sense is not None else ""

    def close(self) -> None:
        """Free it all; a thread that does not end keeps its memory, which goes with the process."""
        self.scheduler.close(_CLOSE_S)
        self.model = self.tokenizer = None
        gc.collect()


def _warm_up(forward: Forward, sequence: Sequence) -> None:
    """Run everything once: libraries choose their kernels, code is compiled, fixed memory is taken."""
    with torch.inference_mode():
        for feed in ([0, 0], [0], [0]):
            forward.read(sequence, feed)
        sequence.keep(0)
    sequence.once = []


def _devices(model: Any) -> str:
    """Where the weights are: "cuda:0", "cpu"."""
    return ", ".join(sorted({str(one.device) for one in model.parameters()}))


def load(path: str, options: TransformersOptions, progress: Callable[[LoadProgress], None]) -> Loaded:
    """Load a folder. Raises Problem, also where memory runs out while the model is run once."""
    try:
        return _load(path, options, progress)
    except Exception as error:
        raise loading.not_loaded(path, error) from error


def _load(path: str, options: TransformersOptions, progress: Callable[[LoadProgress], None]) -> Loaded:
    notes: list[Note] = []
    progress(LoadProgress(None, "header"))
    config = loading.read_config(path, options)
    used = loading.resolved(options, config, notes)
    tokenizer = loading.read_tokenizer(path, used)
    model = loading.load_model(path, config, used, progress)
    if used.save_quantized and used.quantization != "none":
        progress(LoadProgress(None, "copy"))
        copies.save(model, tokenizer, path, used.save_quantized)
    progress(LoadProgress(None, "context"))
    senses = senses_of(path, model, used.context or 0, notes)
    draft = loading.load_draft(used, tokenizer, progress) if used.draft == "model" else None
    return Loaded(model, tokenizer, used, notes, senses, draft)
