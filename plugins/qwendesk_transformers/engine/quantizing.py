"""Quantization while loading, by bitsandbytes; and what a checkpoint that is quantized already needs."""

from __future__ import annotations

import importlib.util
from typing import Any

import transformers

from qwendesk.api.engine import LoadReport
from qwendesk.api.problem import Note, Problem
from qwendesk_transformers.engine import fp8, placement
from qwendesk_transformers.options import TransformersOptions

_NEEDS = {
    "gptq": "gptqmodel",
    "awq": "gptqmodel",
    "bitsandbytes": "bitsandbytes",
    "hqq": "hqq",
    "torchao": "torchao",
}
"""The package that loads each kind of checkpoint; FP8 needs none: see `fp8`."""


def quantization_of(options: TransformersOptions, config: Any) -> dict[str, Any]:
    """Arguments for `from_pretrained`; empty where nothing is quantized while loading.

    A configuration of FP8 weights is changed where nothing computes with them: they are dequantized then.

    Raises:
        Problem: `quantizer_missing` (method, package), `option_conflict` where the file is quantized already.
    """
    own = _method(config)
    if own and (package := _NEEDS.get(own)) and importlib.util.find_spec(package) is None:
        raise Problem("quantizer_missing", method=own, package=package)
    if options.quantization == "none":
        if own == fp8.METHOD and not fp8.is_kept(options.device):
            fp8.dequantize(config)
        return {}
    if own:
        raise Problem("option_conflict", option="quantization", other=own)
    if importlib.util.find_spec("bitsandbytes") is None:
        raise Problem("quantizer_missing", method=options.quantization, package="bitsandbytes")
    return {
        "quantization_config": _bitsandbytes(options, config),
        "device_map": placement.device_map(options) or {"": "cpu"},
    }


def _method(config: Any) -> str:
    told = getattr(config, "quantization_config", None)
    method = told.get("quant_method") if isinstance(told, dict) else getattr(told, "quant_method", "")
    return str(getattr(method, "value", method) or "")


def notes(model: Any, report: LoadReport) -> list[Note]:
    """What became of a checkpoint that is quantized already, once it is loaded."""
    stored, _rest = transformers.PretrainedConfig.get_config_dict(model.name_or_path, local_files_only=True)
    told = stored.get("quantization_config")
    kept = getattr(model, "is_quantized", False)
    if kept or not isinstance(told, dict) or told.get("quant_method") != fp8.METHOD:
        return []
    memory, size = report.options["weight_bytes"], report.options["file_bytes"]
    return [Note("fp8_dequantized", {"dtype": report.options["dtype"], "memory": memory, "size": size})]


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
