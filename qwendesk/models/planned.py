"""A catalogue's model in some quantization as it will be, before a byte of it is here."""

from __future__ import annotations

from qwendesk.models.catalog import Entry, catalogue
from qwendesk.models.facts import Attention, Experts, Facts, Quantization, Recurrent, Tensor

# What the first letters of a mixture's name say of its larger and its smaller half.
_MIXED = {
    "Q2_K": "Q3_K", "Q3_K_S": "Q3_K", "Q3_K_M": "Q4_K", "Q3_K_L": "Q5_K", "Q4_K_M": "Q6_K", "Q5_K_M": "Q6_K",
}  # fmt: skip
_CONV_KERNEL = 4
USUAL_VOCABULARY = 151_936
_USUAL_PROJECTOR = 1_400_000_000


def file_bytes(entry: Entry, quant: str, repo: str = "") -> int | None:
    """The size of the file: as it was seen in this repository or another, else computed; None if unknown.

    Small models come out heavier than the type's bits, because their large vocabulary keeps a higher one. The
    share 0.16 × billions^-0.65 is fitted to 17 official and community files (resources/catalog/quants.yaml,
    measured_on_qwen; within 3 %).
    """
    seen = [one for one in entry.downloads if one.quant == quant]
    for one in sorted(seen, key=lambda one: one.repo != repo):
        return one.bytes
    known = catalogue().quant(quant)
    billions = entry.about_billions
    if known is None or not billions:
        return None
    bits = known.real_bits or known.bits
    heavier = 1 + 0.16 * billions**-0.65 if bits < 8 else 1.01
    return round(billions * 1e9 * bits * heavier / 8)


def projector_bytes(entry: Entry) -> int:
    """The size of its projector in half precision: as it was seen, else as large as Qwen's largest eye."""
    seen = [one.bytes for one in entry.downloads if one.quant.startswith("MMPROJ")]
    return max(seen, default=_USUAL_PROJECTOR)


def projector_facts(size: int) -> Facts:
    """A projector of that size, as far as memory goes."""
    return Facts("gguf", kind="mmproj", size_bytes=size, tensors=(Tensor("mm", "F16", (size // 2,), size),))


def narrow(entry: Entry) -> bool:
    """Whether its rows cannot be stored in the 256-wide types, so that a K file is not what its name says."""
    return bool(entry.embedding and entry.embedding % 256)


def facts_of(entry: Entry, quant: str, size: int) -> Facts | None:
    """The facts that a file of this size will have, as far as memory goes; None where shapes are unknown."""
    layers, kv_heads, head = entry.layers, entry.kv_heads, entry.head_size
    if not (layers and kv_heads and head and entry.embedding):
        return None
    every = layers // entry.full_attention_layers if entry.full_attention_layers else 1
    full = tuple(one for one in range(layers) if (one + 1) % max(every, 1) == 0)
    return Facts(
        format="gguf",
        architecture=entry.architecture or "",
        name=entry.title,
        size_bytes=size,
        layers=layers,
        embedding=entry.embedding,
        feed_forward=entry.feed_forward or entry.expert_size or 0,
        context=entry.context or 0,
        vocabulary=entry.vocabulary or USUAL_VOCABULARY,
        tied_embeddings=bool(entry.tied_embeddings),
        parameters=round(entry.about_billions * 1e9),
        attention=Attention(
            heads=entry.heads or 0,
            kv_heads=tuple(kv_heads if one in full else 0 for one in range(layers)),
            layers=full,
            key_size=head,
            value_size=head,
        ),
        recurrent=_recurrent(entry, layers, full),
        experts=_experts(entry),
        quantization=Quantization(quant, quant),
        tensors=tuple(_tensors(entry, quant, size)),
    )


def _recurrent(entry: Entry, layers: int, full: tuple[int, ...]) -> Recurrent | None:
    heads, size = entry.state_heads, entry.state_size
    if not heads or not size:
        return None
    return Recurrent(
        layers=tuple(one for one in range(layers) if one not in full),
        conv_kernel=_CONV_KERNEL,
        inner_size=heads * size,
        state_size=size,
        group_count=entry.state_groups or heads,
        time_step_rank=heads,
    )


def _experts(entry: Entry) -> Experts | None:
    if not entry.experts:
        return None
    return Experts(
        entry.experts,
        entry.experts_used or 0,
        entry.shared_experts or 0,
        entry.expert_size or 0,
        entry.shared_size or 0,
    )


def _tensors(entry: Entry, quant: str, size: int) -> list[Tensor]:
    """Where the bytes will be: the table, the output, and two tensors standing for those of all layers."""
    plain = quant.removeprefix("UD-").removesuffix("_XL")
    known = catalogue().quant(quant)
    plain = known.name if known is not None else plain
    main = plain[:4] if "_K" in plain else plain
    width, tokens = entry.embedding or 0, entry.vocabulary or USUAL_VOCABULARY
    table = width * tokens * (7 if size < entry.about_billions * 1e9 else 9) // 8
    tables = 1 if entry.tied_embeddings else 2
    table = min(table, size // (2 * tables))
    rest = size - table * tables
    small = rest * 2 // 5 if plain in _MIXED else 0
    found = [
        Tensor("token_embd.weight", "Q6_K", (width, tokens), table),
        Tensor("blk.0.ffn_up.weight", main, (width, 1024), rest - small, 0),
        Tensor("blk.0.ffn_down.weight", _MIXED.get(plain, main), (width, 1024), small, 0),
    ]
    return found if tables == 1 else [*found, Tensor("output.weight", "Q6_K", (width, tokens), table)]
