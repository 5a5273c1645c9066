"""Candidates: the ways of running Seedling that an exam compares, each greedy."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
import xllamacpp
from transformers import PreTrainedTokenizerFast, Qwen3ForCausalLM

LONGEST = 480
"""Tokens in a reply at most; the story needs about 425."""

Candidate = Callable[[list[str]], list[str]]
"""Rendered prompts to replies, special tokens that show in text included, the stop token not."""


def transformers_candidate(folder: Path, rows: int = 40) -> Candidate:
    """The safetensors file in transformers, computed in float32."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="<|endoftext|>", padding_side="left"
    )
    model = Qwen3ForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def replies(prompts: list[str]) -> list[str]:
        order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
        given: dict[int, str] = {}
        for start in range(0, len(order), rows):
            chosen = order[start : start + rows]
            inputs = tokenizer(
                [prompts[index] for index in chosen],
                return_tensors="pt",
                padding=True,
                add_special_tokens=False,
            )
            output = model.generate(
                input_ids=inputs.input_ids,
                attention_mask=inputs.attention_mask,
                max_new_tokens=LONGEST,
                do_sample=False,
            )
            written = tokenizer.batch_decode(
                output[:, inputs.input_ids.shape[1] :], skip_special_tokens=False
            )
            given |= {index: _until_stop(text) for index, text in zip(chosen, written, strict=True)}
        return [given[index] for index in range(len(prompts))]

    return replies


def gguf_candidate(path: Path) -> Candidate:
    """A GGUF file in llama.cpp's server, by raw completion of the rendered prompt."""
    server = xllamacpp.Server(_server_settings(path))

    def reply(prompt: str) -> str:
        answer: dict[str, Any] = server.handle_completions(
            {"prompt": prompt, "max_tokens": LONGEST, "temperature": 0, "cache_prompt": False}
        )
        if "error" in answer:
            raise RuntimeError(str(answer["error"]))
        return str(answer["choices"][0]["text"])

    def replies(prompts: list[str]) -> list[str]:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(reply, prompts))

    return replies


def _server_settings(path: Path) -> xllamacpp.CommonParams:
    settings = xllamacpp.CommonParams()
    settings.model.path = str(path)
    settings.n_ctx = 4096
    settings.n_parallel = 2
    settings.cpuparams.n_threads = 1
    settings.verbosity = -1
    settings.api_keys = ["exam"]
    settings.warmup = False
    return settings


def _until_stop(text: str) -> str:
    return text.partition("<|im_end|>")[0].partition("<|endoftext|>")[0]
