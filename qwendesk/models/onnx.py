"""Folders of ONNX Runtime GenAI: genai_config.json beside model.onnx. The graph itself is not read."""

from __future__ import annotations

import re
from pathlib import Path

from qwendesk.api.problem import Problem
from qwendesk.models import jsonfile
from qwendesk.models.configfacts import MOST_LAYERS, template_source
from qwendesk.models.facts import Attention, Facts, Quantization

CONFIG = "genai_config.json"


def read_folder(folder: Path) -> Facts:
    """The facts of a model in a folder.

    Raises:
        Problem: `model_unreadable`, `model_header_broken`, or `model_part_missing` where the graph is gone.
    """
    from qwendesk.models.template import read_template  # brings jinja2, which the first view does without

    model = jsonfile.read_object(folder / CONFIG).inner("model")
    decoder = model.inner("decoder")
    graph = decoder.text("filename") or "model.onnx"
    if Path(graph).name != graph or not (folder / graph).is_file():
        raise Problem("model_part_missing", path=str(folder), part=graph[:120])
    files = sorted(one for one in folder.iterdir() if ".onnx" in one.name and one.is_file())
    layers = decoder.number("num_hidden_layers", MOST_LAYERS)
    kv_heads = decoder.number("num_key_value_heads")
    name = re.search(r"int4|int8|fp16|bf16|fp32", folder.name.lower())
    return Facts(
        format="onnx",
        architecture=model.text("type"),
        name=folder.name,
        files=tuple(str(one) for one in files),
        size_bytes=sum(one.stat().st_size for one in files),
        layers=layers,
        embedding=decoder.number("hidden_size"),
        context=model.number("context_length"),
        vocabulary=model.number("vocab_size"),
        attention=Attention(
            heads=decoder.number("num_attention_heads"),
            kv_heads=(kv_heads,) * layers,
            layers=tuple(range(layers)) if kv_heads else (),
            key_size=decoder.number("head_size"),
            value_size=decoder.number("head_size"),
        ),
        # The graph's types are not read, so this is what the folder is called.
        quantization=Quantization(name=name[0].upper() if name else ""),
        template=read_template(template_source(folder)),
    )
