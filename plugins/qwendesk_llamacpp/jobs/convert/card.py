"""What a model is called, by whom it is made, its licence: from its card, by gguf's own reader."""

from __future__ import annotations

from pathlib import Path

from gguf import GGUFWriter, Metadata, size_label

_LARGEST = 1 << 20


def write_card(writer: GGUFWriter, folder: Path) -> None:
    """Write name, licence, languages and recommended settings; where there is no card, the folder's name.

    The tensors must have been announced to the writer: how large a model is comes from them.
    """
    metadata = _read(folder, writer.get_total_parameter_count()[0])
    metadata.name = metadata.name or folder.name.encode("utf-8", "replace").decode()
    metadata.size_label = metadata.size_label or size_label(*writer.get_total_parameter_count())
    metadata.set_gguf_meta_model(writer)


def _read(folder: Path, weights: int) -> Metadata:
    try:
        if (folder / "README.md").is_file() and (folder / "README.md").stat().st_size > _LARGEST:
            return Metadata()
        return Metadata.load(None, folder, None, weights)
    except Exception:  # a card may hold anything, and nothing in it is worth failing for
        return Metadata()
