"""Evaluate the released files on unseen prompts and write the table into the model card.

    python -m recipe.evaluate --release . --per-skill 200

Greedy decoding; a reply counts when its answer is right to the letter, its think block is as asked
and it stops.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from tokenizers import Tokenizer

from recipe.candidates import Candidate, gguf_candidate, transformers_candidate
from recipe.card import table, write_accuracy
from recipe.exam import Question, cut_short, questions, shown_sum

Scores = dict[str, dict[str, float]]
"""Row, then column, to percent."""

REFERENCE = "transformers"


def evaluate(release: Path, per_skill: int) -> Scores:
    """Percent right by row and candidate."""
    tokenizer = Tokenizer.from_file(str(release / "hf" / "tokenizer.json"))
    asked = questions(per_skill) + shown_sum()
    scores: defaultdict[str, dict[str, float]] = defaultdict(dict)
    replies: dict[str, dict[str, str]] = {}
    for name, start in _candidates(release).items():
        began = time.monotonic()
        replies[name] = _sit(start(), asked, tokenizer, name, scores)
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        same = [
            replies[name][prompt] == text
            for prompt, text in replies[REFERENCE].items()
            if prompt in replies[name]
        ]
        scores["same text as transformers"][name] = _percent(same)
    return dict(scores)


def _candidates(release: Path) -> dict[str, Callable[[], Candidate]]:
    return {
        REFERENCE: lambda: transformers_candidate(release / "hf"),
        "GGUF F16": lambda: gguf_candidate(release / "seedling-f16.gguf"),
        "GGUF Q8_0": lambda: gguf_candidate(release / "seedling-q8_0.gguf"),
    }


def _sit(
    candidate: Candidate,
    asked: list[Question],
    tokenizer: Tokenizer,
    name: str,
    scores: defaultdict[str, dict[str, float]],
) -> dict[str, str]:
    """One candidate's replies by prompt; its marks go into the scores."""
    first = _by_row(candidate, asked)
    again = cut_short(asked, first, tokenizer)
    second = candidate([question.prompt for question in again])
    marked = [
        (question, text, question.is_right(text))
        for question, text in zip(asked + again, first + second, strict=True)
    ]
    rows: defaultdict[str, list[bool]] = defaultdict(list)
    for question, _, right in marked:
        rows[question.row].append(right)
        rows[f"language {question.language}"].append(right)
    rows["thinking switch"] = [
        question.switch_obeyed(text) for question, text in zip(asked, first, strict=True)
    ]
    for row, marks in rows.items():
        scores[row][name] = _percent(marks)
    _show_misses(name, marked)
    return {question.prompt: text for question, text, _ in marked}


def _by_row(candidate: Candidate, asked: list[Question]) -> list[str]:
    """The replies, asked for row by row: like lengths share a batch, and only the story waits for a story."""
    rows = groupby(asked, key=lambda question: question.row)
    return [text for _, row in rows for text in candidate([question.prompt for question in row])]


def _show_misses(name: str, marked: list[tuple[Question, str, bool]]) -> None:
    """A few misses per row, to see what kind they are."""
    shown: Counter[str] = Counter()
    for question, text, right in marked:
        if name == REFERENCE and not right and shown[question.row] < 4:
            shown[question.row] += 1
            print(f"[{question.row}] wanted {question.answer!r}, got {text[-160:]!r}")
            print(f"    asked {question.prompt[-200:]!r}")


def _percent(right: list[bool]) -> float:
    return round(100 * sum(right) / max(1, len(right)), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--release", type=Path, default=Path(), help="folder with the exported files")
    parser.add_argument("--per-skill", type=int, default=200)
    arguments = parser.parse_args()
    scores = evaluate(arguments.release, arguments.per_skill)
    (arguments.release / "evaluation.json").write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    write_accuracy(arguments.release, scores)
    print(table(scores))


if __name__ == "__main__":
    main()
