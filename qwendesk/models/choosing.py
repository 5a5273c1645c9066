"""Which files of a repository to fetch: a GGUF file with all its parts, or a whole repository."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qwendesk.api.problem import Problem
from qwendesk.api.sources import Listing, RemoteFile

DEFAULT = "Q4_K_M"
# What comes nearest to the default, the nearest first.
_NEAREST = [
    "Q4_K_M",
    "UD-Q4_K_XL",
    "Q4_K_S",
    "Q4_K_L",
    "Q4_K",
    "IQ4_NL",
    "IQ4_XS",
    "Q4_0",
    "Q4_1",
    "MXFP4_MOE",
    "MXFP4",
    "Q5_K_M",
    "UD-Q5_K_XL",
    "Q5_K_S",
    "Q5_0",
    "Q5_1",
    "Q6_K",
    "UD-Q6_K_XL",
    "Q8_0",
    "UD-Q8_K_XL",
    "Q3_K_L",
    "Q3_K_M",
    "UD-Q3_K_XL",
    "IQ3_M",
    "Q3_K_S",
    "F16",
    "BF16",
    "F32",
]
_QUANT = re.compile(
    r"(?<![A-Za-z0-9])((?:UD-)?(?:I?Q\d(?:_[A-Za-z0-9]+)*|TQ\d_\d|MXFP4(?:_MOE)?|BF16|F16|FP16|F32|FP32))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"-(\d{5})-of-(\d{5})$")
_WHOLE = (".safetensors", ".json", ".jinja", ".tiktoken", ".model", ".txt", ".md")
_WHOLE_NAMES = ("license", "notice")
_NOT_WHOLE = ("requirements.txt",)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person typed: a repository, perhaps a quantization."""

    repo: str
    quant: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files to fetch; `label` is the quantization, or empty for a whole repository."""

    label: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One model of a GGUF repository: a quantization, in one file or in parts."""

    quant: str
    name: str
    files: tuple[RemoteFile, ...]
    parts: int

    @property
    def size(self) -> int:
        return sum(one.size for one in self.files)


def parse(text: str) -> Wanted:
    """ORG/REPO or ORG/REPO:QUANT, also pasted from a hub's page. Raises Problem `repo_name_wrong`."""
    rest = re.sub(r"^(https?://)?(www\.)?(huggingface\.co|hf\.co|modelscope\.cn/models)/", "", text.strip())
    repo, _, quant = rest.rstrip("/").partition(":")
    repo = repo.removesuffix("/tree/main")
    if repo.count("/") != 1 or not all(repo.split("/")):
        raise Problem("repo_name_wrong", repo=text)
    return Wanted(repo, quant.strip())


def quant_of(path: str) -> str:
    """The quantization that a file's name or folder tells, as it is usually written; else an empty text."""
    stem = _SPLIT.sub("", path.rpartition("/")[2].rsplit(".", 1)[0])
    for part in (stem, *reversed(path.split("/")[:-1])):
        if found := _QUANT.findall(part.replace(".", "-")):
            return same_quant(found[-1])
    return ""


def same_quant(quant: str) -> str:
    """One spelling for all: q4_k_m, Q4-K-M and Q4_K_M are one quantization."""
    upper = quant.strip().upper()
    head, body = ("UD-", upper[3:]) if upper.startswith(("UD-", "UD_")) else ("", upper)
    body = body.replace("-", "_")
    return head + {"FP16": "F16", "FP32": "F32"}.get(body, body)


def variants(files: Iterable[RemoteFile]) -> list[Variant]:
    """The models of a GGUF repository; vision projectors and importance matrices are none."""
    groups: dict[str, list[RemoteFile]] = {}
    for file in files:
        name = file.path.rpartition("/")[2].lower()
        if name.endswith(".gguf") and not name.startswith("mmproj") and "imatrix" not in name:
            groups.setdefault(_SPLIT.sub("", file.path[:-5]), []).append(file)
    found = []
    for stem, group in groups.items():
        group.sort(key=lambda file: file.path)
        split = _SPLIT.search(group[0].path[:-5])
        found.append(Variant(quant_of(stem + ".gguf"), stem, tuple(group), int(split[2]) if split else 1))
    return found


def choose(listing: Listing, quant: str = "", *, mmproj: bool = False, names: Sequence[str] = ()) -> Chosen:
    """The files that belong to the wish.

    Args:
        quant: as people write it; empty for the default or the nearest that there is.
        mmproj: also the vision projector.
        names: these files and no others.

    Raises:
        Problem: `files_missing`, `quant_missing`, `quant_ambiguous`, `split_incomplete`, `repo_unloadable`.
    """
    if names:
        return Chosen(same_quant(quant), _named(listing, names))
    found = variants(listing.files)
    if not found:
        if quant:
            raise Problem("quant_missing", repo=listing.model.repo, quant=quant, known=_known(found))
        return Chosen("", _whole(listing))
    variant = _variant(listing, found, quant)
    if len(variant.files) != variant.parts:
        raise Problem(
            "split_incomplete",
            repo=listing.model.repo,
            name=variant.name,
            missing=variant.parts - len(variant.files),
            count=variant.parts,
        )
    projector = _projector(listing.files) if mmproj else ()
    return Chosen(variant.quant, (*variant.files, *projector))


def best(found: Sequence[Variant], quant: str = "") -> Variant | None:
    """The variant of that quantization, or the nearest to the default; the smallest where several fit."""
    fitting = _fitting(found, quant)
    return min(fitting, key=lambda one: one.size) if fitting else None


def _fitting(found: Sequence[Variant], quant: str) -> list[Variant]:
    if not found:
        return []
    wanted = same_quant(quant)
    if not wanted:
        order = {one: place for place, one in enumerate(_NEAREST)}
        wanted = min(found, key=lambda one: (order.get(one.quant, len(order)), one.size)).quant
    fitting = [one for one in found if one.quant == wanted]
    # "Q4_K_XL" for "UD-Q4_K_XL", where there is no plain one.
    return fitting or [one for one in found if one.quant.removeprefix("UD-") == wanted.removeprefix("UD-")]


def _variant(listing: Listing, found: list[Variant], quant: str) -> Variant:
    fitting = _fitting(found, quant)
    if not fitting:
        raise Problem("quant_missing", repo=listing.model.repo, quant=quant, known=_known(found))
    if len(fitting) > 1:
        names = ", ".join(one.files[0].path for one in fitting)
        raise Problem("quant_ambiguous", repo=listing.model.repo, quant=fitting[0].quant, known=names)
    return fitting[0]


def _named(listing: Listing, names: Sequence[str]) -> tuple[RemoteFile, ...]:
    there = {file.path: file for file in listing.files}
    for name in names:
        if name not in there:
            known = ", ".join(one for one in there if _loadable(one))
            raise Problem("files_missing", repo=listing.model.repo, name=name, known=known)
    return tuple(there[name] for name in dict.fromkeys(names))


def _whole(listing: Listing) -> tuple[RemoteFile, ...]:
    """Configuration, tokenizer and weights in safetensors. Pickles and code are never among them."""
    files = tuple(file for file in listing.files if "/" not in file.path and _loadable(file.path))
    if not any(file.path.endswith(".safetensors") for file in files):
        raise Problem("repo_unloadable", repo=listing.model.repo)
    return files


def _loadable(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    if name in _NOT_WHOLE or name.startswith("."):
        return False
    return name.endswith((*_WHOLE, ".gguf")) or name.startswith(_WHOLE_NAMES)


def _projector(files: Iterable[RemoteFile]) -> tuple[RemoteFile, ...]:
    """The best of the vision projectors: half precision is what they are made for."""
    found = [
        f
        for f in files
        if f.path.rpartition("/")[2].lower().startswith("mmproj") and f.path.endswith(".gguf")
    ]
    order = ("F16", "BF16", "Q8_0", "F32")
    found.sort(
        key=lambda one: (order.index(q) if (q := quant_of(one.path)) in order else len(order), one.path)
    )
    return tuple(found[:1])


def _known(found: Iterable[Variant]) -> str:
    return ", ".join(sorted({one.quant or one.files[0].path for one in found})) or "safetensors"
