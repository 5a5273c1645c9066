"""Card: the parts of the model card that are measured, between markers."""

import hashlib
import re
from pathlib import Path

FILES = (
    "seedling-q8_0.gguf",
    "seedling-f16.gguf",
    "hf/model.safetensors",
    "hf/tokenizer.json",
    "hf/chat_template.jinja",
)


def write_accuracy(release: Path, scores: dict[str, dict[str, float]]) -> None:
    """Put the table of accuracies into the model card."""
    _write_between(release, "accuracy", table(scores))


def write_files(release: Path) -> None:
    """Put the list of files into the model card."""
    _write_between(release, "files", file_list(release))


def table(scores: dict[str, dict[str, float]]) -> str:
    """Percent right, a row per skill and a column per way of running the model."""
    columns = list(next(iter(scores.values())))
    lines = [f"| skill | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    lines += [
        f"| {row} | {' | '.join(f'{cells[column]:.1f}' for column in columns)} |"
        for row, cells in scores.items()
    ]
    return "\n".join(lines)


def file_list(release: Path) -> str:
    """Each file with its size in bytes and its sha256."""
    lines = ["| file | bytes | sha256 |", "| --- | ---: | --- |"]
    for name in FILES:
        content = (release / name).read_bytes()
        lines.append(f"| {name} | {len(content)} | {hashlib.sha256(content).hexdigest()} |")
    return "\n".join(lines)


def _write_between(release: Path, marker: str, content: str) -> None:
    card = release / "MODEL_CARD.md"
    start, end = f"<!-- {marker} -->", f"<!-- end of {marker} -->"
    text = card.read_text(encoding="utf-8")
    card.write_text(
        re.sub(f"{start}.*?{end}", lambda _: f"{start}\n{content}\n{end}", text, flags=re.DOTALL),
        encoding="utf-8",
    )
