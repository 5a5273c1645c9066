"""What a model file says about itself, whatever its format: shapes, tensors, template. No file is read here.

`qwendesk.models.reading.read_facts` makes these from GGUF, safetensors and ONNX files. A number that a file
does not tell is 0, a text is empty; None stands where 0 would mean something.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import prod
from typing import Literal

from qwendesk.api.sampling import Sampling

Format = Literal["gguf", "safetensors", "onnx"]
ThinkingMode = Literal["switch", "always", "none"]
Pooling = Literal["", "none", "mean", "cls", "last", "rank"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor in the file.

    Args:
        type: "Q4_K", "F16", "BF16" …; "type 77" for one that is not known here.
        shape: in GGUF's order: the first is the length of a row.
        bytes: what it takes in the file; 0 where the type is not known.
        block: the layer that it belongs to (`blk.N.`), or None (embeddings, output, norms).
    """

    name: str
    type: str
    shape: tuple[int, ...]
    bytes: int
    block: int | None = None

    @property
    def elements(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Attention:
    """Attention, as the KV cache needs it.

    Args:
        heads: query heads of a layer (the largest where layers differ).
        kv_heads: one number for each layer; 0 for a layer without keys and values.
        layers: indices of the layers that keep keys and values for every token, MTP blocks excluded.
        key_size: elements of one head's key; `value_size` of its value.
        window: sliding window in tokens, 0 for none; `window_layers` are those that have it.
        full_interval: every n-th layer is one of full attention (`full_attention_interval`), 0 if not told.
    """

    heads: int = 0
    kv_heads: tuple[int, ...] = ()
    layers: tuple[int, ...] = ()
    key_size: int = 0
    value_size: int = 0
    window: int = 0
    window_layers: tuple[int, ...] = ()
    full_interval: int = 0


@dataclass(frozen=True, slots=True)
class Recurrent:
    """Layers with a state instead of keys and values (`ssm.*`); `layers` are their indices."""

    layers: tuple[int, ...] = ()
    conv_kernel: int = 0
    inner_size: int = 0
    state_size: int = 0
    group_count: int = 0
    time_step_rank: int = 0


@dataclass(frozen=True, slots=True)
class Experts:
    """Mixture of experts; `feed_forward` is the inner size of one, `shared_feed_forward` of the shared."""

    count: int = 0
    used: int = 0
    shared: int = 0
    feed_forward: int = 0
    shared_feed_forward: int = 0


@dataclass(frozen=True, slots=True)
class Rope:
    """Position encoding. `scaling` is "", "linear", "yarn" …, by `factor` from `original_context`."""

    base: float = 0.0
    dimensions: int = 0
    scaling: str = ""
    factor: float = 0.0
    original_context: int = 0


@dataclass(frozen=True, slots=True)
class Template:
    """What a chat template offers, read from the template itself (nothing of it is run).

    Args:
        thinking: "switch": `enable_thinking` changes the prompt; "always": the template opens the block
            itself; "none": neither.
        thinks_by_default: with a switch that nobody touched; None where that cannot be told.
        efforts: the names that `reasoning_effort` may have, as the template lists them.
        preserves_thinking: whether `preserve_thinking` changes the prompt.
        tools: whether tools are told to the model.
        images, audio: whether it has a place for images, for recordings.
    """

    source: str = ""
    thinking: ThinkingMode = "none"
    thinks_by_default: bool | None = None
    efforts: tuple[str, ...] = ()
    preserves_thinking: bool = False
    tools: bool = False
    images: bool = False
    audio: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made it from what, as the file says (`general.*`); hints, not proof.

    `base_models` are repositories ("Qwen/Qwen3.5-9B") or names where no address is given.
    """

    basename: str = ""
    size_label: str = ""
    finetune: str = ""
    organization: str = ""
    author: str = ""
    quantized_by: str = ""
    licence: str = ""
    repo: str = ""
    base_models: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """This file is part `number` (from 0) of `count`."""

    number: int
    count: int


@dataclass(frozen=True, slots=True)
class Quantization:
    """How the weights are really stored.

    Args:
        name: what may be shown as the truth: the label where the tensors bear it out, else the type that
            most weights have.
        label: what the file calls itself (`general.file_type`), or empty.
        honest: False where most rows could not be stored in the label's type: 256-wide types need rows
            that are multiples of 256, and llama-quantize falls back silently.
        bits_per_weight: bytes of all tensors × 8 ÷ elements of all tensors.
        bytes_by_type: bytes of the tensors of each type, the largest first.
    """

    name: str = ""
    label: str = ""
    honest: bool = True
    bits_per_weight: float = 0.0
    bytes_by_type: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A model on disk, all of its parts together.

    Args:
        kind: "model"; "mmproj" (an eye or ear for another model), "adapter", "imatrix", "vocab" …
        files: paths of all parts, in order; `size_bytes` is theirs together.
        layers: blocks without the `mtp_layers` that predict further tokens and come after them.
        vocabulary: tokens. `tied_embeddings`: no output matrix of its own.
        parameters: elements of all tensors.
        projector: the type of a "mmproj" ("qwen3vl_merger"); `projects_to` its output length.
        sampling: what the file itself recommends (`general.sampling.*`), or None.
    """

    format: Format
    architecture: str = ""
    kind: str = "model"
    name: str = ""
    files: tuple[str, ...] = ()
    size_bytes: int = 0
    split: Split | None = None
    layers: int = 0
    mtp_layers: int = 0
    embedding: int = 0
    feed_forward: int = 0
    context: int = 0
    vocabulary: int = 0
    tied_embeddings: bool = False
    parameters: int = 0
    attention: Attention = Attention()
    recurrent: Recurrent | None = None
    experts: Experts | None = None
    rope: Rope = Rope()
    quantization: Quantization = Quantization()
    template: Template = Template()
    pooling: Pooling = ""
    origin: Origin = Origin()
    projector: str = ""
    projects_to: int = 0
    sampling: Sampling | None = None
    tensors: tuple[Tensor, ...] = field(default=(), repr=False)

    @property
    def tensor_bytes(self) -> int:
        return sum(one.bytes for one in self.tensors)

    def bytes_by_block(self) -> dict[int | None, int]:
        """Bytes of the tensors of each layer; None holds what belongs to no layer."""
        total: Counter[int | None] = Counter()
        for one in self.tensors:
            total[one.block] += one.bytes
        return dict(total)

    @property
    def expert_bytes(self) -> int:
        """Bytes of the routed experts (`…_exps`), of which a token reads used ÷ count."""
        return sum(one.bytes for one in self.tensors if "_exps" in one.name)

    @property
    def bytes_per_token(self) -> int:
        """Weights read for one token: all but the embedding table (one row of it) and idle experts."""
        experts = self.experts
        idle = 0
        if experts is not None and experts.count:
            idle = self.expert_bytes - self.expert_bytes * experts.used // experts.count
        table = next((one.bytes for one in self.tensors if one.name == "token_embd.weight"), 0)
        mtp = sum(one.bytes for one in self.tensors if one.block is not None and one.block >= self.layers > 0)
        return max(self.tensor_bytes - idle - mtp - (0 if self.tied_embeddings else table), 0)
