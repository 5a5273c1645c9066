"""Quantized weights written to a folder of their own: loaded from there they need no quantizing again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Problem


def save(model: Any, tokenizer: Any, source: str, target: str) -> None:
    """Write model and tokenizer, whole or not at all; a folder that is there is left alone.

    Raises:
        Problem: `copy_failed` (path, detail).
    """
    folder = Path(target)
    part = folder.with_name(folder.name + ".part")
    if folder.exists():
        return
    try:
        shutil.rmtree(part, ignore_errors=True)
        model.save_pretrained(part)
        tokenizer.save_pretrained(part)
        for name in ("preprocessor_config.json", "chat_template.jinja", "chat_template.json"):
            own = Path(source) / name
            if own.is_file() and not (part / name).exists():
                shutil.copyfile(own, part / name)
        part.rename(folder)
    except Exception as error:
        shutil.rmtree(part, ignore_errors=True)
        detail = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise Problem("copy_failed", path=target, detail=str(detail)[:300]) from error
