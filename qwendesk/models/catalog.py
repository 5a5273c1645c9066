"""The Qwen family as far as it is known: facts that inform and never gate. Unknowns are None or empty.

Made by resources/catalog/ship.py (`make catalog`) from the YAML files beside it, which are what people edit.
"""

from __future__ import annotations

import gzip
import re
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from qwendesk.api.problem import Problem
from qwendesk.models.decoding import from_json
from qwendesk.system.paths import resources

OFFICIAL = "Qwen"
_reading = threading.Lock()
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([BT])")
Kind = Literal[
    "general", "coder", "math", "reasoning", "vision", "audio", "omni", "embedding", "reranker", "guard"
]


@dataclass(frozen=True, slots=True)
class Licence:
    default: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Languages:
    """`count` as the card gives it."""

    count: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ThinkingMode:
    """`mode`: "none", "always", "hybrid" or "split by repo"; `default`: "on" or "off"."""

    mode: str | None = None
    default: str | None = None
    efforts: tuple[str, ...] = ()
    default_effort: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    supported: bool | None = None
    format: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Sampling as a card recommends it; a number that the card does not give is None."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Presets:
    """By mode; `variants` are for special cases ("thinking_precise_coding")."""

    thinking: Preset | None = None
    plain: Preset | None = None
    variants: Mapping[str, Preset] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Lengths in tokens; `extended` is reached by `method`."""

    native: int | None = None
    extended: int | None = None
    method: str | None = None
    max_output: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Architecture:
    kind: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A repository with GGUF files, and the quantizations seen in it (empty: not known)."""

    repo: str
    quants: tuple[str, ...] = ()

    @property
    def publisher(self) -> str:
        return self.repo.partition("/")[0]

    @property
    def official(self) -> bool:
        return self.publisher == OFFICIAL


@dataclass(frozen=True, slots=True)
class Download:
    """A size that was seen: for planning; the hub is asked again before anything is fetched."""

    quant: str
    bytes: int
    repo: str
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of a family. `kv_bytes_per_token` is for a 16-bit cache; `billions` of parameters.

    `state_*` belong to layers with a state (Gated DeltaNet); `*_size` of experts are inner sizes.
    """

    repo: str
    variant: str | None = None
    size: str | None = None
    billions: float | None = None
    active_billions: float | None = None
    kind: str | None = None
    architecture: str | None = None
    layers: int | None = None
    embedding: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_size: int | None = None
    feed_forward: int | None = None
    experts: int | None = None
    experts_used: int | None = None
    expert_size: int | None = None
    shared_experts: int | None = None
    shared_size: int | None = None
    state_heads: int | None = None
    state_groups: int | None = None
    state_size: int | None = None
    tied_embeddings: bool | None = None
    full_attention_layers: int | None = None
    kv_bytes_per_token: int | None = None
    vocabulary: int | None = None
    context: int | None = None
    licence: str | None = None
    released: str | None = None
    gguf: tuple[Published, ...] = ()
    downloads: tuple[Download, ...] = ()
    mmproj: tuple[str, ...] = ()
    modelscope: str | None = None
    ollama: str | None = None
    notes: str | None = None

    @property
    def title(self) -> str:
        return self.repo.partition("/")[2]

    @property
    def about_billions(self) -> float:
        """Billions of parameters, from the size's name ("30B-A3B") where nobody counted; 0 for unknown."""
        if self.billions:
            return self.billions
        found = _SIZE.match(self.size or "")
        return float(found[1]) * (1000 if found[2] == "T" else 1) if found else 0.0


@dataclass(frozen=True, slots=True)
class Family:
    """A line of models that were published together."""

    id: str
    name: str
    generation: float
    kind: Kind
    models: tuple[Entry, ...]
    released: str | None = None
    licence: Licence = Licence()
    languages: Languages = Languages()
    thinking: ThinkingMode = ThinkingMode()
    tools: Tools = Tools()
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    best_for: tuple[str, ...] = ()
    sampling: Presets = Presets()
    context: Context = Context()
    architecture: Architecture = Architecture()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quant:
    """A GGUF quantization. `real_bits`: bits per weight of a whole 8B file; losses against F16 on it."""

    name: str
    family: str
    bits: float
    quality: str
    real_bits: float | None = None
    imatrix: str | None = None
    perplexity_loss: float | None = None
    kl_divergence: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A publisher's own mixture ("UD-Q4_K_XL") and what it is roughly like."""

    name: str
    approximate_base: str
    note: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """Everything, with look-ups by name."""

    families: tuple[Family, ...]
    quants: tuple[Quant, ...]
    variants: tuple[Variant, ...]

    @cached_property
    def _by_repo(self) -> dict[str, tuple[Family, Entry]]:
        found: dict[str, tuple[Family, Entry]] = {}
        for family, entry in self.entries():
            for repo in (
                entry.repo,
                *(one.repo for one in entry.gguf),
                *(one.repo for one in entry.downloads),
            ):
                found.setdefault(repo.lower(), (family, entry))
        return found

    def entries(self) -> Iterator[tuple[Family, Entry]]:
        """Every model with its family, in the order of the catalogue."""
        return ((family, entry) for family in self.families for entry in family.models)

    def family(self, id: str) -> Family | None:
        return next((one for one in self.families if id.lower() in (one.id.lower(), one.name.lower())), None)

    def at(self, repo: str) -> tuple[Family, Entry] | None:
        """The model whose own repository this is, or that of its GGUF files."""
        return self._by_repo.get(repo.lower())

    def quant(self, name: str) -> Quant | None:
        """The quantization of that name; of a publisher's mixture the one that it is roughly like."""
        wanted = name.upper()
        base = next((one.approximate_base for one in self.variants if one.name == wanted), wanted)
        for candidate in (base, base.removesuffix("_XL").removesuffix("_L") + "_M", base.rpartition("_")[0]):
            for one in self.quants:
                if one.name == candidate:
                    return one
        return None


def catalogue() -> Catalogue:
    """The shipped catalogue, read once. Raises Problem `resources_missing`."""
    with _reading:
        return _read()


@lru_cache(maxsize=1)
def _read() -> Catalogue:
    return from_json(gzip.decompress(_shipped()), Catalogue)


@lru_cache(maxsize=1)
def edition() -> str:
    """Another text for another catalogue."""
    return f"{zlib.crc32(_shipped()):08x}"


def _shipped() -> bytes:
    path = resources() / "catalog" / "catalog.json.gz"
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem("resources_missing", path=str(path)) from error
