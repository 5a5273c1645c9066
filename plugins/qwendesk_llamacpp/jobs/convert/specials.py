"""Which tokens begin, end and fill, and the chat template: gguf's own reader, its surprises caught."""

from __future__ import annotations

from pathlib import Path

from gguf import GGUFWriter, SpecialVocab

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert import jsonfile
from qwendesk_llamacpp.jobs.convert.tokenizer import Vocabulary

_SURPRISES = (AttributeError, IndexError, KeyError, OSError, RecursionError, TypeError, ValueError)
_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "chat_template.json")


def write_tokenizer(writer: GGUFWriter, folder: Path, vocabulary: Vocabulary) -> None:
    """Write the vocabulary, the special tokens and the chat template.

    Raises:
        Problem: `convert_tokenizer` (path, detail) where the files make no sense.
    """
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary.splitter)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.kinds)
    writer.add_token_merges(vocabulary.merges)
    for name in _FILES:
        if (folder / name).is_file():
            jsonfile.read_bytes(folder / name)  # not larger than what is bearable
    try:
        special = SpecialVocab(folder, n_vocab=len(vocabulary.tokens))
        special.add_to_gguf(writer, quiet=True)
    except _SURPRISES as error:
        detail = f"{type(error).__name__}: {str(error)[:200]}"
        raise Problem("convert_tokenizer", path=str(folder), detail=detail) from error
