"""A folder with safetensors files, loaded: configuration, vocabulary, weights."""

from __future__ import annotations

import gc
import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import transformers

from qwendesk.api.cores import physical_cores
from qwendesk.api.engine import LoadProgress
from qwendesk.api.problem import Note, Problem
from qwendesk_transformers.engine import attention, heap, placement, remotecode
from qwendesk_transformers.engine.problems import problem_of
from qwendesk_transformers.engine.quantizing import quantization_of
from qwendesk_transformers.options import TransformersOptions

transformers.utils.logging.disable_progress_bar()  # it is drawn on stderr, which is the log
_TINY = 20_000_000
"""Weights: with fewer of them, waking a second thread costs more than it brings."""
_USUAL_CONTEXT, _UNKNOWN_CONTEXT = 8192, 4096
Progress = Callable[[LoadProgress], None]


def resolved(options: TransformersOptions, config: Any, notes: list[Note]) -> TransformersOptions:
    """The options with every None and "auto" filled in."""
    trained = int(getattr(config.get_text_config(), "max_position_embeddings", 0) or 0)
    context = options.context or min(trained or _UNKNOWN_CONTEXT, _USUAL_CONTEXT)
    if trained and context > trained:
        notes.append(Note("context_capped", {"wanted": context, "context": trained}))
        context = trained
    if options.quantization != "none" and getattr(config.get_text_config(), "num_experts", None):
        notes.append(Note("experts_not_quantized", {"method": options.quantization}))
    fixed = options.compile or options.static_cache
    if fixed and options.device_map != "off":
        raise Problem("option_conflict", option="static_cache", other="device_map")
    device = placement.device(options.device)
    return replace(
        options,
        context=context,
        slots=1 if fixed else options.slots,
        static_cache=fixed,
        device=device,
        threads=options.threads or (1 if placement.parameters(config) < _TINY else physical_cores()),
        attention="sdpa" if options.attention == "auto" else options.attention,
    )


def read_config(path: str, options: TransformersOptions) -> Any:
    """The model's configuration.

    Raises:
        Problem: `engine_too_old` (cause) where this version does not know it, `remote_code` (path,
            files, sha256), `weights_not_safe` (path), `load_failed` (path, detail).
    """
    folder = Path(path)
    if not any(folder.glob("*.safetensors")):
        raise Problem("weights_not_safe", path=path)
    trusted = remotecode.is_allowed(folder, options.remote_code)
    try:
        return transformers.AutoConfig.from_pretrained(path, local_files_only=True, trust_remote_code=trusted)
    except Exception as error:
        if "does not recognize this architecture" in str(error):
            told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            raise _too_old(told.get("model_type"), told.get("transformers_version")) from error
        raise not_loaded(path, error) from error


def _too_old(what: object, version: object) -> Problem:
    """`version`: of the Transformers that wrote the model's configuration, so of one that knows it."""
    known = f"; its files were written with {version}" if version else ""
    cause = f"Transformers {transformers.__version__} does not know {what}{known}."
    return Problem("engine_too_old", cause=cause[:300])


def model_class(config: Any) -> Any:
    """The class that the configuration names. Raises Problem `engine_too_old` (cause)."""
    names = list(getattr(config, "architectures", None) or ())
    for name in names:
        found = getattr(transformers, name, None)
        if found is not None and hasattr(found, "from_pretrained"):
            return found
    if names and getattr(config, "auto_map", None):
        return transformers.AutoModelForCausalLM
    if names:
        raise _too_old(f"the class {names[0]}", getattr(config, "transformers_version", None))
    return transformers.AutoModelForCausalLM


def load_model(path: str, config: Any, options: TransformersOptions, progress: Progress) -> Any:
    """The weights in memory, in the wanted form, on the wanted device. Raises Problem."""
    torch.set_num_threads(options.threads or 1)
    kind = model_class(config)
    given = quantization_of(options, config)
    progress(LoadProgress(None, "weights"))
    try:
        with heap.tidy(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model, told = kind.from_pretrained(
                path,
                config=config,
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
                trust_remote_code=remotecode.is_allowed(Path(path), options.remote_code),
                dtype=placement.dtype(options, config),
                attn_implementation=_attention(options, config),
                **{"device_map": placement.device_map(options), **given},
            )
    except Exception as error:
        gc.collect()
        raise not_loaded(path, error) from error
    if missing := sorted(told["missing_keys"]):  # Transformers fills them with random numbers
        raise Problem("load_failed", path=path, detail=f"the files hold no tensor {missing[0]}")
    model.eval()
    return model


def _attention(options: TransformersOptions, config: Any) -> str:
    if options.attention != "sdpa" or not options.static_cache:
        return options.attention
    text = config.get_text_config()
    size = int(getattr(text, "head_dim", 0) or text.hidden_size // text.num_attention_heads)
    return attention.register(options.device, placement.dtype(options, config), size)


def load_draft(options: TransformersOptions, tokenizer: Any, progress: Progress) -> Any:
    """The small model that guesses ahead. Raises Problem `draft_model_unfit` (path, detail), or as a load."""
    path = options.draft_model
    if not path:
        raise Problem("draft_model_unfit", path="", detail="no folder is named")
    small = replace(options, quantization="none", draft="off", remote_code="")
    if read_tokenizer(path, small).get_vocab() != tokenizer.get_vocab():
        raise Problem("draft_model_unfit", path=path, detail="its vocabulary is another one")
    return load_model(path, read_config(path, small), small, progress)


def not_loaded(path: str, error: Exception) -> Problem:
    """What went wrong while loading, by its own name where it has one: memory that ran out."""
    problem = problem_of(error)
    if isinstance(problem, Problem) and problem.id != "engine_failed":
        return problem
    return Problem("load_failed", path=path, detail=_cause(error))


def _cause(error: Exception) -> str:
    told = " ".join(str(error).split())
    return f"{type(error).__name__}: {told}"[:400]


def read_tokenizer(path: str, options: TransformersOptions) -> Any:
    """The tokenizer as Transformers has it. Raises Problem `load_failed`."""
    try:
        return transformers.AutoTokenizer.from_pretrained(
            path,
            local_files_only=True,
            trust_remote_code=remotecode.is_allowed(Path(path), options.remote_code),
        )
    except Exception as error:
        raise not_loaded(path, error) from error


def template_of(tokenizer: Any) -> str | None:
    """The model's own chat template, where it has one."""
    found = getattr(tokenizer, "chat_template", None)
    if isinstance(found, dict):
        found = found.get("default") or next(iter(found.values()), None)
    return found if isinstance(found, str) and found else None


def file_bytes(path: str) -> int:
    """What the weights take on the disk: before any quantizing."""
    return sum(one.stat().st_size for one in Path(path).glob("*.safetensors"))


def added_end(tokenizer: Any) -> list[int]:
    """What the tokenizer puts behind every text by itself: Qwen's embedding models pool there."""
    whole = tokenizer("a").input_ids
    bare = tokenizer("a", add_special_tokens=False).input_ids
    return list(whole[len(bare) :]) if whole[: len(bare)] == bare else []


def ends_of(tokenizer: Any, model: Any) -> set[int]:
    """Every token that ends a text, as tokenizer, configuration and generation settings say."""
    told = [tokenizer.eos_token_id]
    told += [getattr(one, "eos_token_id", None) for one in (model.config, model.generation_config)]
    found: set[int] = set()
    for one in told:
        found.update(one if isinstance(one, list) else [one] if one is not None else [])
    return {int(one) for one in found}
