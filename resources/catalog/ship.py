"""Makes catalog.json.gz, which is shipped, from the YAML files, which are edited. Run it with: make catalog.

Names become those of `qwendesk.models.catalog`; what is unknown (null) and comments are left out.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SHIPPED = HERE / "catalog.json.gz"
OFFICIAL = "Qwen"


def content() -> dict[str, Any]:
    """What the shipped file holds, made from the sources."""
    families = yaml.load((HERE / "qwen.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    quants = yaml.load((HERE / "quants.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {
        "families": [_known(_family(one)) for one in families],
        "quants": [_known(_quant(one)) for one in quants["types"]],
        "variants": [_known(one) for one in quants["unsloth_dynamic"]["names"]],
    }


def _known(values: Any) -> Any:
    """The values without those that are null, or empty because nothing inside is known."""
    if isinstance(values, dict):
        found = {key: _known(value) for key, value in values.items()}
        return {key: value for key, value in found.items() if value not in (None, {}, [])}
    return [_known(one) for one in values] if isinstance(values, list) else values


def _family(raw: dict[str, Any]) -> dict[str, Any]:
    sampling = raw["recommended_sampling"] or {}
    return {
        "id": raw["id"],
        "name": raw["name"],
        "generation": raw["generation"],
        "kind": raw["kind"],
        "released": raw["released"],
        "licence": {"default": raw["license"]["default"], "summary": raw["license"]["summary"]},
        "languages": raw["languages"],
        "thinking": {
            "mode": raw["thinking"]["mode"],
            "default": raw["thinking"]["default"],
            "efforts": (raw["thinking"]["effort_levels"] or {}).get("values"),
            "default_effort": (raw["thinking"]["effort_levels"] or {}).get("default"),
            "note": raw["thinking"]["note"],
        },
        "tools": raw["tool_calling"],
        "strengths": raw["strengths"],
        "weaknesses": raw["weaknesses"],
        "best_for": raw["best_for"],
        "sampling": {
            "thinking": sampling.get("thinking"),
            "plain": sampling.get("non_thinking"),
            "variants": sampling.get("variants"),
            "note": sampling.get("note"),
        },
        "context": raw["context"],
        "architecture": {"kind": raw["architecture"]["type"], "note": raw["architecture"]["note"]},
        "inputs": raw["modalities"]["in"],
        "outputs": raw["modalities"]["out"],
        "sources": raw["source"],
        "models": [_model(one) for one in raw["models"]],
    }


def _model(raw: dict[str, Any]) -> dict[str, Any]:
    official = raw["gguf_repo"] and {"repo": raw["gguf_repo"], "quants": _upper(raw["gguf_quants"])}
    community = [
        {"repo": one["repo"], "quants": _upper(one["quants"])} for one in raw["gguf_community"] or []
    ]
    moe, linear = raw["moe"] or {}, raw["linear_attention"] or {}
    return {
        "repo": raw["repo"],
        "variant": raw["variant"],
        "size": raw["size"],
        "billions": raw["params_b"],
        "active_billions": raw["active_params_b"],
        "kind": raw["arch_type"],
        "architecture": raw["gguf_arch"],
        "layers": raw["layers"],
        "embedding": raw["hidden_size"],
        "heads": raw["attention_heads"],
        "kv_heads": raw["kv_heads"],
        "head_size": raw["head_dim"],
        "feed_forward": raw["ffn"],
        "experts": moe.get("experts"),
        "experts_used": moe.get("top_k"),
        "expert_size": moe.get("expert_ffn"),
        "shared_experts": moe.get("shared_experts"),
        "shared_size": moe.get("shared_ffn"),
        "state_heads": linear.get("v_heads"),
        "state_groups": linear.get("qk_heads"),
        "state_size": linear.get("head_dim"),
        "tied_embeddings": raw["tied_embeddings"],
        "full_attention_layers": raw["full_attention_layers"],
        "kv_bytes_per_token": raw["kv_cache_bytes_per_token_f16"],
        "vocabulary": raw["vocab"],
        "context": raw["max_position_embeddings"],
        "licence": raw["license"],
        "released": raw["released"],
        "gguf": [one for one in (official, *community) if one],
        "downloads": [_download(one) for one in raw["gguf_download"] or []],
        "mmproj": raw["mmproj_files"],
        "modelscope": raw["modelscope_id"],
        "ollama": raw["ollama_tag"],
        "notes": raw["notes"],
    }


def _download(raw: dict[str, Any]) -> dict[str, Any]:
    return {"repo": raw["repo"], "quant": raw["quant"].upper(), "bytes": raw["bytes"], "parts": raw["parts"]}


def _upper(quants: list[str] | None) -> list[str] | None:
    return quants and [one.upper().replace("FP16", "F16") for one in quants]


def _quant(raw: dict[str, Any]) -> dict[str, Any]:
    loss = raw["perplexity_delta"] or {}
    divergence = raw["kl_divergence"] or {}
    return {
        "name": raw["name"],
        "family": raw["family"],
        "bits": raw["nominal_bits_per_weight"],
        "real_bits": raw["effective_bits_per_weight"],
        "quality": raw["quality"],
        "imatrix": raw["imatrix"],
        "perplexity_loss": loss.get("with_imatrix") or loss.get("without_imatrix"),
        "kl_divergence": divergence.get("with_imatrix") or divergence.get("without_imatrix"),
        "note": raw["note"],
    }


def main() -> int:
    data = json.dumps(content(), ensure_ascii=False, separators=(",", ":")).encode()
    SHIPPED.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{SHIPPED.name}: {len(data)} bytes of JSON, {SHIPPED.stat().st_size} bytes in the wheel")
    return 0


if __name__ == "__main__":
    sys.exit(main())
