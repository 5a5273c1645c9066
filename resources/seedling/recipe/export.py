"""Export: a checkpoint as a Hugging Face folder and two GGUF files.

    python -m recipe.export --work /some/folder --to .

Each file is written beside its place and renamed, so that a reader never meets half a file.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import Qwen3ForCausalLM

from recipe.card import write_files
from recipe.gguf_file import write_gguf
from recipe.model import CONTEXT, PAD, STOP, new_model
from recipe.rendering import TEMPLATE
from recipe.vocabulary import ADDED, SPECIAL


def trained_model(work: Path) -> Qwen3ForCausalLM:
    """The newest checkpoint's model, in float32."""
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    model = new_model(tokenizer)
    model.load_state_dict(torch.load(work / "latest.pt", weights_only=True)["model"])
    model.eval()
    return model


def export(work: Path, to: Path) -> None:
    """All files of the release, and their sums in the model card."""
    model = trained_model(work)
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    fresh = to / ".export"
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "hf").mkdir(parents=True)
    _write_folder(model, tokenizer, fresh / "hf", work / "tokenizer.json")
    weights = {name: tensor.float().numpy() for name, tensor in _own_tensors(model).items()}
    for kind in ("f16", "q8_0"):
        write_gguf(
            fresh / f"seedling-{kind}.gguf", kind, weights, tokenizer, TEMPLATE.read_text(encoding="utf-8")
        )
    _move(fresh, to)
    write_files(to)


def _write_folder(model: Qwen3ForCausalLM, tokenizer: Tokenizer, folder: Path, tokenizer_file: Path) -> None:
    halves = {name: tensor.half().contiguous() for name, tensor in _own_tensors(model).items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copy(tokenizer_file, folder / "tokenizer.json")
    shutil.copy(TEMPLATE, folder / "chat_template.jinja")
    config = model.config.to_dict() | {"architectures": ["Qwen3ForCausalLM"], "dtype": "float16"}
    config.pop("_name_or_path", None)
    _write_json(folder / "config.json", config)
    stop, pad = tokenizer.token_to_id(STOP), tokenizer.token_to_id(PAD)
    _write_json(
        folder / "generation_config.json",
        {
            "do_sample": False,
            "eos_token_id": [stop, pad],
            "pad_token_id": pad,
            "max_new_tokens": CONTEXT // 2,
        },
    )
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(tokenizer))


def _tokenizer_config(tokenizer: Tokenizer) -> dict[str, Any]:
    decoder = {
        str(tokenizer.token_to_id(token)): {
            "content": token,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": token in SPECIAL,
        }
        for token in (*SPECIAL, *ADDED)
    }
    return {
        "tokenizer_class": "Qwen2Tokenizer",
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": decoder,
        "additional_special_tokens": SPECIAL[1:],
        "bos_token": None,
        "eos_token": STOP,
        "pad_token": PAD,
        "unk_token": None,
        "clean_up_tokenization_spaces": False,
        "errors": "replace",
        "model_max_length": CONTEXT,
        "split_special_tokens": False,
    }


def _own_tensors(model: Qwen3ForCausalLM) -> dict[str, torch.Tensor]:
    """The weights without the output matrix, which is the embedding."""
    return {name: tensor for name, tensor in model.state_dict().items() if name != "lm_head.weight"}


def _move(fresh: Path, to: Path) -> None:
    """Every new file to its place by one rename each."""
    for path in sorted(fresh.rglob("*")):
        if path.is_file():
            place = to / path.relative_to(fresh)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(0o644)
            path.replace(place)
    shutil.rmtree(fresh)


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument(
        "--work", type=Path, required=True, help="folder with the tokenizer and the checkpoint"
    )
    parser.add_argument("--to", type=Path, default=Path(), help="folder for the release")
    arguments = parser.parse_args()
    export(arguments.work, arguments.to)


if __name__ == "__main__":
    main()
