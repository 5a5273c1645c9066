"""Which tensor of the GGUF file is made of which tensors of the checkpoint."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from gguf import MODEL_ARCH

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.jobs.convert import experts, linear
from qwendesk_llamacpp.jobs.convert.architecture import Architecture
from qwendesk_llamacpp.jobs.convert.checkpoint import Checkpoint
from qwendesk_llamacpp.jobs.convert.config import Config
from qwendesk_llamacpp.jobs.convert.header import Stored
from qwendesk_llamacpp.jobs.convert.matrix import Matrix, Ordered, Stack
from qwendesk_llamacpp.jobs.convert.names import BUFFERS, Names, is_gate_and_up, layer_of, other_part
from qwendesk_llamacpp.jobs.convert.sizes import Shape, Sizes, biases, expected
from qwendesk_llamacpp.jobs.convert.stored import Rows, shape_problem

_OUTPUT, _EMBEDDING = "output.weight", "token_embd.weight"
_QKVZ = ".linear_attn.in_proj_qkvz.weight"


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of the file: its GGUF name, its shape (rows first), and its rows."""

    name: str
    shape: Shape
    matrix: Matrix


class Planner:
    """Maps the tensors of a checkpoint."""

    def __init__(
        self, checkpoint: Checkpoint, architecture: Architecture, config: Config, sizes: Sizes
    ) -> None:
        self._path = str(checkpoint.folder)
        self._architecture, self._sizes = architecture, sizes
        self._rows = Rows(checkpoint)
        self._names = Names(architecture, sizes.layers)
        self._wanted = expected(architecture, sizes)
        self._tied = config.anywhere("tie_word_embeddings")
        self._whole: dict[str, Matrix] = {}
        self._split: dict[str, dict[int, Stored]] = defaultdict(dict)
        self._others: set[str] = set()
        for stored in checkpoint.tensors.values():
            if other := other_part(stored.name):
                self._others.add(other)
            elif not self._rows.is_scale(stored.name):
                self._place(stored)

    def left_out(self) -> list[str]:
        """Parts of the checkpoint that are not the text model: "visual", "mtp" …"""
        return sorted(self._others - {BUFFERS})

    def tensors(self) -> list[Tensor]:
        """All of them, in the file's order.

        Raises:
            Problem: `convert_tensor_missing`, `convert_tensor_unknown`, `convert_tensor_shape` or
                `convert_dtype` (each with path and tensor).
        """
        found = []
        for name, shape in self._wanted.items():
            matrix = self._matrix(name, shape)
            if matrix is None and name == _OUTPUT and self._tied:
                if self._architecture.id is not MODEL_ARCH.QWEN2MOE:
                    continue
                matrix = self._matrix(_EMBEDDING, shape)  # llama.cpp does not load this one without
            if matrix is None:
                raise Problem("convert_tensor_missing", path=self._path, tensor=name)
            found.append(Tensor(name, shape, self._adjusted(name, matrix)))
        return found

    def _place(self, stored: Stored) -> None:
        if is_gate_and_up(stored.name) and self._sizes.experts:
            self._place_gate_and_up(stored)
            return
        if stored.name.endswith(_QKVZ) and self._architecture.linear == "grouped":
            self._place_mixed(stored)
            return
        place = self._names.place(stored.name)
        if place is None or not self._is_wanted(place.name):
            raise Problem("convert_tensor_unknown", path=self._path, tensor=stored.name[:200])
        if place.name == _OUTPUT and self._tied:
            return
        if place.expert is not None:
            self._split[place.name][place.expert] = stored
        elif place.name.endswith("ffn_down_exps.weight"):
            wanted = self._wanted[place.name]
            self._whole[place.name] = experts.down(self._rows, stored, wanted, self._path)
        else:
            self._whole[place.name] = self._opened(stored, self._wanted[place.name])

    def _is_wanted(self, name: str) -> bool:
        """Whether llama.cpp loads it; a bias that the architecture can do without is wanted from now on."""
        if name in self._wanted:
            return True
        _blk, layer, part = (*name.split(".", 2), "", "")[:3]
        bias = dict(biases(self._sizes)).get(part) if layer.isdigit() and not self._sizes.linear else None
        if bias is None or int(layer) >= self._sizes.layers:
            return False
        self._wanted[name] = bias
        return True

    def _opened(self, stored: Stored, wanted: Shape) -> Matrix:
        # A convolution over one channel has an axis of one between the others.
        shape = stored.shape[:1] + stored.shape[2:] if stored.shape[1:2] == (1,) and len(wanted) == 2 else ()
        if wanted not in (stored.shape, shape):
            raise shape_problem(self._path, stored, wanted)
        return self._rows.open(stored)

    def _place_gate_and_up(self, stored: Stored) -> None:
        start = layer_of(stored.name)
        gate, up = (f"{start}ffn_{one}_exps.weight" for one in ("gate", "up"))
        if gate not in self._wanted:
            raise Problem("convert_tensor_unknown", path=self._path, tensor=stored.name[:200])
        both = experts.gate_and_up(self._rows, stored, self._wanted[gate], self._path)
        self._whole[gate], self._whole[up] = both

    def _place_mixed(self, stored: Stored) -> None:
        start, sizes = layer_of(stored.name), self._sizes.linear
        if sizes is None or f"{start}attn_qkv.weight" not in self._wanted:
            raise Problem("convert_tensor_unknown", path=self._path, tensor=stored.name[:200])
        matrix = self._opened(stored, (2 * (sizes.keys + sizes.values), self._sizes.hidden))
        mixed, gates = linear.apart(sizes)
        self._whole[f"{start}attn_qkv.weight"] = Ordered(matrix, mixed)
        self._whole[f"{start}attn_gate.weight"] = Ordered(matrix, gates)

    def _matrix(self, name: str, shape: Shape) -> Matrix | None:
        if name in self._whole:
            return self._whole[name]
        parts = self._split.get(name)
        if parts is None:
            return None
        for expert in range(shape[0]):
            if expert not in parts:
                raise Problem("convert_tensor_missing", path=self._path, tensor=f"{name} ({expert})")
        if len(parts) > shape[0]:
            raise Problem("convert_tensor_unknown", path=self._path, tensor=parts[max(parts)].name[:200])
        return Stack([self._opened(parts[expert], shape[1:]) for expert in range(shape[0])])

    def _adjusted(self, name: str, matrix: Matrix) -> Matrix:
        sizes = self._sizes.linear
        return linear.adjusted(self._architecture, sizes, name, matrix) if sizes else matrix
