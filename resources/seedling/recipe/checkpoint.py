"""Checkpoint: everything a training run needs to go on."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch


@dataclass
class Progress:
    """How far the training is; ``elapsed`` is in seconds over all runs."""

    elapsed: float = 0.0
    shard: int = 0
    step: int = 0
    tokens: int = 0


def save(path: Path, progress: Progress, parts: dict[str, Any]) -> None:
    """Write the state of each part (a model or an optimizer) at once or not at all."""
    temporary = path.with_suffix(".part")
    states = {name: part.state_dict() for name, part in parts.items()}
    torch.save({"progress": asdict(progress), **states}, temporary)
    temporary.replace(path)


def load(path: Path, parts: dict[str, Any]) -> Progress:
    """Restore the parts; a fresh progress where there is no checkpoint."""
    if not path.exists():
        return Progress()
    saved = torch.load(path, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    return Progress(**saved["progress"])
