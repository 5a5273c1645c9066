"""What models are called: ORG/REPO:QUANT where they lie in ROOT/ORG/REPO, else their path in the root."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from qwendesk.models import shards

# Tags that publishers put into file names; the longest alternative counts.
_QUANT = re.compile(
    r"(?:^|[-_.])(?P<quant>(?:UD[-_])?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP4(?:_MOE)?|NVFP4|BF16|F(?:P)?16|F(?:P)?32))"
    r"(?=$|[-_.])",
    re.IGNORECASE,
)


def quant_of(name: str) -> str:
    """The quantization that a file's name tells, as "Q4_K_M" or "UD-Q4_K_XL"; empty where it tells none."""
    found = list(_QUANT.finditer(shards.stem(name)))
    if not found:
        return ""
    plain = found[-1]["quant"].upper().replace("UD_", "UD-")
    return {"FP16": "F16", "FP32": "F32"}.get(plain, plain)


def repo_of(relative: PurePath) -> str:
    """ORG/REPO of a path inside a root, or empty where it does not lie that deep."""
    return "/".join(relative.parts[:2]) if len(relative.parts) > 2 else ""


def names(places: Sequence[tuple[PurePath, str]]) -> list[str]:
    """A name for each model of a root, given its path there and its quantization; all different.

    A repository's models are ORG/REPO:QUANT; where two would share that, they are ORG/REPO:FILE.
    """
    wanted = [_short(relative, quant) for relative, quant in places]
    often = Counter(one.lower() for one in wanted)
    return [
        name if often[name.lower()] == 1 else _long(relative)
        for name, (relative, _) in zip(wanted, places, strict=True)
    ]


def _short(relative: PurePath, quant: str) -> str:
    repo = repo_of(relative)
    if repo:
        return f"{repo}:{quant}" if quant else _long(relative)
    return (relative.parent / shards.stem(relative.name)).as_posix()


def _long(relative: PurePath) -> str:
    """A folder that is a model needs no more than its own path."""
    repo = repo_of(relative)
    if not repo:
        return relative.as_posix()
    rest = PurePath(*relative.parts[2:])
    return f"{repo}:{(rest.parent / shards.stem(rest.name)).as_posix()}"
