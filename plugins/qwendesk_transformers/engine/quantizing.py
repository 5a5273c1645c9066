"""Quantization while loading, by bitsandbytes; and what a checkpoint that is quantized already needs."""

from __future__ import annotations

import importlib.util
from typing import Any

import transformers

from qwendesk.api.problem import Problem
from qwendesk_transformers.engine import placement
from qwendesk_transformers.options import TransformersOptions

_NEEDS = {
    "gptq": "gptqmodel",
    "awq": "gptqmodel",
    "bitsandbytes": "bitsandbytes",
    "hqq": "hqq",
    "torchao": "torchao",
}
"""The package that loads each kind of checkpoint; FP8 needs none and is loaded as bfloat16 on a processor."""


def quantization_of(options: TransformersOptions, config: Any) -> dict[str, Any]:
    """Arguments for `from_pretrained`; empty where nothing is quantized while loading.

    Raises:
        Problem: `quantizer_missing` (method, package), `option_conflict` where the file is quantized already.
    """
    own = _method(config)
    if own and (package := _NEEDS.get(own)) and importlib.util.find_spec(package) is None:
        raise Problem("quantizer_missing", method=own, package=package)
    if options.quantization == "none":
        return {}
    if own:
        raise Problem("option_conflict", option="quantization", other=own)
    if importlib.util.find_spec("bitsandbytes") is None:
        raise Problem("quantizer_missing", method=options.quantization, package="bitsandbytes")
    return {"quantization_config": _bitsandbytes(options, config), "device_map": {"": options.device}}


def _method(config: Any) -> str:
    told = getattr(config, "quantization_config", None)
    method = told.get("quant_method") if isinstance(told, dict) else getattr(told, "quant_method", "")
    return str(getattr(method, "value", method) or "")


def _bitsandbytes(options: TransformersOptions, config: Any) -> Any:
    if options.quantization == "int8":
        return transformers.BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=options.int8_threshold)
    compute = options.compute_dtype
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=options.double_quantization,
        bnb_4bit_compute_dtype=placement.named(compute)
        if compute != "auto"
        else placement.dtype(options, config),
    )
